"""What a calendar program gets from a feed's address."""

import datetime
import logging

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date
from pytest_django import Settings

from accounts.fields import save_columns
from accounts.models import Partner, User
from scheduler.models import CalendarEntry, Feed, Preferences
from scheduler.operations.feeds import end_feeds, purge_feeds, revoke_feed, rotate_feed
from scheduler.web.feed import _BODIES
from tests.cast import BERLIN, NEW_YORK, NOW
from tests.integration.feed_scene import DAY, HOUR, fetch, make_entry, make_feed, properties

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SUMMARY = ["Calendar connected", "Busy"]


def test_a_feed_has_the_headers_that_clients_need(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY)
    response = fetch(path)
    assert response.status_code == 200
    assert {name: value for name, value in response.headers.items() if name not in {"ETag", "Content-Length"}} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="times.ics"',
        "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT",
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    assert response.headers["ETag"].startswith('"')
    assert not response.cookies


def test_both_partners_see_the_plan_under_different_uids_as_busy(ana: Partner, ben: Partner) -> None:
    bodies = []
    slot_id = make_entry(ana, starts_at=NOW + DAY).slot_id
    make_entry(ben, starts_at=NOW + DAY, slot_id=slot_id)
    for partner in (ana, ben):
        path, _ = make_feed(partner.user)
        bodies.append(fetch(path).content)
    assert [properties(body, "SUMMARY") for body in bodies] == [SUMMARY, SUMMARY]
    assert [properties(body, "DTSTART")[1] for body in bodies] == ["20260303T090000Z"] * 2
    uids = [uid for body in bodies for uid in properties(body, "UID")]
    assert len(set(uids)) == 4


@pytest.mark.parametrize(
    ("berlin", "new_york"),
    [
        (datetime.datetime(2026, 3, 6, 20, tzinfo=BERLIN), datetime.datetime(2026, 3, 6, 14, tzinfo=NEW_YORK)),
        (datetime.datetime(2026, 4, 3, 20, tzinfo=BERLIN), datetime.datetime(2026, 4, 3, 14, tzinfo=NEW_YORK)),
        (datetime.datetime(2026, 3, 20, 20, tzinfo=BERLIN), datetime.datetime(2026, 3, 20, 15, tzinfo=NEW_YORK)),
        (datetime.datetime(2026, 10, 30, 20, tzinfo=BERLIN), datetime.datetime(2026, 10, 30, 15, tzinfo=NEW_YORK)),
    ],
)
def test_one_moment_is_two_local_times(
    ana: Partner, ben: Partner, berlin: datetime.datetime, new_york: datetime.datetime
) -> None:
    for partner, local in ((ana, berlin), (ben, new_york)):
        make_entry(partner, starts_at=berlin)
        path, _ = make_feed(partner.user)
        written = properties(fetch(path).content, "DTSTART")[1]
        read = datetime.datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
        assert read.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


def test_the_second_answer_is_304_and_costs_one_query(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    first = fetch(path)
    for entries in (0, 1, 50):
        for number in range(entries):
            make_entry(ana, starts_at=NOW + DAY + number * HOUR, changed_at=NOW + entries * HOUR)
        etag = fetch(path).headers["ETag"]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = fetch(path, If_None_Match=etag)
        assert (response.status_code, len(queries), response.content) == (304, 1, b"")
        assert "Content-Type" not in response.headers
        assert response.headers["ETag"] == etag
    assert fetch(path, If_None_Match=first.headers["ETag"]).status_code == 200


def test_a_full_answer_costs_two_queries_and_the_next_one_one(ana: Partner) -> None:
    path, _ = make_feed(ana.user, last_fetched_at=NOW)
    for number in range(50):
        make_entry(ana, starts_at=NOW + DAY + number * HOUR)
    for expected in (2, 1):
        with CaptureQueriesContext(connection) as queries:
            assert fetch(path).status_code == 200
        assert len(queries) == expected


def test_losing_the_memory_changes_nothing(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY)
    first = fetch(path)
    _BODIES.clear()
    again = fetch(path)
    assert (first.content, first.headers["ETag"]) == (again.content, again.headers["ETag"])


def test_answers_days_apart_hold_the_same_bytes(ana: Partner, clock: time_machine.Traveller) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + 9 * DAY)
    first = fetch(path)
    clock.shift(7)
    assert fetch(path).content == first.content
    clock.shift(DAY)
    later = fetch(path)
    assert later.content == first.content
    assert later.headers["Last-Modified"] == "Tue, 03 Mar 2026 00:00:00 GMT"


