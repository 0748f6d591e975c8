"""One marks the week by keyboard on a phone, the other without JavaScript; the draw brings both the same time."""

import datetime as dt

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Window
from scheduler.operations.windows import draw_weeks
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, press, reach
from tests.browser.test_week_grid import CHOSEN, sign_in
from tests.cast import BERLIN
from tests.chromium import PHONE
from tests.windows_scene import draw_of, marked, week_of

NOTHING, SOMETHING = "Nothing lined up this week.", "Something lined up this week."


def test_two_mark_the_week_and_one_time_comes_up(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    ben: Partner,
) -> None:
    now = outbox.database_now()
    anas = page_of(ana, live_server, new_page)
    bens = new_page(live_server.url, width=PHONE, javascript=False)
    sign_in(bens, live_server, ben)
    wednesday = (week_of(ana, now=now).ends_at - dt.timedelta(days=4, hours=1)).astimezone(BERLIN).date()
    mark_by_keyboard(anas, wednesday)
    mark_without_javascript(bens)
    expect(anas.get_by_text(NOTHING)).to_be_visible()
    marked(ben, (2, 19, 4), by=ana, now=now)
    draw_weeks(now=draw_of(ana, now=now))
    for page in (anas, bens):
        page.goto("/week/")
        expect(page.get_by_text(SOMETHING)).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("button", name="Yes, I'd like that")).to_have_count(1)
    is_in_order(anas)


def mark_by_keyboard(page: Page, day: dt.date) -> None:
    """Go from the overview to the week; mark two boxes that touch, and an evening in plain inputs."""
    page.goto("/")
    press(page, "Mark the week ahead, just for yourself", role="link")
    reach(page, page.locator(".week-days input").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    for name, typed in (("day", f"{day:%m%d%Y}"), ("at", "0800PM"), ("until", "1000PM")):
        reach(page, page.locator(f"[name=t1-{name}]"))
        page.keyboard.type(typed)
    press(page, "Keep these marks")
    expect(page.get_by_text("Noted. Only you see it.")).to_be_visible()
    lengths = sorted(window.ends_at - window.starts_at for window in Window.objects.all())
    assert lengths == [dt.timedelta(hours=2)] * 2
    assert len(page.evaluate(CHOSEN)) == 4
    is_in_order(page)


def mark_without_javascript(page: Page) -> None:
    """Mark one box, look at it, and take all of it out again."""
    page.goto("/week/")
    page.locator(".week-days input").nth(40).check()
    page.get_by_role("button", name="Keep these marks").click()
    expect(page.locator(".week-days :checked")).to_have_count(1)
    page.get_by_role("button", name="Forget all my marks").click()
    expect(page.get_by_text("Forgotten. Nobody is told.")).to_be_visible()
    expect(page.locator(".week-days :checked")).to_have_count(0)
