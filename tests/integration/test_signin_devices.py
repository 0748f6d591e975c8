"""Where one is signed in: seen and ended by oneself alone, and nothing kept of where from."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from accounts.models import Letter, User
from accounts.signin.devices import purge_devices, purge_sessions
from tests.cast import NOW, PASSWORD, make_user
from tests.dump import dump

pytestmark = pytest.mark.django_db
PAGE = "/account/sign-in/"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
NEW = "another-quiet-sentence-12"


def entered(user: User, *, agent: str = FIREFOX, client: Client | None = None, address: str = "192.0.2.77") -> Client:
    """Return a client that has come in by the front door, with the password."""
    client = client or Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert response.headers["Location"] == "/"
    return client


def inside(client: Client) -> bool:
    """Return whether this client is signed in."""
    return client.get("/link/").status_code == 200


@pytest.fixture
def ana_user(db: None) -> User:  # noqa: ARG001
    """Ana, without a couple."""
    return make_user("ana")


def test_the_page_names_devices_and_days(ana_user: User, clock: time_machine.Traveller) -> None:
    """Which program on which machine, since when, and the day of its last use; never an address or a version."""
    phone = entered(ana_user)
    clock.shift(dt.timedelta(days=3))
    phone.get("/link/")
    desk = entered(ana_user, agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36")
    html = desk.get(PAGE).content.decode()
    page = " ".join(strip_tags(html.replace("<br>", " ")).split())
    assert "Chrome, Linux (this one) Signed in on 5 March 2026. Last used on 5 March 2026." in page
    assert "Firefox, Android Signed in on 2 March 2026. Last used on 5 March 2026." in page
    kept = html + str(dump()["usersessions_usersession"]) + str([row.get_decoded() for row in Session.objects.all()])
    assert not re.search(r"192\.0\.2|Gecko|\b128\b", kept)


def test_one_device_is_signed_out_and_only_ones_own(ana_user: User) -> None:
    """Cleo's try changes nothing; ana's ends it at once; a second press is as friendly."""
    phone, desk, cleo = entered(ana_user), entered(ana_user), entered(make_user("cleo"))
    theirs = UserSession.objects.get(session_key=phone.session.session_key).pk
    assert cleo.post("/account/sign-in/device/end/", {"device": theirs}).status_code == 303
    assert inside(phone)
    for given in (theirs, theirs, "", "x", "9" * 30):
        assert desk.post("/account/sign-in/device/end/", {"device": given}).status_code == 303
    assert (inside(phone), inside(desk), inside(cleo)) == (False, True, True)


@pytest.mark.parametrize(("here", "stays"), [("0", True), ("1", False)])
def test_everywhere_else_or_here_too(here: str, stays: bool, ana_user: User) -> None:  # noqa: FBT001
    phone, desk, cleo = entered(ana_user), entered(ana_user), entered(make_user("cleo"))
    assert desk.post("/account/sign-in/devices/end/", {"here": here}).status_code == 303
    assert (inside(phone), inside(desk), inside(cleo)) == (False, stays, True)
    assert UserSession.objects.filter(user=ana_user).count() == int(stays)


def test_a_new_password_ends_every_other_session(ana_user: User) -> None:
    """At once, on the server too; the device that set it stays and stands on the list."""
    phone, desk = entered(ana_user), entered(ana_user)
    desk.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (inside(phone), inside(desk)) == (False, True)
    assert [row.session_key for row in UserSession.objects.all()] == [desk.session.session_key]
    assert not Session.objects.filter(session_key=phone.session.session_key).exists()


def test_a_reset_ends_every_session_and_names_the_calendar_addresses(ana_user: User) -> None:
    phone, stranger = entered(ana_user), Client()
    stranger.post("/account/password/reset/", {"email": ana_user.email})
    letter = Letter.objects.filter(recipient=ana_user.email).latest("due_at")
    found = re.search(r"^([A-Z0-9-]{6,12})$", letter.text, re.MULTILINE)
    assert found
    stranger.post("/account/password/reset/confirm/", {"code": found.group()})
    done = stranger.post("/account/password/reset/complete/", {"password1": NEW, "password2": NEW}, follow=True)
    assert 'href="/calendar/"' in done.content.decode()
    assert not inside(phone)
    assert not UserSession.objects.exists()


def test_signing_out_and_quick_exit_leave_the_list(ana_user: User) -> None:
    for path in ("/account/logout/", "/away/"):
        entered(ana_user).post(path)
        assert not UserSession.objects.exists()


def test_what_a_session_leaves_behind_is_purged(ana_user: User) -> None:
    """Also where the session went without it; the others keep theirs."""
    phone, tablet, desk = entered(ana_user), entered(ana_user), entered(ana_user)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=NOW - dt.timedelta(seconds=1))
    assert purge_sessions(now=NOW, limit=5) == 1
    assert UserSession.objects.count() == 2
    Session.objects.filter(pk=tablet.session.session_key).delete()
    assert purge_devices() == 1
    assert [row.session_key for row in UserSession.objects.all()] == [desk.session.session_key]


def test_the_page_costs_few_queries(ana_user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """As many with one device as with three; opening it changes nothing."""
    desk = entered(ana_user)
    before = dump()
    with django_assert_num_queries(5):  # session, user, ways, devices, their sessions
        desk.get(PAGE)
    assert dump() == before
    entered(ana_user)
    entered(ana_user)
    with django_assert_num_queries(5):
        desk.get(PAGE)


class TestNewDeviceMail:
    """A neutral mail when an account is opened on a browser that it doesn't know."""

    def test_only_a_new_browser_is_told_of(self, ana_user: User) -> None:
        """The first sign-in there sends one; the second, after signing out, none."""
        browser = entered(ana_user)
        letter = Letter.objects.get(recipient=ana_user.email)
        assert letter.subject == "A new sign-in"
        assert not re.search(
            r"pear|sex|partner|couple|Firefox|192\.0", f"{letter.subject} {letter.text}", re.IGNORECASE
        )
        browser.post("/account/logout/")
        entered(ana_user, client=browser)
        assert Letter.objects.count() == 1
        entered(make_user("cleo"), client=Client(headers={"User-Agent": FIREFOX}))
        assert Letter.objects.filter(recipient="cleo@example.org").count() == 1

    def test_two_people_share_one_browser(self, ana_user: User) -> None:
        """Each is told once; the cookie names neither."""
        browser, cleo = entered(ana_user), make_user("cleo")
        for user in (cleo, ana_user, cleo):
            browser.post("/account/logout/")
            entered(user, client=browser)
        assert Letter.objects.count() == 2
        assert "example" not in browser.cookies["device"].value
        browser.post("/away/")
        assert browser.cookies["device"].value == ""

    def test_a_made_up_cookie_is_not_believed(self, ana_user: User) -> None:
        for made_up in ("", "...", "x.y", "0" * 32 + "." + "0" * 64, "ä." * 2000):
            browser = Client(headers={"User-Agent": FIREFOX})
            browser.cookies["device"] = made_up.encode("ascii", "ignore").decode()
            entered(ana_user, client=browser)
        assert Letter.objects.count() == 5