def test_head_is_like_get_without_the_body(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    got, head = fetch(path), fetch(path, method="HEAD")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == got.headers
    assert fetch(path, method="HEAD", If_None_Match=got.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "TRACE"])
def test_other_methods_are_not_allowed(ana: Partner, method: str) -> None:
    path, _ = make_feed(ana.user)
    response = fetch(path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/cal/",
        "/cal/.ics",
        "/cal/a.ics",
        f"/cal/{'a' * 43}.ics",
        f"/cal/{'a' * 43}.ics.ics",
        f"/cal/{'a' * 43}",
        f"/cal/{'a' * 10_000}.ics",
        "/cal/%00.ics",
        "/cal/%FF%FE.ics",
        "/cal/..%2f..%2fetc%2fpasswd.ics",
        "/cal/<script>.ics",
        "/cal/x\r\ny.ics",
    ],
)
def test_an_unknown_address_is_a_plain_404(path: str) -> None:
    response = fetch(path)
    assert response.status_code == 404
    assert response.content == b"Not Found\n"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies


def test_a_token_in_another_case_is_unknown(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    assert fetch("/cal/" + path.removeprefix("/cal/").removesuffix(".ics").swapcase() + ".ics").status_code == 404


def test_a_foreign_host_gets_nothing(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    assert fetch(path, Host="elsewhere.example").status_code == 400


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "image/png"])
def test_any_accept_header_will_do(ana: Partner, accept: str | None) -> None:
    path, _ = make_feed(ana.user)
    headers = {"Accept": accept} if accept else {}
    assert fetch(path, **headers).headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_range_is_answered_in_full(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    assert fetch(path, Range="bytes=0-10").status_code == 200


def test_http_is_sent_to_the_same_path_on_https(ana: Partner, settings: Settings) -> None:
    path, _ = make_feed(ana.user)
    settings.SITE_IS_HTTPS, settings.SITE_URL = True, "https://times.example"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    response = fetch(path)
    assert (response.status_code, response.headers["Location"]) == (301, f"https://times.example{path}")
    assert fetch(path, X_Forwarded_Proto="https").status_code == 200


def test_no_session_is_read_or_made(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    client = Client()
    client.force_login(ana.user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["sessionid"] = "x" * 32
    response = client.get(path, headers={"Accept-Language": "de"})
    assert response.status_code == 200
    assert not response.cookies
    assert properties(response.content, "SUMMARY") == SUMMARY[:1]


def test_a_cancelled_entry_stays_and_says_so(ana: Partner) -> None:
    path, _ = make_feed(ana.user, alarm_minutes=15)
    entry = make_entry(ana, starts_at=NOW + DAY)
    uid = str(entry.uid)
    before = fetch(path).content
    CalendarEntry.objects.update(status="CANCELLED", sequence=1, changed_at=NOW + HOUR)
    after = fetch(path).content
    assert properties(before, "TRIGGER") == ["-PT15M"]
    assert properties(before, "UID")[1] == properties(after, "UID")[1] == uid
    assert properties(after, "SUMMARY")[1] == "Cancelled: Busy"
    assert properties(after, "STATUS")[1] == "CANCELLED"
    assert properties(after, "TRANSP")[1] == "TRANSPARENT"
    assert properties(after, "X-MICROSOFT-CDO-BUSYSTATUS")[1] == "FREE"
    assert (properties(before, "SEQUENCE")[1], properties(after, "SEQUENCE")[1]) == ("0", "1")
    assert properties(after, "DTSTAMP")[1] == properties(after, "LAST-MODIFIED")[1] == "20260302T100000Z"
    assert b"VALARM" not in after
    assert properties(after, "CLASS") == []


@pytest.mark.parametrize(("status", "days"), [("CONFIRMED", 7), ("CANCELLED", 30)])
def test_an_entry_leaves_with_the_day_after_its_stay(
    ana: Partner, clock: time_machine.Traveller, status: str, days: int
) -> None:
    path, _ = make_feed(ana.user)
    entry = make_entry(ana, starts_at=NOW, status=status)
    clock.move_to(entry.ends_at + days * DAY - HOUR)
    held = fetch(path)
    assert len(properties(held.content, "UID")) == 2
    clock.move_to((entry.ends_at + (days + 1) * DAY).replace(hour=0))
    gone = fetch(path, If_None_Match=held.headers["ETag"], If_Modified_Since=held.headers["Last-Modified"])
    assert gone.status_code == 200
    assert properties(gone.content, "SUMMARY") == SUMMARY[:1]
    assert gone.headers["Last-Modified"] == http_date(datetime.datetime.now(datetime.UTC).timestamp())


def test_somebody_without_a_partner_has_a_feed_that_is_not_empty(cleo: User) -> None:
    path, _ = make_feed(cleo)
    body = fetch(path).content
    assert properties(body, "SUMMARY") == SUMMARY[:1]
    assert properties(body, "TRANSP") == ["TRANSPARENT"]
    assert properties(body, "DTEND")[0] < "20260302T090000Z"


@pytest.mark.parametrize("way", ["revoke", "rotate", "end"])
def test_an_ended_address_holds_one_entry_for_30_days_and_is_gone_then(
    ana: Partner, clock: time_machine.Traveller, way: str
) -> None:
    path, feed = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY)
    live = fetch(path)
    clock.shift(60)
    moment = NOW + datetime.timedelta(seconds=60)
    if way == "revoke":
        revoke_feed(user=ana.user, feed_id=feed.pk, now=moment)
        revoke_feed(user=ana.user, feed_id=feed.pk, now=moment + DAY)
    elif way == "rotate":
        fresh = rotate_feed(user=ana.user, feed_id=feed.pk, now=moment)
        assert len(properties(fetch(f"/cal/{fresh}.ics").content, "UID")) == 2
    else:
        end_feeds(user_ids=[ana.user_id], now=moment)
    ended = fetch(path, If_None_Match=live.headers["ETag"])
    assert (ended.status_code, properties(ended.content, "SUMMARY")) == (200, SUMMARY[:1])
    assert properties(ended.content, "UID")[0] == properties(live.content, "UID")[0]
    clock.shift(30 * DAY - datetime.timedelta(seconds=1))
    assert fetch(path, If_None_Match=ended.headers["ETag"]).status_code == 304
    clock.shift(1)
    assert fetch(path).status_code == 404
    assert purge_feeds(now=moment + 31 * DAY) == 1


def test_the_owner_chooses_the_title(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY, kind="bath")
    Preferences.objects.create(user=ana.user, cover_title="Piano; lesson")
    seen = {}
    for title in ("busy", "cover", "kind"):
        Feed.objects.update(title=title, changed_at=NOW)
        body = fetch(path).content
        seen[title] = (properties(body, "SUMMARY")[1], properties(body, "CLASS"))
    assert seen == {"busy": ("Busy", ["PRIVATE"]), "cover": ("Piano\\; lesson", []), "kind": ("A bath", [])}
    Preferences.objects.update(cover_title="")
    Feed.objects.update(title="cover")
    assert properties(fetch(path).content, "SUMMARY")[1] == "Busy"


def test_a_changed_cover_text_and_name_reach_a_conditional_client(ana: Partner) -> None:
    path, _ = make_feed(ana.user, title="cover")
    make_entry(ana, starts_at=NOW + DAY)
    first = fetch(path)
    Preferences.objects.create(user=ana.user, cover_title="Piano", changed_at=NOW)
    second = fetch(path, If_None_Match=first.headers["ETag"])
    assert properties(second.content, "SUMMARY")[1] == "Piano"
    save_columns(Feed.objects.get(), calendar_name="Mine")
    third = fetch(path, If_None_Match=second.headers["ETag"])
    assert properties(third.content, "X-WR-CALNAME") == properties(third.content, "NAME") == ["Mine"]


def test_a_link_stands_there_only_when_switched_on(ana: Partner, settings: Settings) -> None:
    settings.SITE_URL = "https://times.example"
    path, _ = make_feed(ana.user)
    entry = make_entry(ana, starts_at=NOW + DAY)
    assert b"URL" not in fetch(path).content
    Feed.objects.update(link=True)
    assert properties(fetch(path).content, "URL") == [f"https://times.example/times/{entry.slot_id}/"]


def test_nothing_of_the_people_stands_in_a_feed(ana: Partner, ben: Partner) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY, kind="massage")
    Preferences.objects.create(user=ana.user, cover_title="Piano", partner_label="My darling")
    body = fetch(path).content.lower()
    for word in ("ana@", "ben", "darling", "piano", "massage", "testserver", "localhost", "127.0.0.1", "pear"):
        assert word.encode() not in body
    for value in (
        ana.pk,
        ben.pk,
        ana.couple_id,
        ana.user_id,
        Feed.objects.get().pk,
        CalendarEntry.objects.get().slot_id,
    ):
        assert str(value).encode() not in body


def test_the_fetch_is_noted_for_the_owner_now_and_then(ana: Partner, clock: time_machine.Traveller) -> None:
    path, _ = make_feed(ana.user)
    etag = fetch(path, User_Agent="Google-Calendar-Importer").headers["ETag"]
    feed = Feed.objects.get()
    assert (feed.last_fetched_at, feed.last_client) == (NOW, "google")
    clock.shift(6 * 3600 - 1)
    fetch(path, User_Agent="Google-Calendar-Importer", If_None_Match=etag)
    assert Feed.objects.get().last_fetched_at == NOW
    clock.shift(1)
    fetch(path, User_Agent="Google-Calendar-Importer", If_None_Match=etag)
    feed = Feed.objects.get()
    assert (feed.last_fetched_at, feed.last_client) == (NOW + datetime.timedelta(hours=6), "google")
    assert fetch(path).headers["ETag"] == etag


def test_another_program_is_noted_within_a_minute(ana: Partner, clock: time_machine.Traveller) -> None:
    path, _ = make_feed(ana.user)
    fetch(path, User_Agent="Google-Calendar-Importer")
    clock.shift(59)
    fetch(path, User_Agent="curl/8")
    assert Feed.objects.get().last_client == "google"
    clock.shift(1)
    fetch(path, User_Agent="curl/8")
    feed = Feed.objects.get()
    assert (feed.last_fetched_at, feed.last_client) == (NOW + datetime.timedelta(minutes=1), "other")


def test_the_token_is_in_no_log(ana: Partner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path, _ = make_feed(ana.user)
    token = path.removeprefix("/cal/").removesuffix(".ics")
    fetch(path)
    fetch(path, method="POST")
    fetch(path, Host="elsewhere.example")
    revoke_feed(user=ana.user, feed_id=Feed.objects.get().pk, now=NOW - 40 * DAY)
    assert fetch(path).status_code == 404
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert token not in "\n".join(said)
    assert token not in caplog.text
    assert not any(token.encode() in body for body in _BODIES._kept.values())
    assert token not in repr(list(_BODIES._kept))


def test_a_database_that_does_not_answer_is_a_plain_503(ana: Partner, caplog: pytest.LogCaptureFixture) -> None:
    path, _ = make_feed(ana.user)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduler_feed RENAME TO out_of_reach")
    response = fetch(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert response.content == b"Service Unavailable\n"
    assert path.removeprefix("/cal/") not in caplog.text


def test_a_mistake_of_ours_is_a_plain_500(ana: Partner, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    path, _ = make_feed(ana.user, link=True)
    make_entry(ana, starts_at=NOW + DAY)
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    response = fetch(path)
    assert (response.status_code, response.content) == (500, b"Internal Server Error\n")
    assert path.removeprefix("/cal/") not in caplog.text
