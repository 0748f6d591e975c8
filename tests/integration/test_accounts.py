"""Accounts through the front door: signing up, in and out, codes by mail, changes of address and password."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.models import Letter, User
from tests.cast import PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db

SIGNUP = {
    "email": "New.One@Example.org",
    "password1": PASSWORD,
    "name": "Newt",
    "adult": "on",
    "consent": "on",
    "time_zone": "America/New_York",
}


def last_letter(to: str) -> Letter:
    """Return the newest letter to this address."""
    return Letter.objects.filter(recipient=to).latest("due_at")


def last_code(to: str) -> str:
    """Return the code that the newest letter to this address carries."""
    found = re.search(r"^([A-Z0-9-]{6,12})$", last_letter(to).text, re.MULTILINE)
    assert found
    return found.group()


def test_a_person_signs_up_with_a_code_by_mail() -> None:
    """Statements, their version and moment, zone and name are kept; the person is signed in after the code."""
    client = Client()
    response = client.post("/account/signup/", SIGNUP)
    assert response.headers["Location"] == "/account/confirm-email/"
    user = User.objects.get(email="new.one@example.org")
    assert (user.name, user.time_zone, user.consent_version) == ("Newt", "America/New_York", settings.CONSENT_VERSION)
    assert user.consented_at
    assert user.adult_stated_at
    page = client.get("/account/confirm-email/").content.decode()
    assert "new.one@example.org" in page
    response = client.post("/account/confirm-email/", {"code": last_code(user.email)})
    assert response.headers["Location"] == "/"
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/link/").status_code == 200


@pytest.mark.parametrize("missing", ["email", "password1", "adult", "consent"])
def test_sign_up_asks_for_each_statement_by_itself(missing: str) -> None:
    """Nothing is made without it, what was typed stays, and neither box is ticked beforehand."""
    page = Client().get("/account/signup/").content.decode()
    assert "checked" not in page
    response = Client().post("/account/signup/", {name: value for name, value in SIGNUP.items() if name != missing})
    assert response.status_code == 422
    assert f'id="id_{missing}_error"' in response.content.decode()
    assert 'value="Newt"' in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "UTC+99", "A" * 64])
def test_an_unknown_time_zone_is_utc(zone: str) -> None:
    """The browser's zone is a suggestion only."""
    Client().post("/account/signup/", SIGNUP | {"time_zone": zone})
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize("address", ["a@b\nBcc:x@y.org", "no address", "a" * 250 + "@example.org", "a@b@c.org"])
def test_what_is_no_address_is_said_so(address: str) -> None:
    """The form comes back, nothing is made, nothing is mailed."""
    assert Client().post("/account/signup/", SIGNUP | {"email": address}).status_code == 422
    assert not User.objects.exists()
    assert not Letter.objects.exists()


