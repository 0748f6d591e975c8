"""Cards on a phone, by keyboard alone: answered, shared by both, stopped by one; axe finds nothing on the way."""

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner
from scheduler.domain.talk import WelcomeTime
from scheduler.queries.talk import welcome_times
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, press, reach, write

QUESTION = "What does it mean to you?"
FIRST, SECOND = "A long bath, and no telephone.", "Being asked how my day was."


def test_two_share_a_card_and_one_stops(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    ben: Partner,
) -> None:
    anas, bens = (page_of(partner, live_server, new_page) for partner in (ana, ben))
    answer_and_share(anas, FIRST)
    expect(anas.get_by_text("Shared from your side")).to_be_visible()
    answer_and_share(bens, SECOND)
    expect(bens.get_by_text(FIRST)).to_be_visible()
    is_in_order(bens)
    anas.goto("/talk/")
    press(anas, QUESTION, role="link")
    expect(anas.get_by_text(SECOND)).to_be_visible()
    press(anas, "All cards", role="link")
    press(anas, f"Stop sharing: {QUESTION}")
    bens.reload()
    expect(bens.get_by_text(SECOND)).to_be_visible()
    expect(bens.get_by_text(FIRST)).to_have_count(0)
    times_are_chosen(anas)
    assert welcome_times(user=ana.user) == (WelcomeTime.of(0, "20:00", "22:30"),)
    a_step_is_chosen(anas)


def answer_and_share(page: Page, words: str) -> None:
    """Find the card from the overview, answer it and press share."""
    page.goto("/")
    reach(page, page.get_by_role("navigation").get_by_role("link", name="Talk"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, QUESTION, role="link")
    write(page, "Your answer", words)
    press(page, "Save")
    press(page, "Share this card")


def times_are_chosen(page: Page) -> None:
    """Choose a stretch of the week; half of one is asked about."""
    press(page, "Which day and time would suit you?", role="link")
    reach(page, page.get_by_label("Day").first)
    page.keyboard.type("Monday")
    reach(page, page.get_by_label("From").first)
    page.keyboard.type("0800PM")
    press(page, "Save")
    expect(page.get_by_text("Until when?")).to_be_visible()
    is_in_order(page)
    reach(page, page.get_by_label("Until").first)
    page.keyboard.type("1030PM")
    press(page, "Save")
    expect(page.get_by_role("link", name="Look at your week with these")).to_be_visible()


def a_step_is_chosen(page: Page) -> None:
    """Choose how often, among the buttons that arrow keys go through."""
    page.goto("/talk/")
    press(page, "How often would you like time together?", role="link")
    reach(page, page.get_by_label("Several times a week"))
    page.keyboard.press("ArrowDown")
    press(page, "Save")
    expect(page.get_by_label("About once a week")).to_be_checked()
