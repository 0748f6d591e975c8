"""Quick exit in a real browser: away at one press, and nothing behind the back button, with scripts and without."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import outbox
from accounts.models import Partner
from tests.browser.conftest import NewPage
from tests.cast import signed_in
from tests.scenes import planned
from tests.world import evening


@pytest.mark.parametrize("javascript", [True, False])
def test_after_it_the_back_button_shows_nothing_private(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    settings: Settings,
    javascript: bool,  # noqa: FBT001
) -> None:
    elsewhere = live_server.url.replace("localhost", "127.0.0.1")
    settings.QUICK_EXIT_URL = f"{elsewhere}/help/"
    settings.CONTENT_SECURITY_POLICY = settings.CONTENT_SECURITY_POLICY.replace("https://www.wikipedia.org", elsewhere)
    now = outbox.database_now()
    private = str(planned(ana, evening(3, now), now=now).pk)
    page = new_page(live_server.url, javascript=javascript)
    key = signed_in(ana.user).cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page.goto("/help/")
    page.goto("/")
    assert private in page.content()
    page.get_by_role("button", name="Leave this page").first.click()
    expect(page).to_have_url(settings.QUICK_EXIT_URL)
    assert django_settings.SESSION_COOKIE_NAME not in {each["name"] for each in page.context.cookies(live_server.url)}
    page.go_back()
    expect(page).to_have_url(f"{live_server.url}/")
    assert private not in page.content()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
