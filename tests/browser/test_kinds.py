"""Two mark in private, the tick finds what they have in common, and an offer for it carries a note: by keyboard."""

import datetime as dt
from datetime import datetime
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from scheduler.domain.marks import WEEK
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.web.week import FORMAT
from tests.browser.conftest import NewPage
from tests.browser.keyboard import is_in_order, page_of, press, reach, write
from tests.world import evening

OWN = "Slow dancing"
NOTE = "After the film?"


def test_two_find_what_they_have_in_common_and_offer_it(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    ben: Partner,
) -> None:
    anas, bens = (page_of(seat, live_server, new_page) for seat in (ana, ben))
    mark(anas, "Dancing", "A bath", own=OWN)
    mark(bens, "A bath", own=f"{OWN.lower()}!")
    expect(in_common(bens)).to_contain_text("Nothing stands here at the moment.")
    is_in_order(anas)
    now = outbox.database_now()
    hold_mark_tick(now=now + 2 * WEEK)
    for page in (anas, bens):
        page.reload()
        expect(in_common(page).get_by_role("listitem")).to_have_text(["A bath", OWN])
        switch_notes(page, "on")
    offer_a_bath(anas, evening(3, now))
    bens.goto("/")
    offered = bens.get_by_role("listitem").filter(has_text=NOTE)
    expect(offered).to_contain_text("A bath")
    is_in_order(bens)
    switch_notes(bens, "off")
    mark(bens, "A bath")  # pressed once more: it is taken out
    for page in (anas, bens):
        page.goto("/")
        expect(page.get_by_text("Time together, no particular outcome")).to_be_visible()
        expect(page.get_by_text(NOTE)).to_have_count(0)


def in_common(page: Page) -> Locator:
    """Return what the page shows both of."""
    return page.get_by_role("region", name="You both welcome")


def mark(page: Page, *labels: str, own: str = "") -> None:
    """Go by the talk page to the kinds, turn these marks over, and save."""
    page.goto("/talk/")
    press(page, "Kinds of time", role="link")
    for label in labels:
        reach(page, page.get_by_label(label, exact=True))
        page.keyboard.press("Space")
    if own:
        write(page, "Something of your own", own)
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()


def switch_notes(page: Page, way: str) -> None:
    """Press the switch in the settings."""
    page.goto("/settings/")
    press(page, f"Switch notes {way}")
    expect(page.get_by_text(f"Notes are {way}")).to_be_visible()


def offer_a_bath(page: Page, start: datetime) -> None:
    """Offer one time for a bath, with a note."""
    page.goto("/offers/new/?" + urlencode({"again": start.astimezone(dt.UTC).strftime(FORMAT), "minutes": 60}))
    reach(page, page.get_by_label("What for"))
    page.keyboard.type("A bath")
    write(page, "A note, if you like", NOTE)
    is_in_order(page)
    press(page, "Offer this time")
    expect(page.get_by_text("Offered. If it suits you both")).to_be_visible()
