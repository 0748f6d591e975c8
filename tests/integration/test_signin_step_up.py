"""Some acts ask once more who it is, five minutes after it was last shown; nothing that closes ever does."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Letter, Partner, User
from scheduler.models import Feed
from scheduler.operations.feeds import create_feed
from tests.cast import PASSWORD, make_user, signed_in
from tests.dump import dump
from tests.routes import REACH, Reach
from tests.scenes import SATURDAY, planned

pytestmark = pytest.mark.django_db
AGAIN = "/account/reauthenticate/"
BY_MAIL = "/account/again/mail/"


@pytest.fixture
def later(ana: Partner, clock: time_machine.Traveller) -> Client:
    """Ana, signed in five minutes ago."""
    client = signed_in(ana.user)
    clock.shift(dt.timedelta(minutes=5))
    return client


def path_of(name: str, feed: Feed) -> str:
    """Return the path of an address that asks again."""
    return reverse(name, args=[feed.pk] if REACH[name] is Reach.FEED else [])


@pytest.fixture
def feed(ana: Partner, now: dt.datetime) -> Feed:
    """A feed of ana's own."""
    create_feed(user=ana.user, label="Phone", now=now)
    return Feed.objects.get()


@pytest.mark.parametrize("name", sorted(settings.STEP_UP_TO_SEE | settings.STEP_UP_TO_ACT))
def test_it_asks_and_nothing_happens_before(name: str, later: Client, feed: Feed) -> None:
    before = dump()
    for method in ("get", "post") if name in settings.STEP_UP_TO_SEE else ("post",):
        response = getattr(later, method)(path_of(name, feed))
        assert response.headers["Location"].startswith(f"{AGAIN}?next="), name
    assert dump() == before


def test_a_form_goes_on_once_it_is_shown(later: Client) -> None:
    """The address for a new device is there right after the password; what follows within five minutes isn't asked."""
    asked = later.post("/calendar/new/", {"label": "Tablet"}).headers["Location"]
    assert not Feed.objects.exists()
    shown = later.post(asked, {"password": PASSWORD, "next": "/calendar/new/"})
    assert 'id="address"' in shown.content.decode()
    assert Feed.objects.get().label == "Tablet"
    assert later.post("/calendar/new/", {"label": "Phone"}).status_code == 200


def test_a_wrong_password_shows_nobody(later: Client) -> None:
    later.post("/calendar/new/", {"label": "Tablet"})
    assert later.post(AGAIN, {"password": "not-the-right-one", "next": "/calendar/new/"}).status_code == 422
    assert not Feed.objects.exists()


def test_nothing_that_closes_asks(later: Client, ana: Partner, feed: Feed) -> None:
    """Free, take a calendar address away, take a break, be quiet, withdraw the agreement, leave, go."""
    plan = planned(ana, SATURDAY)
    for path, form in (
        (f"/times/{plan.pk}/free/", {}),
        (f"/calendar/{feed.pk}/away/", {}),
        ("/settings/break/", {"on": "1"}),
        ("/account/sign-in/devices/end/", {"here": "0"}),
        ("/leave/", {}),
        ("/account/logout/", {}),
        ("/away/", {}),
    ):
        response = later.post(path, form)
        assert response.status_code in {200, 302, 303}
        assert "/again" not in response.headers.get("Location", "")
        assert "reauthenticate" not in response.headers.get("Location", "")
    assert not Partner.objects.exists()


class TestWithoutPassword:
    """An account that has only its mailbox shows itself by a code from there."""

    @pytest.fixture
    def client(self, clock: time_machine.Traveller) -> Client:
        """Cleo, who never set a password, five minutes after signing in."""
        cleo = make_user("cleo")
        cleo.set_unusable_password()
        cleo.save()
        client = signed_in(cleo)
        clock.shift(dt.timedelta(minutes=5))
        return client

    def code(self) -> str:
        """Return the mailed code."""
        found = re.search(r"^([A-Z]{8})$", Letter.objects.latest("due_at").text, re.MULTILINE)
        assert found
        return found.group()

    def test_the_code_goes_on_with_what_was_asked(self, client: Client) -> None:
        asked = client.get("/account/export/").headers["Location"]
        assert asked == f"{BY_MAIL}?next=%2Faccount%2Fexport%2F"
        assert b"Send me a code" in client.get(asked).content
        assert not Letter.objects.exists()
        client.post(BY_MAIL, {"send": "", "next": "/account/export/"})
        response = client.post(BY_MAIL, {"code": self.code().lower(), "next": "/account/export/"})
        assert response.headers["Location"] == "/account/export/"
        assert client.get("/account/export/").status_code == 200

    def test_a_code_dies_by_use_by_three_wrong_ones_and_by_time(
        self, client: Client, clock: time_machine.Traveller
    ) -> None:
        client.post(BY_MAIL, {"send": ""})
        for _ in range(3):
            assert client.post(BY_MAIL, {"code": "WRONG"}).status_code == 422
        assert client.post(BY_MAIL, {"code": self.code()}).status_code == 422
        client.post(BY_MAIL, {"send": ""})
        clock.shift(dt.timedelta(minutes=15))
        assert client.post(BY_MAIL, {"code": self.code()}).status_code == 422
        client.post(BY_MAIL, {"send": ""})
        code = self.code()
        assert client.post(BY_MAIL, {"code": code}).status_code == 302
        assert client.post(BY_MAIL, {"code": code}).status_code == 422

    def test_tries_are_limited_for_oneself_alone(self, client: Client) -> None:
        """Ten within a minute; somebody else's count is their own."""
        statuses = [client.post(BY_MAIL, {"code": "WRONG"}).status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]
        dora = User.objects.create_user("dora@example.org", lock_minutes=0)
        assert signed_in(dora).post(BY_MAIL, {"send": ""}).status_code == 200

    def test_who_has_a_password_is_not_let_in_by_the_mailbox(self, ana: Partner) -> None:
        """The way by mail opens nothing for them, and sends nothing."""
        client = signed_in(ana.user)
        assert client.post(BY_MAIL, {"send": ""}).headers["Location"] == AGAIN
        assert not Letter.objects.exists()
