"""Who gets how far, by every address: the outsider, another couple, the partner, and whoever is signed out."""

import re
import uuid
from datetime import datetime

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import Partner, User
from scheduler.models import Feed
from scheduler.operations.feeds import create_feed
from scheduler.operations.slots import free
from tests.cast import signed_in
from tests.dump import dump
from tests.routes import REACH, Reach, names, with_reach
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, offered, planned

METHODS = ("get", "head", "post")
TIMES = ("open", "plan", "freed")
UUIDS = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HURRIED = {"readyz": 503}  # it waits for no slow machine, and says so
OWN_LOCK = {"accounts_couple": ("rev",)}  # dora's own couple is locked to look for the time in it
CSRF = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')


@pytest.fixture
def times(ana: Partner, now: datetime) -> dict[str, uuid.UUID]:
    """The couple's times: one that ben may answer, one that is a plan, one freed a moment ago."""
    kept = {
        "open": offered(ana, FRIDAY)[0].pk,
        "plan": planned(ana, SATURDAY).pk,
        "freed": planned(ana, SUNDAY).pk,
    }
    free(partner=ana, slot_id=kept["freed"], now=now)
    return kept


@pytest.fixture
def feed(ana: Partner, now: datetime) -> Feed:
    """A feed of ana's own."""
    create_feed(user=ana.user, label="Device 4711", now=now)
    return Feed.objects.get(user=ana.user)


def shown(response: HttpResponseBase) -> bytes:
    """Return the page, but for the ids that were asked for and the forms' one-time proof."""
    return CSRF.sub(rb"\1", UUIDS.sub(b"", getattr(response, "content", b"")))


def test_every_address_has_a_row() -> None:
    assert names() == sorted(REACH)


@pytest.mark.parametrize("which", TIMES)
@pytest.mark.parametrize("name", with_reach(Reach.TIME))
def test_a_time_of_the_couple_is_nobody_elses(
    name: str, which: str, times: dict[str, uuid.UUID], cleo_client: Client, dora_client: Client
) -> None:
    theirs, nowhere = reverse(name, args=[times[which]]), reverse(name, args=[uuid.uuid4()])
    before = dump(masked=OWN_LOCK)
    for client in (cleo_client, dora_client):
        for method in METHODS:
            answer, other = getattr(client, method)(theirs), getattr(client, method)(nowhere)
            assert answer.status_code in {404, 405}, (name, method)
            assert (answer.status_code, shown(answer)) == (other.status_code, shown(other))
        statuses = {getattr(client, method)(theirs).status_code for method in METHODS}
        assert 404 in statuses
    assert dump(masked=OWN_LOCK) == before


@pytest.mark.parametrize("name", with_reach(Reach.TIME))
def test_both_partners_reach_their_time(
    name: str, times: dict[str, uuid.UUID], ana_client: Client, ben_client: Client
) -> None:
    statuses = {
        getattr(client, method)(reverse(name, args=[times[which]])).status_code
        for client in (ana_client, ben_client)
        for method in ("get", "post")
        for which in TIMES
    }
    assert statuses & {200, 303}


@pytest.mark.parametrize("name", with_reach(Reach.FEED))
def test_a_feed_is_its_owners_alone(
    name: str, feed: Feed, ben_client: Client, cleo_client: Client, dora_client: Client
) -> None:
    before = dump()
    for client in (ben_client, cleo_client, dora_client):
        for method in METHODS:
            answer = getattr(client, method)(reverse(name, args=[feed.pk]))
            assert answer.status_code == (404 if method == "post" else 405)
    assert dump() == before


@pytest.mark.parametrize("name", with_reach(Reach.FEED))
def test_its_owner_reaches_a_feed(name: str, feed: Feed, ana_client: Client) -> None:
    assert ana_client.post(reverse(name, args=[feed.pk])).status_code in {200, 303, 422}


@pytest.mark.parametrize("name", with_reach(Reach.OWN, Reach.TIME, Reach.FEED))
def test_signed_out_leads_to_signing_in(name: str, client: Client, times: dict[str, uuid.UUID], feed: Feed) -> None:
    objects = {Reach.TIME: [times["plan"]], Reach.FEED: [feed.pk], Reach.OWN: []}
    address = reverse(name, args=objects[REACH[name]])
    before = dump()
    for method in METHODS:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))
    assert dump() == before


@pytest.mark.parametrize("name", with_reach(Reach.ANYONE, Reach.OWN))
def test_a_page_shows_its_reader_only(
    name: str,
    times: dict[str, uuid.UUID],
    feed: Feed,
    cleo_client: Client,
    dora_client: Client,
) -> None:
    secrets = [*map(str, times.values()), str(feed.pk), "ana@", "ben@", "Ana", "Ben", "Device 4711"]
    for client in (cleo_client, dora_client):
        answer = client.get(reverse(name))
        assert answer.status_code in {200, 302, 303, 405, HURRIED.get(name)}
        text = answer.content.decode()
        assert [secret for secret in secrets if re.search(rf"\b{re.escape(secret)}(?!\w)", text)] == []


@pytest.mark.parametrize("name", with_reach(Reach.ANYONE))
def test_public_pages_are_public(name: str, client: Client, db: None) -> None:  # noqa: ARG001
    assert client.get(reverse(name)).status_code in {200, 303, HURRIED.get(name)}


@pytest.mark.parametrize("name", with_reach(Reach.SECRET))
@pytest.mark.parametrize("token", ["x", "x" * 43, "MAAAAAAAAAAAAAAA", "ana@example.org", "0"])
def test_a_made_up_secret_opens_nothing(name: str, token: str, client: Client, cleo: User) -> None:
    readers = [client, signed_in(cleo)]
    before = dump()
    for reader in readers:
        answer = reader.get(reverse(name, args=[token]))
        assert answer.status_code == (200 if name == "link-invited" else 404)
        assert reader.post(reverse(name, args=[token])).status_code in {404, 405}
    assert dump() == before


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "%00", "a/b", "%2e%2e"])
def test_a_made_up_feed_opens_nothing(token: str, client: Client, db: None) -> None:  # noqa: ARG001
    for method in ("get", "head"):
        assert getattr(client, method)(f"/cal/{token}.ics").status_code == 404
