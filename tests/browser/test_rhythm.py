"""A rhythm, on a phone and by keyboard alone: put forward, agreed on, a drafted time said yes to by both, stopped."""

import datetime as dt
import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, press, reach
from tests.cast import BERLIN

GROUP = "A time for you both, if you both like"


def test_a_rhythm_on_a_phone_by_keyboard(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    ben: Partner,
) -> None:
    hers, his = (page_of(each, live_server, new_page) for each in (ana, ben))
    hers.goto("/")
    press(hers, "A rhythm, week by week", role="link")
    a_rhythm_is_put_forward(hers)
    his.goto("/")
    press(his, "A rhythm, week by week", role="link")
    press(his, "Not this one")
    expect(his.get_by_text("That's fine. Nothing was sent.")).to_be_visible()
    reach(his, his.locator("summary", has_text="Put aside"))
    his.keyboard.press("Enter")
    is_in_order(his)
    press(his, "Yes, I'd like that")
    expect(his.get_by_role("region", name="Your rhythm")).to_be_visible()
    is_in_order(his)
    a_drafted_time_takes_both(hers, his)
    press(his, "A rhythm, week by week", role="link")
    press(his, "Stop the rhythm")
    expect(his.get_by_text("Done. No more times are drafted.")).to_be_visible()
    hers.goto("/rhythm/")
    expect(hers.get_by_role("button", name="Stop the rhythm")).to_have_count(0)


def a_rhythm_is_put_forward(page: Page) -> None:
    """Choose a day in the middle of the seven to come, so that its time is drafted at once, and no end."""
    day = outbox.database_now().astimezone(BERLIN) + dt.timedelta(days=3)
    reach(page, page.get_by_label("Day", exact=True))
    page.keyboard.type(f"{day:%A}")
    reach(page, page.get_by_label("For four weeks, then it ends by itself"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Until one of you stops it")).to_be_checked()
    press(page, "Put it forward")
    expect(page.get_by_text("Put forward. If it suits you both, it begins.")).to_be_visible()
    expect(page.get_by_text(f"Every {day:%A} at 20:00, for 2 h")).to_be_visible()
    is_in_order(page)


def a_drafted_time_takes_both(hers: Page, his: Page) -> None:
    """One says yes and takes it back, unseen; with the second yes it is a plan."""
    for page in (hers, his):
        page.goto("/")
    group = hers.get_by_role("region", name=GROUP)
    press(hers, "Yes, I'd like that", within=group)
    expect(hers.get_by_text(re.compile("nobody else can tell"))).to_be_visible()
    is_in_order(hers)
    press(hers, "Take my yes back")
    press(hers, "Yes, I'd like that")
    expect(his.get_by_role("region", name=GROUP)).to_be_visible()
    press(his, "Yes, I'd like that", within=his.get_by_role("region", name=GROUP))
    expect(his.get_by_text(re.compile("You both said yes to"))).to_be_visible()
    his.goto("/")
    expect(his.get_by_role("region", name="Planned").get_by_role("button", name="Free this time")).to_be_visible()
