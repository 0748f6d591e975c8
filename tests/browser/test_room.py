"""Making room, on a phone and by keyboard alone: from a plan to the list, its reminder, the library and the notes."""

import re

from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Preferences
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, press, reach, write
from tests.scenes import planned
from tests.world import evening

DISHES = "Dishes before eight"


def line(page: Page, text: str) -> Locator:
    """Return the line of the list that says this."""
    return page.get_by_role("list", name="Your list").get_by_role("listitem").filter(has_text=text)


def test_making_room_on_a_phone_by_keyboard(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
) -> None:
    now = outbox.database_now()
    plan = planned(ana, evening(3, now), now=now)
    page = page_of(ana, live_server, new_page)
    page.goto(f"/times/{plan.pk}/")
    ideas = page.get_by_text("Music that you both chose")
    expect(ideas).to_be_hidden()
    reach(page, page.locator("summary", has_text="Ideas for making it special"))
    page.keyboard.press("Enter")
    expect(ideas).to_be_visible()
    is_in_order(page)
    page.goto(f"/times/{plan.pk}/")
    press(page, "Your own list for making room", role="link")
    a_list_is_written(page)
    a_reminder_is_chosen(page)
    assert Preferences.objects.get(user=ana.user).room_lead == "evening_before"
    page.goto("/talk/")
    press(page, "Library", role="link")
    reach(page, page.locator("#once-a-week summary"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Amy Muise, Ulrich Schimmack, Emily A. Impett (2015)")).to_be_visible()
    is_in_order(page)
    a_note_is_kept_and_taken_away(page)


def a_list_is_written(page: Page) -> None:
    """Write two lines, put them in another order, tick one off and all on again, take one away."""
    write(page, "Something that makes room", DISHES)
    press(page, "Add")
    press(page, "+ Telephone away")
    press(page, "Move up", within=line(page, "Telephone away"))
    expect(page.get_by_role("list", name="Your list").get_by_role("listitem").first).to_contain_text("Telephone")
    press(page, "Tick off", within=line(page, DISHES))
    expect(line(page, DISHES).get_by_role("button", name="Untick")).to_be_visible()
    is_in_order(page)
    press(page, "Untick all")
    expect(line(page, DISHES).get_by_role("button", name="Tick off")).to_be_visible()
    press(page, "Take away", within=line(page, "Telephone away"))
    expect(page.get_by_role("list", name="Your list").get_by_role("listitem")).to_have_count(1)


def a_reminder_is_chosen(page: Page) -> None:
    """Choose the evening before, among the buttons that arrow keys go through."""
    reach(page, page.get_by_label("No", exact=True))
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label(re.compile("evening before"))).to_be_checked()
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    is_in_order(page)


def a_note_is_kept_and_taken_away(page: Page) -> None:
    """Write a note to oneself and take it away again."""
    page.goto("/talk/")
    press(page, "Notes to yourself", role="link")
    write(page, "A note to yourself", "A long walk")
    press(page, "Keep it")
    expect(page.get_by_text("A long walk")).to_be_visible()
    is_in_order(page)
    press(page, "Take away")
    expect(page.get_by_text("A long walk")).to_have_count(0)
