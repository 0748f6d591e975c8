"""Bad input about people: addresses, invitations, ways on after signing in, and forms that name what is not theirs."""

import datetime as dt
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from accounts import codes, linking
from accounts.models import Invitation, Letter, Partner, User
from scheduler.models import Offer, Slot, Yes
from tests.cast import PASSWORD, make_user, signed_in
from tests.dump import dump
from tests.integration.test_accounts import SIGNUP, last_code
from tests.integration.test_linking_mail import mail
from tests.integration.test_pages_offer import form, send
from tests.scenes import FRIDAY, offered
from tests.taps import Page

pytestmark = pytest.mark.django_db

NO_ADDRESS = [
    "a@b\nBcc:x@y.org",
    "a@example.org\r\nBcc: x@y.org",
    '"a b"@example.org',
    '"a\x01b"@example.org',
    "a@example.org, b@example.org",
    "<a@example.org>",
    "a" * 250 + "@example.org",
    "a@" + "b" * 300 + ".org",
    "\u0430na@example.org",  # a Cyrillic letter
    "ana@exa\u202emple.org",
    "a\0@example.org",
    "@example.org",
    "a@",
]


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/login/code/", "/account/password/reset/", "/link/mail/"]
)
def test_what_is_no_address_is_nowhere_taken(path: str) -> None:
    """Not for an account, a code, a new password or an invitation: nothing is kept, and nothing is sent."""
    client = signed_in(make_user("cleo")) if path == "/link/mail/" else Client()
    client.post("/link/open/")
    before = dump()
    for address in NO_ADDRESS:
        cache.clear()
        answer = client.post(path, SIGNUP | {"email": address, "address": address})
        assert answer.status_code == 422, address
    assert {**dump(), "cache": []} == {**before, "cache": []}


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("New.One@Example.org", "new.one@EXAMPLE.ORG"),
        (" new.one@example.org ", "NEW.ONE@example.org"),
        ("new+one@example.org", "NEW+ONE@example.org"),
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
        ("a@B\u00dcCHER.example", "A@b\u00fccher.EXAMPLE"),
    ],
)
def test_one_address_however_it_is_spelt_is_one_account(first: str, again: str) -> None:
    for path in ("/account/signup/", "/account/login/code/", "/account/password/reset/"):
        for address in (first, again):
            cache.clear()  # one address gets one such mail in three minutes
            assert Client().post(path, SIGNUP | {"email": address}).status_code == 302
    assert User.objects.count() == EmailAddress.objects.count() == 1
    assert set(Letter.objects.values_list("recipient", flat=True)) == {User.objects.get().email}
    EmailAddress.objects.update(verified=True)
    for address in (first, again):
        cache.clear()
        signed = Client().post("/account/login/", {"login": address, "password": PASSWORD})
        assert signed.headers["Location"] == "/"


def test_a_tag_makes_another_address() -> None:
    """Whether both reach one mailbox is its owner's business; one account can't be taken for the other."""
    for address in ("new@example.org", "new+tag@example.org"):
        Client().post("/account/signup/", SIGNUP | {"email": address})
    assert set(User.objects.values_list("email", flat=True)) == {"new@example.org", "new+tag@example.org"}


def test_whoever_is_invited_the_inviter_reads_the_same(dora: Partner) -> None:
    """Somebody linked, somebody who has not shown that the address is theirs, oneself, and nobody at all."""
    cleo, unverified = make_user("cleo"), make_user("finn")
    EmailAddress.objects.filter(user=unverified).update(verified=False)
    signed_in(cleo).post("/link/open/")
    addresses = [dora.user.email, unverified.email, cleo.email, "nobody@example.org"]
    assert len({mail(cleo, address) for address in addresses}) == 1


def test_a_linked_person_gets_the_neutral_answer_to_any_code(dora: Partner, cleo: User) -> None:
    linking.open_invitation(user=cleo, now=dt.datetime.now(dt.UTC))
    right = codes.code_of(Invitation.objects.get().pk)
    client = signed_in(dora.user)
    before = dump()
    statuses = {client.post("/link/redeem/", {"code": code}).status_code for code in (right, "0" * 10)}
    assert len(statuses) == 1
    assert {**dump(), "cache": []} == {**before, "cache": []}


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "///evil.example",
        "http://testserver@evil.example/",
        "data:text/html,x",
    ],
)
def test_signing_in_and_out_leads_nowhere_else(to: str) -> None:
    make_user("ana")
    client = Client()
    signed = client.post("/account/login/", {"login": "ana@example.org", "password": PASSWORD, "next": to})
    assert signed.headers["Location"] == "/"
    again = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": to})
    assert again.headers["Location"] == "/"
    assert client.post("/account/logout/", {"next": to}).headers["Location"] == "/"


