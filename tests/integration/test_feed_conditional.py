"""Conditional requests, and content codings, in all their forms (RFC 9110, sections 12 and 13)."""

import datetime
import gzip

import pytest
import time_machine

from accounts.models import Partner
from tests.cast import NOW
from tests.integration.feed_scene import DAY, HOUR, fetch, make_entry, make_feed, properties

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", W/"more", {etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ('W/"other", "more"', 200),
        ("garbage", 200),
        ("", 200),
        (", ".join(f'"{number}"' for number in range(1000)), 200),
    ],
)
def test_if_none_match_is_compared_weakly_and_wins(ana: Partner, header: str, status: int) -> None:
    path, _ = make_feed(ana.user)
    etag = fetch(path).headers["ETag"]
    since = "Mon, 02 Mar 2026 09:00:00 GMT"
    response = fetch(path, If_None_Match=header.format(etag=etag), If_Modified_Since=since)
    assert response.status_code == status


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Mon, 02 Mar 2026 08:59:59 GMT", 200),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 304),
        ("Mon, 02 Mar 2026 09:00:01 GMT", 200),
        ("Tue, 02 Mar 2094 09:00:00 GMT", 200),
        ("yesterday", 200),
        ("99999999999999", 200),
        ("", 200),
    ],
)
def test_if_modified_since_counts_unless_it_is_in_the_future(ana: Partner, since: str, status: int) -> None:
    path, _ = make_feed(ana.user)
    assert fetch(path, If_Modified_Since=since).status_code == status


def test_two_changes_within_one_second_are_both_seen_by_date(ana: Partner, clock: time_machine.Traveller) -> None:
    path, _ = make_feed(ana.user, now=NOW - DAY)
    clock.move_to(NOW + datetime.timedelta(milliseconds=400))
    make_entry(ana, starts_at=NOW + DAY, changed_at=NOW + datetime.timedelta(milliseconds=300))
    since = fetch(path).headers["Last-Modified"]
    make_entry(ana, starts_at=NOW + 2 * DAY, changed_at=NOW + datetime.timedelta(milliseconds=700))
    clock.move_to(NOW + datetime.timedelta(seconds=3))
    later = fetch(path, If_Modified_Since=since)
    assert later.status_code == 200
    assert len(properties(later.content, "UID")) == 3


def test_last_modified_is_never_in_the_future(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    make_entry(ana, starts_at=NOW + DAY, changed_at=NOW + HOUR)
    assert fetch(path).headers["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip", "gzip"),
        ("deflate, GZIP;q=0.5, br", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.0", None),
        ("br", None),
        ("", None),
        ("*", None),
    ],
)
def test_gzip_comes_only_when_asked(ana: Partner, asked: str, coding: str | None) -> None:
    path, _ = make_feed(ana.user)
    plain = fetch(path)
    response = fetch(path, Accept_Encoding=asked)
    assert response.headers.get("Content-Encoding") == coding
    assert (gzip.decompress(response.content) if coding else response.content) == plain.content
    assert (response.headers["ETag"] != plain.headers["ETag"]) == bool(coding)
    weakened = f"W/{response.headers['ETag']}"
    assert fetch(path, Accept_Encoding=asked, If_None_Match=weakened).status_code == 304
