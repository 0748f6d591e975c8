"""The week grid in a real browser: by keyboard alone, by dragging, and on a phone without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner
from scheduler.models import Slot
from scheduler.web.week import DAYS, monday_of
from tests.browser.conftest import NewPage
from tests.browser.look import axe_finds
from tests.cast import signed_in
from tests.chromium import DESK, PHONE

CHOSEN = "[...document.querySelectorAll('.week-days :checked')].map(box => box.value)"
FOCUS = "document.activeElement.value"


def sign_in(page: Page, server: LiveServer, partner: Partner) -> None:
    """Give the page a session of `partner`."""
    session = signed_in(partner.user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])


def open_next_week(page: Page, server: LiveServer, partner: Partner) -> None:
    """Show a week that lies wholly ahead."""
    sign_in(page, server, partner)
    monday = monday_of(timezone.now().date()) + timedelta(days=DAYS)
    page.goto(f"/offers/new/?week={monday}")


def box(page: Page, day: int, hour: int) -> str:
    """Return the value of a box, both counted from 0."""
    found = page.locator(".week-days tr").nth(day).locator("td").nth(hour).locator("input")
    return found.get_attribute("value") or ""


def test_by_keyboard_alone(transactional_db: None, live_server: LiveServer, new_page: NewPage, ana: Partner) -> None:  # noqa: ARG001
    page = new_page(live_server.url, width=DESK)
    open_next_week(page, live_server, ana)
    page.locator("button[name=week]").last.focus()
    page.keyboard.press("Tab")
    seen = [page.evaluate(FOCUS)]
    for key in ("ArrowDown", "ArrowRight", "End", "ArrowUp", "Home", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUS))
    places = [(0, 0), (0, 1), (1, 1), (1, 23), (1, 22), (1, 0), (0, 0)]
    assert seen == [box(page, day, hour) for day, hour in places]
    page.keyboard.press("Space")
    said = page.locator("[data-week-said]").text_content() or ""
    assert re.fullmatch(r"Monday 00:00 1[789]:00 in New York chosen", said)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "t1-day"  # the whole week is one stop for Tab
    page.keyboard.press("Enter")
    page.wait_for_url(live_server.url + "/")
    assert page.get_by_text("Offered. If it suits you both, it will appear in your plans.").is_visible()


def test_by_dragging(transactional_db: None, live_server: LiveServer, new_page: NewPage, ana: Partner) -> None:  # noqa: ARG001
    page = new_page(live_server.url, width=DESK)
    open_next_week(page, live_server, ana)
    cells = page.locator(".week-days tr").nth(2).locator("td")
    cells.nth(15).scroll_into_view_if_needed()
    cells.nth(15).hover()
    page.mouse.down()
    cells.nth(18).hover()
    page.mouse.up()
    assert page.evaluate(CHOSEN) == [box(page, 2, hour) for hour in (15, 16, 17, 18)]
    cells.nth(18).click()
    assert page.evaluate(CHOSEN) == [box(page, 2, hour) for hour in (15, 16, 17)]
    assert axe_finds(page) == []


def test_on_a_phone_without_javascript(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
) -> None:
    page = new_page(live_server.url, width=PHONE, javascript=False)
    open_next_week(page, live_server, ana)
    first = box(page, 4, 20)
    page.locator(f"input[value='{first}']").check()
    page.get_by_role("button", name="Week after").click()
    page.get_by_text("Chosen in other weeks: Friday").wait_for()
    assert page.url.endswith("#week")
    page.locator("button[name=pick]").last.click()
    page.wait_for_url(re.compile("#written$"))
    assert page.get_by_label("Day", exact=True).first.input_value()
    page.locator(f"input[value='{box(page, 5, 10)}']").check()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    page.get_by_role("button", name="Offer this time").click()
    page.get_by_text("Offered. If it suits you both, it will appear in your plans.").wait_for()
    assert Slot.objects.count() == 3


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])
def test_axe_finds_nothing_on_a_form_with_errors(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    width: int,
    scheme: str,
) -> None:
    page = new_page(live_server.url, width=width, scheme=scheme)
    open_next_week(page, live_server, ana)
    page.locator(".week-days input").first.check()
    page.get_by_label("Day", exact=True).first.fill("2020-01-01")
    page.get_by_label("Start", exact=True).first.fill("20:00")
    page.get_by_role("button", name="Offer this time").click()
    page.get_by_text("That time has passed by. Choose one that is still ahead.").wait_for()
    assert page.evaluate(CHOSEN) == [box(page, 0, 0)]
    assert axe_finds(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