def test_a_code_that_signed_somebody_in_does_so_once() -> None:
    """Neither in the same browser after signing out, nor in another one that asks for a code of its own."""
    user, client, other = make_user("ana"), Client(), Client()
    client.post("/account/login/code/", {"email": user.email})
    code = last_code(user.email)
    assert client.post("/account/login/code/confirm/", {"code": code}).headers["Location"] == "/"
    client.post("/account/logout/")
    cache.clear()
    other.post("/account/login/code/", {"email": user.email})
    for browser in (client, other):
        browser.post("/account/login/code/confirm/", {"code": code})
        assert browser.get("/link/").status_code == 302


def test_a_form_cannot_say_what_only_the_rules_decide(ana: Partner, ben: Partner, ana_client: Client) -> None:
    """State, author, couple, revision and the other's yes are no fields of any form."""
    wishes = {
        "status": "confirmed",
        "state": "confirmed",
        "confirmed_at": "2026-03-02T09:00:00Z",
        "proposer": str(ben.pk),
        "author": str(ben.pk),
        "author_id": str(ben.pk),
        "partner": str(ben.pk),
        "couple": str(uuid.uuid4()),
        "couple_id": str(uuid.uuid4()),
        "revision": "7",
        "version": "7",
        "yeses": str(ben.pk),
        "expires_at": "2030-01-01T00:00:00Z",
        "origin": "rhythm",
    }
    assert send(ana_client, t1_day="2026-03-06", t1_at="20:00", **wishes).status_code == 303
    slot, offer = Slot.objects.get(), Offer.objects.get()
    assert (slot.starts_at, slot.confirmed_at, slot.revision, slot.couple_id) == (FRIDAY, None, 1, ana.couple_id)
    assert (offer.author_id, list(Yes.objects.values_list("partner", flat=True))) == (ana.pk, [ana.pk])
    sent = {"revision": "1", "partner": str(ben.pk), "author": str(ben.pk), "partner_id": str(ben.pk)}
    ana_client.post(f"/times/{slot.pk}/yes/", sent)
    assert not Slot.objects.filter(confirmed_at__isnull=False).exists()


def test_nobody_is_made_more_than_a_person(ana: Partner, ana_client: Client) -> None:
    more = {"is_staff": "1", "is_superuser": "1", "is_active": "", "password": "x", "email": "x@example.org"}
    before = User.objects.filter(pk=ana.user_id).values("is_active", "password", "email").get()
    ana_client.post("/settings/", {"name": "Ana", "time_zone": "Europe/Berlin", "language": "en", **more})
    assert User.objects.filter(pk=ana.user_id).values("is_active", "password", "email").get() == before
    Client().post("/account/signup/", SIGNUP | more | {"email": "new@example.org"})
    new = User.objects.get(email="new@example.org")
    assert {getattr(new, name, False) for name in ("is_staff", "is_superuser")} == {False}


WRITTEN = ("name", "label", "code", "address", "email", "login", "kind", "password", "t1-day", "sentence", "text")
LEADS_AWAY = ("/leave/", "/account/delete/", "/settings/agreement/away/", "/account/logout/", "/away/")


def test_a_nul_in_any_field_of_any_form_breaks_nothing(ana: Partner, ana_client: Client) -> None:
    """Each form of each page within reach, with one in every value that it sends."""
    offered(ana, FRIDAY)
    ana_client.post("/account/reauthenticate/", {"password": PASSWORD})
    pages, tried = (
        ["/", "/offers/new/", "/settings/", "/calendar/", "/link/", "/account/sign-in/", "/account/email/"],
        0,
    )
    pages += ["/account/password/change/", f"/times/{Slot.objects.get().pk}/"]
    forms = [(one.action or path, one) for path in pages for one in Page(_read(ana_client, path)).forms]
    for action, one in forms:
        if one.method != "post" or action in LEADS_AWAY:
            continue
        values = {name: f"{value}\0" for name, value in one.hidden.items()} | dict.fromkeys(WRITTEN, "x\0y")
        assert ana_client.post(action, form(**values)).status_code < 500, action
        tried += 1
    assert tried > 10


def _read(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()
