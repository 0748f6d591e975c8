"""Whoever tries too often waits, and nobody else: not the partner, not the same network, not a feed that is there."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import Partner
from scheduler.models import Offer
from scheduler.web.misses import Misses
from tests.cast import NOW, PASSWORD, make_user
from tests.integration.feed_scene import fetch, make_feed
from tests.integration.test_pages import press, words
from tests.integration.test_pages_offer import send
from tests.scenes import FRIDAY, offered

HOME = "198.51.100.7"


def sign_in(client: Client, name: str, password: str = PASSWORD) -> bool:
    """Try an account from the home that two people share; returns whether it opened."""
    form = {"login": f"{name}@example.org", "password": password}
    return client.post("/account/login/", form, REMOTE_ADDR=HOME).status_code == 302


@pytest.mark.django_db
def test_who_uses_up_the_tries_of_a_home_locks_nobody_out_of_their_own_browser() -> None:
    make_user("ana")
    make_user("ben")
    hers = Client()
    assert sign_in(hers, "ana")
    hers.post("/account/logout/")
    for number in range(11):
        assert not sign_in(Client(), f"nobody{number}", "wrong")
    assert not sign_in(Client(), "ben")
    assert sign_in(hers, "ana")


@pytest.mark.django_db
def test_a_browser_known_to_one_account_has_no_tries_of_its_own_at_others() -> None:
    make_user("ben")
    make_user("cleo")
    his = Client()
    assert sign_in(his, "ben")
    his.post("/account/logout/")
    for number in range(11):
        assert not sign_in(his, f"nobody{number}", "wrong")
    assert not sign_in(his, "cleo")


def test_offers_are_limited_for_each_partner_alone(
    ana: Partner, ana_client: Client, ben_client: Client, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"offer": "2/h/user"}
    for day in ("2026-03-06", "2026-03-07"):
        assert send(ana_client, t1_day=day, t1_at="20:00", key=str(uuid.uuid4())).status_code == 303
    third = send(ana_client, t1_day="2026-03-08", t1_at="20:00", key=str(uuid.uuid4()))
    assert (third.status_code, "That was a lot at once." in words(third.content)) == (422, True)
    assert Offer.objects.count() == 2
    assert send(ben_client, t1_day="2026-03-08", t1_at="20:00", key=str(uuid.uuid4())).status_code == 303
    slot = ana.offers.order_by("created_at").first().slots.get()  # type: ignore[union-attr]
    change = {"revision": str(slot.revision), "t1_day": "2026-03-09", "t1_at": "20:00"}
    assert send(ana_client, "time-change", slot.pk, **change).status_code == 422
    assert press(ana_client, "free", slot)[0] == 200


def test_a_change_within_the_limit_is_taken(ana: Partner, ana_client: Client) -> None:
    slot, *_ = offered(ana, FRIDAY)
    change = {"revision": str(slot.revision), "t1_day": "2026-03-09", "t1_at": "20:00"}
    assert send(ana_client, "time-change", slot.pk, **change).status_code == 303


@pytest.mark.usefixtures("clock")
def test_who_tries_many_feeds_is_slowed_down_and_a_feed_that_is_there_is_served(ana: Partner) -> None:
    path, _feed = make_feed(ana.user)
    statuses = [fetch(f"/cal/{number:043}.ics").status_code for number in range(121)]
    assert statuses == [404] * 120 + [429]
    slow = fetch(f"/cal/{'x' * 43}.ics")
    assert (slow.status_code, slow["Retry-After"]) == (429, "60")
    assert fetch(path).status_code == 200


def test_misses_are_counted_by_address_and_minute() -> None:
    misses = Misses(most=1, addresses=2)
    assert [misses.too_many("one", now=NOW) for _ in range(2)] == [False, True]
    assert not misses.too_many("two", now=NOW)
    assert [misses.too_many(name, now=NOW) for name in ("three", "four")] == [False, True]
    assert not misses.too_many("one", now=NOW + dt.timedelta(minutes=1))


@pytest.mark.django_db
def test_counts_are_not_pushed_out_by_others() -> None:
    cache.set("tries", 10, 3600)
    for number in range(350):
        cache.set(f"other-{number}", 1, 3600)
    assert cache.get("tries") == 10
