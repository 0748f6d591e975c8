"""A session that was left alone: locked, not lost; what was typed is kept; what closes never asks."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner, User
from scheduler.models import Offer, Slot
from tests.cast import PASSWORD, make_user, signed_in
from tests.dump import dump
from tests.routes import REACH, Reach
from tests.scenes import SATURDAY, planned

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
UNLOCK = "/account/reauthenticate/"
COVER = {"name": "Ana", "time_zone": "Europe/Berlin"}


@pytest.fixture
def away(ana: Partner, clock: time_machine.Traveller) -> Client:
    """Ana's session after sixteen minutes without her, with the choice that everybody begins with."""
    User.objects.filter(pk=ana.user_id).update(lock_minutes=User._meta.get_field("lock_minutes").default)
    ana.refresh_from_db()
    client = signed_in(ana.user)
    clock.shift(16 * MINUTE)
    return client


def unlock(client: Client, back: str = "/") -> str:
    """Give the password; returns where that leads."""
    response = client.post(UNLOCK, {"password": PASSWORD, "next": back})
    return str(response.headers["Location"])


def test_every_name_in_the_settings_is_an_address() -> None:
    for names in (settings.LOCK_PASSES, settings.STEP_UP_TO_SEE, settings.STEP_UP_TO_ACT):
        assert names <= set(REACH)
    assert not settings.LOCK_PASSES & (settings.STEP_UP_TO_SEE | settings.STEP_UP_TO_ACT)


def test_it_locks_after_a_quarter_of_an_hour_and_opens_where_one_was(away: Client) -> None:
    """The page shows nothing of anybody, no way into the rest, and that some things never ask."""
    response = away.get("/settings/?x=1")
    assert response.headers["Location"] == f"{UNLOCK}?next=%2Fsettings%2F%3Fx%3D1"
    page = away.get(response.headers["Location"]).content.decode()
    assert "You were away for a while." in page
    assert 'href="/leave/"' in page
    assert 'action="/away/"' in page
    assert "site-nav" in page
    assert 'href="/calendar/"' not in page
    assert away.get("/").status_code == 302
    assert unlock(away, "/settings/?x=1") == "/settings/?x=1"
    assert away.get("/settings/").status_code == 200


def test_every_page_with_something_on_it_is_locked(away: Client) -> None:
    """Whatever is added: each address leads to the lock, but for those that the settings name."""
    for name, reach in REACH.items():
        if reach is Reach.OWN and name not in settings.LOCK_PASSES:
            for method in ("get", "post"):
                answer = getattr(away, method)(reverse(name))
                assert answer.headers["Location"].startswith(UNLOCK), name


def test_the_wrong_password_leaves_it_locked(away: Client) -> None:
    assert away.post(UNLOCK, {"password": "not-the-right-one"}).status_code == 422
    assert away.get("/").headers["Location"].startswith(UNLOCK)


def test_what_was_typed_is_kept_and_sent_by_hand(away: Client) -> None:
    """Sealed in the session, shown as one button after unlocking; sent or let go, it is forgotten."""
    offer = {"kind": "massage", "words-to-find": "a quiet evening"}
    response = away.post("/offers/new/", offer)
    assert response.headers["Location"] == f"{UNLOCK}?next=%2Faccount%2Fagain%2Fgo-on%2F"
    assert "a quiet evening" not in str([session.get_decoded() for session in Session.objects.all()])
    assert unlock(away, "/account/again/go-on/") == "/account/again/go-on/"
    for _ in range(2):
        page = away.get("/account/again/go-on/").content.decode()
        assert '<form method="post" action="/offers/new/">' in page
        assert '<input type="hidden" name="words-to-find" value="a quiet evening">' in page
    assert away.post("/offers/new/", offer).status_code == 422
    assert away.get("/account/again/go-on/").headers["Location"] == "/"
    assert not Offer.objects.exists()


def test_what_was_typed_can_be_let_go(away: Client) -> None:
    away.post("/settings/", COVER)
    unlock(away)
    assert away.post("/account/again/go-on/").headers["Location"] == "/"
    assert away.get("/account/again/go-on/").headers["Location"] == "/"


class TestWhatClosesNeverAsks:
    """A page left open still frees, ends and leaves, without a password."""

    def test_free(self, away: Client, ana: Partner) -> None:
        plan = planned(ana, SATURDAY)
        assert away.post(f"/times/{plan.pk}/free/").status_code in {200, 303}
        assert not Slot.objects.filter(pk=plan.pk).exists()
        assert away.get("/").headers["Location"].startswith(UNLOCK)

    def test_break_and_leave(self, away: Client, ana: Partner) -> None:
        away.post("/settings/break/", {"on": "1"})
        assert Partner.objects.get(pk=ana.pk).on_break
        assert away.get("/leave/").status_code == 200
        away.post("/leave/")
        assert not Partner.objects.exists()

    def test_quick_exit_and_sign_out(self, away: Client) -> None:
        assert away.post("/away/").status_code == 303
        assert away.get("/link/").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(("chosen", "stays_open"), [(5, 4), (15, 14), (60, 59)])
def test_the_choice_is_ones_own(chosen: int, stays_open: int, clock: time_machine.Traveller) -> None:
    client = signed_in(make_user("ana"))
    assert client.post("/account/sign-in/lock/", {"lock_minutes": chosen}).status_code == 303
    clock.shift(stays_open * MINUTE)
    assert client.get("/link/").status_code == 200
    clock.shift(chosen * MINUTE)
    assert client.get("/link/").status_code == 302


def test_never_is_a_choice_and_nothing_else_is_one(clock: time_machine.Traveller) -> None:
    client = signed_in(make_user("ana"))
    client.post("/account/sign-in/lock/", {"lock_minutes": 15})
    for nonsense in ("", "7", "-5", "x", "99999999999"):
        assert client.post("/account/sign-in/lock/", {"lock_minutes": nonsense}).status_code == 422
    assert User.objects.get().lock_minutes == 15
    client.post("/account/sign-in/lock/", {"lock_minutes": 0})
    clock.shift(dt.timedelta(days=10))
    assert client.get("/link/").status_code == 200


def test_a_script_that_looks_by_itself_keeps_nothing_awake(clock: time_machine.Traveller) -> None:
    """Only somebody's own steps count."""
    user = make_user("ana")
    User.objects.update(lock_minutes=15)
    client, step = signed_in(user), 5 * MINUTE
    for expected in (200, 200, 302):
        clock.shift(step)
        assert client.get("/link/", headers={"Sec-Fetch-Dest": "empty"}).status_code == expected


def test_use_is_noted_once_a_minute_and_only_in_the_session(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Reading costs no write within the minute; where nothing locks, it is noted by the day."""
    user = make_user("ana")
    User.objects.update(lock_minutes=15)
    client = signed_in(user)
    for shift, noted in ((30, False), (31, True), (59, False), (1, True)):
        clock.shift(shift)
        before = client.session["seen_at"], dump()
        client.get("/help/")
        assert (client.session["seen_at"] != before[0]) is noted
        assert dump() == before[1]
    User.objects.update(lock_minutes=0)
    clock.shift(dt.timedelta(hours=1))
    with django_assert_num_queries(2):  # session and user
        client.get("/help/")
