"""The overview on a phone, by keyboard and in the dark: news comes by itself and takes nothing from under a hand."""

from playwright.sync_api import Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, reach
from tests.scenes import offered, planned
from tests.world import evening

ASK_NOW = "dispatchEvent(new Event('online'))"  # what else the passing of half a minute does
HIDDEN = "hidden => Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})"
TOP = "() => document.activeElement.getBoundingClientRect().top"


def test_the_overview_keeps_itself_up_to_date(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    ben: Partner,
) -> None:
    now = outbox.database_now()
    plan = planned(ana, evening(3, now), now=now)
    page = page_of(ana, live_server, new_page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto("/")
    reach(page, page.get_by_text("Day by day"))
    page.keyboard.press("Enter")
    link = page.locator(f".time-list a[href='/times/{plan.pk}/']").first
    reach(page, link)
    news_comes_under_the_hand(page, ben)
    nobody_looks_and_nothing_is_asked(page)
    is_in_order(page)
    single_keys_lead_on(page)
    page.context.clear_cookies()
    page.evaluate(ASK_NOW)
    expect(page.get_by_role("link", name="Make an account")).to_be_visible()


def news_comes_under_the_hand(page: Page, ben: Partner) -> None:
    """What has the focus keeps it, where it was; what is unfolded stays so."""
    now, before = outbox.database_now(), page.evaluate(TOP)
    assert answer_to(page).status == 304
    offered(ben, evening(5, now), now=now)
    assert answer_to(page).status == 200
    expect(page.get_by_role("status").filter(has_text="Your times have changed.")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, I'd like that")).to_be_visible()
    expect(page.get_by_role("table", name="The coming weeks")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.plan') !== null")
    assert abs(page.evaluate(TOP) - before) <= 1


def answer_to(page: Page) -> Response:
    """Have the page ask for news; returns what it is told."""
    with page.expect_response("**/now/") as told:
        page.evaluate(ASK_NOW)
    return told.value


def nobody_looks_and_nothing_is_asked(page: Page) -> None:
    """In the background it asks nothing; as soon as it is looked at again it does."""
    asked: list[str] = []
    page.on("request", lambda request: asked.extend([request.url] if request.url.endswith("/now/") else []))
    page.evaluate(HIDDEN, arg=True)
    page.evaluate(ASK_NOW)
    page.evaluate(HIDDEN, arg=False)
    with page.expect_response("**/now/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(asked) == 1


def single_keys_lead_on(page: Page) -> None:
    """Single keys do nothing until they are switched on, and rest in a field."""
    page.goto("/keys/")
    page.keyboard.press("t")
    switch = page.get_by_role("checkbox")
    reach(page, switch)
    page.keyboard.press("Space")
    page.keyboard.press("t")
    expect(switch).to_be_focused()
    page.keyboard.press("Tab")
    with page.expect_navigation(url="**/"):
        page.keyboard.press("t")