def test_sign_in_by_password_and_out() -> None:
    """In whatever case the address is typed; signing out ends it."""
    make_user("ana")
    client = Client()
    response = client.post("/account/login/", {"login": "ANA@example.org", "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert client.get("/link/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/link/").headers["Location"] == "/account/login/?next=/link/"


def test_sign_in_by_code_dies_after_three_wrong_ones() -> None:
    """A right code signs in; after three wrong ones the right one no longer does."""
    ana = make_user("ana")
    client = Client()
    client.post("/account/login/code/", {"email": ana.email})
    assert client.post("/account/login/code/confirm/", {"code": last_code(ana.email)}).headers["Location"] == "/"
    other = Client()
    other.post("/account/login/code/", {"email": ana.email})
    code = last_code(ana.email)
    for _ in range(3):
        other.post("/account/login/code/confirm/", {"code": "WRONG1"})
    other.post("/account/login/code/confirm/", {"code": code})
    assert other.get("/link/").status_code == 302


def test_reset_by_code_sets_a_new_password() -> None:
    """The old one stops working, and a neutral mail tells of the change."""
    ana = make_user("ana")
    client = Client()
    client.post("/account/password/reset/", {"email": ana.email})
    response = client.post("/account/password/reset/confirm/", {"code": last_code(ana.email)})
    response = client.get(response.headers["Location"])
    new = "another-quiet-sentence-12"
    client.post("/account/password/reset/complete/", {"password1": new, "password2": new})
    assert last_letter(ana.email).subject == "Your password changed"
    for password, works in ((PASSWORD, False), (new, True)):
        fresh = Client()
        fresh.post("/account/login/", {"login": ana.email, "password": password})
        assert (fresh.get("/link/").status_code == 200) is works


def test_an_address_changes_with_a_code_and_after_showing_who_one_is() -> None:
    """Re-authentication comes first; the new address counts only once its code is entered."""
    ana = make_user("ana")
    client = signed_in(ana)
    response = client.post("/account/email/", {"email": "anew@example.org", "action_add": ""})
    assert response.headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": "anew@example.org", "action_add": ""})
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    client.post("/account/confirm-email/", {"code": last_code("anew@example.org")})
    ana.refresh_from_db()
    assert ana.email == "anew@example.org"


def test_changing_the_password_signs_every_other_device_out() -> None:
    """The device that changed it stays, and is shown where else something may have to change."""
    ana = make_user("ana")
    client, other = signed_in(ana), signed_in(ana)
    new = "another-quiet-sentence-12"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post("/account/password/change/", form, follow=True)
    assert page.redirect_chain == [("/account/sign-in/", 302)]
    assert 'href="/calendar/"' in page.content.decode()
    assert (client.get("/link/").status_code, other.get("/link/").status_code) == (200, 302)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:81"])
def test_links_in_mails_begin_with_the_site(host: str) -> None:
    """Never with the host of the request."""
    Client().post("/account/login/code/", {"email": "nobody@example.org"}, headers={"X-Forwarded-Host": host})
    text = last_letter("nobody@example.org").text
    assert re.findall(r"https?://[^/]+", text) == [settings.SITE_URL]


def test_every_letter_is_neutral_with_text_and_html() -> None:
    """Codes, changes and answers to unknown addresses: no name, no word of what this is about, gone within a day."""
    ana = make_user("ana")
    Client().post("/account/signup/", SIGNUP)
    Client().post("/account/signup/", SIGNUP | {"email": ana.email})
    for address in (ana.email, "nobody@example.org"):
        Client().post("/account/login/code/", {"email": address})
        Client().post("/account/password/reset/", {"email": address})
    letters = list(Letter.objects.all())
    assert len(letters) == 6
    for letter in letters:
        assert letter.text
        assert "<html" in letter.html
        whole = f"{letter.subject} {letter.text} {letter.html}".lower()
        assert not re.search(r"pear|sex|intima|desire|passion|consent|partner|couple|ana\b(?!@)", whole)
        assert letter.expires_at - letter.due_at <= dt.timedelta(days=1)


def test_pages_carry_the_readers_own_language_and_zone() -> None:
    """The user's language wins over the browser's; without one the browser's holds."""
    ana = make_user("ana", time_zone="Asia/Kathmandu")
    client = signed_in(ana)
    client.post("/link/open/")
    assert 'lang="de"' in client.get("/link/", headers={"Accept-Language": "de"}).content.decode()
    User.objects.filter(pk=ana.pk).update(language="en", time_zone="No/Where")
    assert 'lang="en"' in client.get("/link/", headers={"Accept-Language": "de"}).content.decode()


class TestQuickExit:
    """The way out, whatever state anything is in."""

    def test_it_signs_out_clears_and_goes_away(self) -> None:
        """A 303 to a neutral site; the browser forgets; the session is gone on the server."""
        client = signed_in(make_user("ana"))
        key = str(client.session.session_key)
        response = client.post("/away/")
        assert (response.status_code, response.headers["Location"]) == (303, settings.QUICK_EXIT_URL)
        assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert not response.wsgi_request.session.exists(key)
        assert client.get("/link/").status_code == 302

    def test_it_needs_no_proof_and_no_session(self) -> None:
        """A stale form, a dead session or none at all: never an error page."""
        assert Client(enforce_csrf_checks=True).post("/away/").status_code == 303
        stale = signed_in(make_user("ana"), client=Client(enforce_csrf_checks=True))
        stale.session.flush()
        assert stale.post("/away/", {"csrfmiddlewaretoken": "old"}).status_code == 303

    def test_a_get_or_another_sites_form_signs_nobody_out(self) -> None:
        """Both only lead away."""
        client = signed_in(make_user("ana"))
        assert client.get("/away/").status_code == 303
        response = client.post("/away/", headers={"Sec-Fetch-Site": "cross-site"})
        assert "Clear-Site-Data" not in response.headers
        assert client.get("/link/").status_code == 200


def test_after_five_wrong_passwords_only_a_code_gets_in() -> None:
    """The right password rests too, from whatever network; a code by mail still opens the account."""
    ana = make_user("ana")
    for number in range(5):
        form = {"login": ana.email, "password": "not-the-right-one"}
        assert Client().post("/account/login/", form, REMOTE_ADDR=f"192.0.2.{number}").status_code == 422
    right = Client()
    right.post("/account/login/", {"login": ana.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.7")
    assert right.get("/link/").status_code == 302
    right.post("/account/login/code/", {"email": ana.email})
    right.post("/account/login/code/confirm/", {"code": last_code(ana.email)})
    assert right.get("/link/").status_code == 200


def test_control_characters_and_direction_marks_leave_a_name() -> None:
    """What cannot be read cannot be hidden in it."""
    Client().post("/account/signup/", SIGNUP | {"name": "Ne\u202ewt\u2028\r\n\x85"})
    assert User.objects.get().name == "Newt"
