"""The pages that mails lead to, in a real browser: one press, with no cookie, no referrer and nothing from afar."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import codes, outbox
from accounts.models import MailStop, Partner
from scheduler.models import Notice, Preferences, Slot
from scheduler.notifications.links import Topic, stop_link, time_link
from tests.browser.conftest import NewPage
from tests.scenes import planned
from tests.world import evening

DOORS: dict[str, tuple[Callable[[Notice], str], Callable[[], bool]]] = {
    "free a time": (lambda notice: time_link(notice.pk), lambda: not Slot.objects.exists()),
    "stop a sort of mail": (
        lambda notice: stop_link(Topic.CHANGES, notice.recipient.user_id),
        lambda: Preferences.objects.filter(mail_changes=False).exists(),
    ),
    "not for me": (lambda _: codes.stop_link_for("finn@example.org"), MailStop.objects.exists),
}


@pytest.mark.parametrize("door", DOORS)
def test_one_press_without_cookies_and_without_a_referrer(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    settings: Settings,
    door: str,
) -> None:
    settings.SITE_URL = live_server.url
    now = outbox.database_now()
    planned(ana, evening(3, now), now=now)
    link_of, is_done = DOORS[door]
    page = new_page(live_server.url)
    asked: list[Request] = []
    page.on("request", lambda request: asked.extend((request,)))
    page.goto(link_of(Notice.objects.filter(recipient=ana, kind=Notice.Kind.REMINDER)[0]))
    assert not is_done()
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    expect(page.locator("main form")).to_have_count(0)
    assert is_done()
    [sent] = [request for request in asked if request.method == "POST"]
    headers = sent.all_headers()
    assert headers["origin"] == "null"
    assert {"cookie", "referer"} & set(headers) == set()
    assert [request.url for request in asked if not request.url.startswith((live_server.url, "data:"))] == []
    assert page.context.cookies() == []
