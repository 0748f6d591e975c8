"""The calendar page and the file of one time."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Partner
from scheduler.models import Feed, Preferences
from scheduler.operations.feeds import MOST_FEEDS, revoke_feed, token_hash
from tests.cast import NOW, make_user
from tests.integration.feed_scene import DAY, fetch, make_entry, make_feed, properties

pytestmark = pytest.mark.django_db

SHOWN = {"label": "Phone", "calendar_name": "Mine", "title": "cover", "alarm_minutes": "30", "link": "on"}


def address_in(page: bytes) -> str:
    """Return the token that the page shows."""
    found = re.search(r'value="http://127\.0\.0\.1:\d+/cal/([\w-]{43})\.ics"', page.decode())
    assert found
    return found[1]


def test_an_address_is_shown_once_and_works(ana_client: Client) -> None:
    response = ana_client.post("/calendar/new/", {"label": " My\r\nphone\0 "})
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    token = address_in(response.content)
    page = response.content.decode()
    assert f'href="webcal://127.0.0.1:8000/cal/{token}.ics"' in page
    assert "webcals" not in page
    assert "<svg" in page
    assert "This site answers on this machine only" in page
    feed = Feed.objects.get()
    assert (feed.label, feed.token_hash) == ("My phone", token_hash(token))
    assert fetch(f"/cal/{token}.ics").status_code == 200
    overview = ana_client.get("/calendar/").content.decode()
    assert "My phone" in overview
    assert token not in overview
    assert token not in str(ana_client.session.items())


def test_a_device_needs_a_name(ana_client: Client) -> None:
    response = ana_client.post("/calendar/new/", {"label": "\r\n"})
    assert response.status_code == 422
    assert "Please give it a name" in response.content.decode()
    response = ana_client.post("/calendar/new/", {"label": "x" * 41})
    assert response.status_code == 422
    assert "x" * 41 in response.content.decode()
    assert not Feed.objects.exists()


def test_there_can_be_many_devices_but_not_any_number(ana_client: Client, ana: Partner) -> None:
    for _ in range(MOST_FEEDS):
        make_feed(ana.user)
    response = ana_client.post("/calendar/new/", {"label": "One more"})
    assert response.status_code == 422
    assert "as many as there can be" in response.content.decode()


def test_settings_reach_the_feed(ana_client: Client, ana: Partner) -> None:
    path, feed = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY)
    Preferences.objects.create(user=ana.user, cover_title="Piano")
    before = fetch(path)
    response = ana_client.post(f"/calendar/{feed.pk}/change/", SHOWN)
    assert (response.status_code, response.headers["Location"]) == (303, "/calendar/")
    after = fetch(path, If_None_Match=before.headers["ETag"])
    assert properties(after.content, "SUMMARY")[1] == "Piano"
    assert properties(after.content, "NAME") == ["Mine"]
    assert properties(after.content, "TRIGGER") == ["-PT30M"]
    assert len(properties(after.content, "URL")) == 1
    ana_client.post(f"/calendar/{feed.pk}/change/", SHOWN | {"alarm_minutes": "", "link": ""})
    assert properties(fetch(path).content, "TRIGGER") == []


def test_saving_the_same_again_changes_no_row(ana_client: Client, ana: Partner, clock: time_machine.Traveller) -> None:
    _, feed = make_feed(ana.user)
    ana_client.post(f"/calendar/{feed.pk}/change/", SHOWN)
    stored = Feed.objects.get()
    clock.shift(60)
    ana_client.post(f"/calendar/{feed.pk}/change/", SHOWN)
    assert Feed.objects.get().changed_at == stored.changed_at


@pytest.mark.parametrize(
    "wrong",
    [{"title": "loud"}, {"alarm_minutes": "7"}, {"alarm_minutes": "-1"}, {"calendar_name": ""}, {"label": ""}],
)
def test_wrong_settings_keep_what_was_typed(ana_client: Client, ana: Partner, wrong: dict[str, str]) -> None:
    _, feed = make_feed(ana.user)
    make_feed(ana.user)
    response = ana_client.post(f"/calendar/{feed.pk}/change/", SHOWN | {"calendar_name": "Typed"} | wrong)
    assert response.status_code == 422
    assert ("Typed" in response.content.decode()) == ("calendar_name" not in wrong)
    assert Feed.objects.get(pk=feed.pk).changed_at == feed.changed_at


def test_a_new_address_replaces_the_old_one(ana_client: Client, ana: Partner) -> None:
    path, feed = make_feed(ana.user, calendar_name="Mine")
    make_entry(ana, starts_at=NOW + DAY)
    token = address_in(ana_client.post(f"/calendar/{feed.pk}/address/").content)
    fresh = fetch(f"/cal/{token}.ics").content
    assert properties(fresh, "NAME") == ["Mine"]
    assert (len(properties(fresh, "UID")), len(properties(fetch(path).content, "UID"))) == (2, 1)
    assert ana_client.post(f"/calendar/{feed.pk}/address/").status_code == 404


def test_an_address_is_taken_away_at_once(ana_client: Client, ana: Partner) -> None:
    path, feed = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY)
    for _ in range(2):
        response = ana_client.post(f"/calendar/{feed.pk}/away/")
        assert (response.status_code, response.headers["Location"]) == (303, "/calendar/")
    assert len(properties(fetch(path).content, "UID")) == 1
    assert "Phone" not in ana_client.get("/calendar/").content.decode()


@pytest.mark.parametrize("act", ["change", "address", "away"])
def test_feeds_of_others_are_not_there(cleo_client: Client, ben_client: Client, ana: Partner, act: str) -> None:
    _, feed = make_feed(ana.user)
    for client in (cleo_client, ben_client):
        assert client.post(f"/calendar/{feed.pk}/{act}/", SHOWN).status_code == 404
        assert client.get(f"/calendar/{feed.pk}/{act}/").status_code == 405
    assert Feed.objects.get().changed_at == feed.changed_at


def test_signed_out_people_are_asked_to_sign_in(client: Client, ana: Partner) -> None:
    entry = make_entry(ana, starts_at=NOW + DAY)
    for path in ("/calendar/", f"/times/{entry.slot_id}/time.ics"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")


def test_the_owner_sees_how_a_feed_is_doing(ana_client: Client, ana: Partner, clock: time_machine.Traveller) -> None:
    path, feed = make_feed(ana.user)
    page = ana_client.get("/calendar/").content.decode()
    assert "No calendar has come for it yet." in page
    fetch(path, User_Agent="Mozilla/5.0 (compatible; Google-Calendar-Importer)")
    page = ana_client.get("/calendar/").content.decode()
    assert "Last fetched by Google on Monday, 2 March at 10:00, or in the six hours after." in page
    assert "every 8 to 24 hours" in page
    assert "It has not come for a while." not in page
    clock.shift(3 * DAY)
    assert "It has not come for a while." not in ana_client.get("/calendar/").content.decode()
    clock.shift(DAY)
    assert "It has not come for a while." in ana_client.get("/calendar/").content.decode()
    revoke_feed(user=ana.user, feed_id=feed.pk, now=NOW + 4 * DAY)
    clock.shift(60)
    fetch(path)
    assert Feed.objects.get().last_fetched_at == NOW


def test_an_address_never_used_gets_a_hint_after_a_day(
    ana_client: Client, ana: Partner, clock: time_machine.Traveller
) -> None:
    make_feed(ana.user)
    clock.shift(DAY)
    assert "If you have lost its address" in ana_client.get("/calendar/").content.decode()


@pytest.mark.parametrize("count", [1, 15])
def test_the_page_costs_the_same_for_any_number_of_devices(ana_client: Client, ana: Partner, count: int) -> None:
    for _ in range(count):
        make_feed(ana.user)
    with CaptureQueriesContext(connection) as queries:
        response = ana_client.get("/calendar/")
    assert response.status_code == 200
    assert len(queries) == 4  # the session, its user, the feeds, and whether plans also come by mail
    assert len(response.content) < 60 * 1024


def test_one_time_comes_as_a_file(ana_client: Client, ana: Partner) -> None:
    entry = make_entry(ana, starts_at=NOW + DAY)
    response = ana_client.get(f"/times/{entry.slot_id}/time.ics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="time.ics"'
    body = response.content
    assert properties(body, "UID") == [str(entry.uid)]
    assert properties(body, "SUMMARY") == ["Busy"]
    assert properties(body, "METHOD") == []


def test_the_file_holds_the_same_event_as_the_feed(ana_client: Client, ana: Partner) -> None:
    entry = make_entry(ana, starts_at=NOW + DAY, kind="bath")
    make_feed(ana.user, now=NOW - DAY)
    path, _ = make_feed(ana.user, title="kind", alarm_minutes=10)
    body = ana_client.get(f"/times/{entry.slot_id}/time.ics").content
    event = body[body.index(b"BEGIN:VEVENT") : body.index(b"END:VCALENDAR")]
    assert b"SUMMARY:A bath\r\n" in event
    assert event in fetch(path).content


def test_a_file_of_another_couple_is_not_there(
    cleo_client: Client, dora_client: Client, ben_client: Client, ana: Partner
) -> None:
    entry = make_entry(ana, starts_at=NOW + DAY)
    for client in (cleo_client, dora_client, ben_client):
        assert client.get(f"/times/{entry.slot_id}/time.ics").status_code == 404


@pytest.mark.usefixtures("clock")
def test_a_user_without_a_partner_can_prepare(client: Client) -> None:
    client.force_login(make_user("fin", at=NOW - datetime.timedelta(days=1)))
    response = client.post("/calendar/new/", {"label": "Laptop"})
    assert fetch(f"/cal/{address_in(response.content)}.ics").status_code == 200
