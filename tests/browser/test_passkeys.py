"""Passkeys in a real browser: its own virtual device makes them and signs in with them; nothing is played by us."""

import re
from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Letter, User
from tests.browser.conftest import NewPage
from tests.browser.look import axe_finds
from tests.cast import PASSWORD, make_user

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Phone:
    """A page in a browser whose device can hold passkeys, and what its console complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def phone(live_server: LiveServer, new_page: NewPage) -> Phone:
    """A browser with a device of its own, which says yes to everything by itself."""
    phone = Phone(new_page(live_server.url))
    phone.page.on("console", lambda message: phone.complaints.extend(_complaint(message)))
    phone.page.on("pageerror", lambda error: phone.complaints.append(str(error)))
    device = phone.page.context.new_cdp_session(phone.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return phone


def _complaint(message: ConsoleMessage) -> list[str]:
    if message.type not in {"error", "warning"} or "the server responded with a status of" in message.text:
        return []
    return [message.text]


def _press(page: Page, name: str) -> None:
    """Press a button or follow a link of the page itself, and wait for the page that it leads to."""
    main = page.locator("main")
    found = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
    with page.expect_navigation():
        found.first.click()


def _is_sound(page: Page) -> None:
    """Nothing for axe to find, on a phone, light and dark; nothing wider than the screen."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe_finds(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def _mailed_code(address: str) -> str:
    found = re.search(
        r"^([A-Z0-9-]{6,12})$", Letter.objects.filter(recipient=address).latest("due_at").text, re.MULTILINE
    )
    assert found
    return found.group()


def test_a_person_signs_up_and_in_with_a_passkey_alone(phone: Phone) -> None:
    """No password anywhere; the browser says no word against a script or a style."""
    page = phone.page
    page.goto("/account/signup/")
    _press(page, "Make an account with a passkey instead")
    page.get_by_label("Email").fill("newt@example.org")
    page.get_by_label("I am 18 or older.").check()
    page.get_by_label(re.compile("I agree")).check()
    _press(page, "Make an account")
    page.get_by_label("Code").fill(_mailed_code("newt@example.org"))
    _press(page, "Go on")
    _press(page, "Make the passkey")
    expect(page.get_by_role("heading", name="Your times")).to_be_visible()
    user = User.objects.get(email="newt@example.org")
    assert not user.has_usable_password()
    page.goto("/account/logout/")
    _press(page, "Sign out on this device")
    page.goto("/account/login/")
    _press(page, "Sign in with a passkey")
    expect(page.get_by_role("heading", name="Your times")).to_be_visible()
    assert phone.complaints == []


def test_a_passkey_is_added_renamed_asked_for_and_removed(phone: Phone) -> None:
    """Recovery codes come with it; the password alone opens nothing then; showing once more takes the passkey too."""
    ana = make_user("ana")
    page = phone.page
    _sign_in(page)
    page.goto("/account/sign-in/")
    _press(page, "Add a passkey")
    page.get_by_label("Password").fill(PASSWORD)
    _press(page, "Go on")
    page.get_by_label("A name for it (optional)").fill("Phone")
    _press(page, "Make the passkey")
    _press(page, "Show them, this once")
    assert page.locator("main code").count() == 10
    _is_sound(page)
    page.goto("/account/sign-in/")
    _is_sound(page)
    page.get_by_label("New name for Phone").fill("Old phone")
    _press(page, "Rename")
    expect(page.get_by_text("Old phone", exact=True)).to_be_visible()
    page.goto("/account/logout/")
    _press(page, "Sign out on this device")
    _sign_in(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    _is_sound(page)
    _press(page, "Use a passkey")
    expect(page.get_by_role("heading", name="Your times")).to_be_visible()
    page.goto("/account/delete/")
    with page.expect_navigation():
        page.get_by_role("link", name="Use a passkey").click()
    _press(page, "Use a passkey")
    expect(page).to_have_url(re.compile("/account/delete/$"))
    page.goto("/account/sign-in/")
    _press(page, "Remove Old phone")
    expect(page.get_by_text("Done. The passkey is removed.")).to_be_visible()
    assert not Authenticator.objects.filter(user=ana).exists()
    assert phone.complaints == []


def test_without_scripts_the_page_says_so_and_offers_the_rest(live_server: LiveServer, new_page: NewPage) -> None:
    """The button that needs a script is not shown; password and code are."""
    page = new_page(live_server.url, javascript=False)
    page.goto("/account/login/")
    expect(page.get_by_text("Passkeys need JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    expect(page.get_by_role("link", name="Sign in with a code by mail instead")).to_be_visible()


def test_a_passkey_that_does_not_come_about_is_told_kindly(live_server: LiveServer, new_page: NewPage) -> None:
    """At an address that browsers take no passkeys for: a sentence, and the other ways stay."""
    page = new_page(live_server.url.replace("localhost", "127.0.0.1"))
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    problem = page.get_by_role("status").filter(has_text="That did not work, or was stopped.")
    expect(problem).to_be_visible()


def _sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill("ana@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    _press(page, "Sign in")
