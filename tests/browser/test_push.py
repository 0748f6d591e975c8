"""The service worker in a real browser: what it shows of a message, and what its buttons do.

A browser under test reaches no push service, so its messages are handed over by the browser's own developer tools,
after the push service of the tests has taken and opened them: what the worker reads is what Pear sent.
"""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner
from scheduler.models import Slot
from tests.browser.conftest import NewPage
from tests.browser.look import axe_finds
from tests.browser.test_week_grid import sign_in
from tests.chromium import DESK, PHONE
from tests.integration.notice_scene import deliver, plan
from tests.integration.push_scene import device_of, without_mail
from tests.push_service import Pushed, PushService
from tests.services import wait_for

SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, tag, actions, lang, dir }) =>
    ({ title, tag, lang, dir, actions: actions.map(({ action, title }) => [action, title]) }));
}"""
# The developer tools press no notification, so the worker is told of a press as the browser would tell it.
PRESS = """async (action) => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
}"""


def registered(page: Page) -> tuple[CDPSession, str]:
    """Register the service worker as the settings page does; returns a session with the tools, and its id there."""
    tools = page.context.new_cdp_session(page)
    ids: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: ids.extend(each["registrationId"] for each in event["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'}).then(() => navigator.serviceWorker.ready)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    wait_for(lambda: page.evaluate("true") and ids, what="the registration")
    return tools, ids[0]


@pytest.fixture
def told(
    transactional_db: None,  # noqa: ARG001
    ana: Partner,
    ben: Partner,
    push_service: PushService,
) -> tuple[Slot, Pushed]:
    """A plan, and the message about it that ana's device got."""
    without_mail(ana.user, ben.user)
    _, browser = device_of(ana.user, push_service)
    slot = plan(ana)
    deliver()
    return slot, push_service.to(browser)[0]


@pytest.fixture
def page(live_server: LiveServer, new_page: NewPage) -> Page:
    """A page of ana's browser, signed out, which may show messages."""
    page: Page = new_page(live_server.url)
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    page.goto("/help/")
    return page


def shown(page: Page) -> list[dict[str, Any]]:
    """Return the messages that stand on the screen."""
    found: list[dict[str, Any]] = page.evaluate(SHOWN)
    return found


def pressed(page: Page, action: str) -> None:
    """Press a button of the message that stands on the screen."""
    [worker] = page.context.service_workers
    worker.evaluate(PRESS, action)


def until_shown(page: Page, title: str) -> None:
    """Wait for a message with this title."""
    wait_for(lambda: [each["title"] for each in shown(page)] == [title], what=title)


def arrives(page: Page, tools: CDPSession, message: dict[str, str]) -> None:
    """Deliver a message until it stands on the screen: a repeat takes the place of the first."""

    def is_shown() -> bool:
        tools.send("ServiceWorker.deliverPushMessage", message)
        page.wait_for_timeout(300)
        return [each["title"] for each in shown(page)] == ["You have a note."]

    wait_for(is_shown, what="the message")


def test_a_message_is_shown_and_its_button_frees_the_time(
    page: Page, live_server: LiveServer, told: tuple[Slot, Pushed]
) -> None:
    slot, pushed = told
    tools, registration = registered(page)
    message = {"origin": live_server.url, "registrationId": registration, "data": pushed.text.decode()}
    for _ in range(2):
        arrives(page, tools, message)
    [seen] = shown(page)
    assert seen["actions"] == [["open", "Open"], ["free", "Free this time"]]
    assert (seen["tag"], seen["lang"]) == (pushed.headers["Topic"], "en")
    pressed(page, "free")
    until_shown(page, "Done.")
    assert shown(page)[0]["actions"] == []
    assert not Slot.objects.filter(pk=slot.pk).exists()


def test_a_button_that_reaches_nothing_says_so(page: Page, live_server: LiveServer, told: tuple[Slot, Pushed]) -> None:
    """Nobody may believe that a time is free when it is not."""
    slot, pushed = told
    tools, registration = registered(page)
    text = pushed.text.decode().replace('"token":"', '"token":"x')
    message = {"origin": live_server.url, "registrationId": registration, "data": text}
    arrives(page, tools, message)
    pressed(page, "free")
    until_shown(page, "That did not work from here. Please open it.")
    assert Slot.objects.filter(pk=slot.pk).exists()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_page_asks_only_when_it_is_pressed(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
    push_service: PushService,
    width: int,
    scheme: str,
) -> None:
    device_of(ana.user, push_service)
    page: Page = new_page(live_server.url, width=width, scheme=scheme)
    sign_in(page, live_server, ana)
    asked = "Notification.requestPermission = () => { window.asked = true; return Promise.resolve('denied'); }"
    page.add_init_script(asked)
    page.goto("/settings/")
    button = page.get_by_role("button", name="Switch on for this device")
    button.wait_for()
    assert page.evaluate("window.asked") is None
    button.click()
    page.get_by_text("This browser does not allow messages from Pear.").wait_for()
    assert page.evaluate("window.asked") is True
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert axe_finds(page) == []


def test_without_scripts_the_page_says_what_is_missing(
    transactional_db: None,  # noqa: ARG001
    live_server: LiveServer,
    new_page: NewPage,
    ana: Partner,
) -> None:
    page: Page = new_page(live_server.url, javascript=False)
    sign_in(page, live_server, ana)
    page.goto("/settings/")
    assert page.locator("noscript p", has_text="your browser must run scripts").is_visible()
    assert not page.get_by_role("button", name="Switch on for this device").is_visible()
