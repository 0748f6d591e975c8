"""A telephone's screen and a keyboard: what the stories of single pages are told with."""

from django.conf import settings
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner
from tests.browser.conftest import NewPage
from tests.browser.look import axe_finds
from tests.browser.people import MOST_TAB_STOPS
from tests.cast import signed_in
from tests.chromium import PHONE


def page_of(partner: Partner, server: LiveServer, new_page: NewPage) -> Page:
    """Return a page as wide as a telephone, in a profile that is signed in as `partner`."""
    page = new_page(server.url, width=PHONE)
    key = signed_in(partner.user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.url}])
    return page


def reach(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus."""
    expect(target).to_be_visible()
    for _ in range(MOST_TAB_STOPS):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    message = f"no way to {target} by keyboard"
    raise AssertionError(message)


def press(page: Page, name: str, *, role: str = "button", within: Locator | None = None) -> None:
    """Press a button, or follow a link, by keyboard; each leads to a page."""
    where = within or page.locator("main")
    kind = where.get_by_role("link", name=name) if role == "link" else where.get_by_role("button", name=name)
    reach(page, kind.first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    """Write into the field of this label."""
    reach(page, page.get_by_label(label))
    page.keyboard.type(text)


def is_in_order(page: Page) -> None:
    """Fail for whatever axe finds, and for a page that is wider than the telephone."""
    assert axe_finds(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
