"""What a real browser keeps, and that it goes: plans without a network, words over an expired session, quick exit."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from scheduler.models import RoomLine
from tests.browser.conftest import NewPage
from tests.browser.test_week_grid import sign_in
from tests.cast import PASSWORD
from tests.scenes import planned
from tests.world import evening

KEPT = """async () => ({
  caches: await caches.keys(),
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
})"""
RUN_OUT = """async () => {
  const cache = await caches.open("plans");
  const kept = await cache.match("/kept/");
  const headers = new Headers(kept.headers);
  headers.set("Kept-Until", String(Date.now() - 1));
  await cache.put("/kept/", new Response(await kept.blob(), { headers }));
}"""
LONG_AGO = 0
PLANS, NETWORK = "plans", "You are offline"


@pytest.fixture
def page(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    settings: Settings,
) -> Page:
    """Ana's browser, with a plan, and with a neutral site to leave to."""
    elsewhere = live_server.url.replace("localhost", "127.0.0.1")
    settings.QUICK_EXIT_URL = f"{elsewhere}/help/"
    settings.CONTENT_SECURITY_POLICY = settings.CONTENT_SECURITY_POLICY.replace("https://www.wikipedia.org", elsewhere)
    now = outbox.database_now()
    planned(ana, evening(3, now), now=now)
    page: Page = new_page(live_server.url)
    sign_in(page, live_server, ana)
    return page


def keeps(page: Page, *, wanted: bool) -> None:
    """Tick the box of the settings, or untick it, and wait until that is done."""
    page.goto("/settings/")
    box = page.get_by_label("Keep my plans on this device")
    expect(box).to_have_attribute("data-keeps", re.compile("on|off"))
    box.set_checked(wanted)
    expect(box).to_have_attribute("data-keeps", "on" if wanted else "off")


def keeps_awake(page: Page) -> bool:
    """Return whether opening a page counts as somebody being there."""
    [row] = Session.objects.all()
    session = SessionStore(row.session_key)
    session["seen_at"] = LONG_AGO
    session.save()
    page.goto("/")
    return bool(SessionStore(row.session_key)["seen_at"] > LONG_AGO)


def test_plans_are_there_without_a_network_until_they_have_to_go(page: Page) -> None:
    page.goto("/")
    assert page.evaluate(KEPT)["caches"] == []
    keeps(page, wanted=True)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    assert PLANS in page.evaluate(KEPT)["caches"]
    assert keeps_awake(page)
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline. What you type stays here")).to_be_visible()
    page.goto("/")
    expect(page.locator(".plan time")).to_have_text(re.compile("20:00"))
    expect(page).to_have_title("Calendar")
    page.goto("/talk/")
    expect(page.get_by_role("heading", name=NETWORK)).to_be_visible()
    page.evaluate(RUN_OUT)
    page.goto("/")
    expect(page.get_by_role("heading", name=NETWORK)).to_be_visible()
    assert PLANS not in page.evaluate(KEPT)["caches"]
    page.context.set_offline(False)
    keeps(page, wanted=True)
    keeps(page, wanted=False)
    assert PLANS not in page.evaluate(KEPT)["caches"]
    page.get_by_label("Language").select_option("ar")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html[dir=rtl] [data-keeps]")).to_have_attribute("data-keeps", "off")
    page.context.set_offline(True)
    page.goto("/talk/")
    expect(page.locator("html[lang=ar][dir=rtl] h1")).to_be_visible()


def test_what_was_typed_outlives_the_session_and_goes_with_quick_exit(page: Page, live_server: LiveServer) -> None:
    keeps(page, wanted=True)
    page.goto("/room/")
    words = page.locator("main textarea, main input[type=text]").first
    words.fill("A lamp for the hall")
    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    button = page.get_by_role("button", name="Add", exact=True)
    button.click()
    expect(page.get_by_text("Nothing was sent. Please press once more")).to_be_visible()
    page.context.set_offline(False)
    Session.objects.all().delete()
    button.click()
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill("ana@example.org")
    page.get_by_label(re.compile("password", re.IGNORECASE)).first.fill(PASSWORD)
    assert PLANS not in page.evaluate(KEPT)["caches"]
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("What you typed before is still here.")).to_be_visible()
    expect(words).to_have_value("A lamp for the hall")
    button.click()
    expect(page.locator("main").get_by_text("A lamp for the hall")).to_be_visible()
    assert [line.text for line in RoomLine.objects.all()] == ["A lamp for the hall"]
    assert not [key for key in page.evaluate(KEPT)["session"] if "draft" in key]
    words.fill("Phones in the hall")
    assert [key for key in page.evaluate(KEPT)["session"] if "draft" in key]
    page.get_by_role("button", name="Leave this page").first.click()
    expect(page).to_have_url(re.compile("127.0.0.1"))
    page.goto(f"{live_server.url}/help/")
    assert page.evaluate(KEPT) == {"caches": [], "local": [], "session": []}
