"""What the calendar bytes promise for any facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.text import single_line
from scheduler.ical import calendar
from scheduler.ical.calendar import Style, connected_event, event_bytes, event_component, feed_bytes, file_bytes
from tests.golden.situations import CHANGED, CONNECTED, HOUR, OPEN, event, feed

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOSTILE = [
    "a,b;c\\d",
    "one\nDTSTART:19700101T000000Z",
    "one\rATTENDEE:mailto:x@example.org",
    "one\r\nEND:VEVENT",
    "nul\x00here",
    "next\x85line\u2028separator\u2029paragraph\x0b\x0c",
    "half \ud83d of a pair",
    "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f468 " * 20,
    "x" * 300,
    "שלום \u202e abc \u2066",
    "",
    "{0} %s ${x}",
]


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("cancelled", [False, True])
def test_a_title_stays_one_property(title: str, cancelled: bool) -> None:  # noqa: FBT001
    body = feed(event(title=title, cancelled=cancelled), style=OPEN)
    _is_well_formed(body)
    parsed = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert len(parsed) == 2
    assert str(parsed[1]["SUMMARY"]) == single_line(f"Cancelled: {title}" if cancelled else title)
    assert "ATTENDEE" not in parsed[1]


@given(title=st.text(max_size=300), name=st.text(min_size=1, max_size=60), minutes=st.integers(0, 10_000))
def test_any_words_give_well_formed_bytes(title: str, name: str, minutes: int) -> None:
    body = feed(event(title=title), style=Style(private=False, alarm_minutes=minutes), name=name)
    _is_well_formed(body)
    parsed = icalendar.Calendar.from_ical(body)
    assert str(parsed.walk("VEVENT")[1]["SUMMARY"]) == single_line(title)


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001  (zones drawn)


@given(
    title=st.one_of(st.sampled_from(HOSTILE), st.text(max_size=100)),
    changed_at=MOMENTS,
    starts_at=MOMENTS,
    minutes=st.integers(1, 3000),
    sequence=st.integers(0, 10**9),
    cancelled=st.booleans(),
    transparent=st.booleans(),
    url=st.sampled_from(["", "https://times.example/times/5c3c1d5e/", f"https://{'long' * 30}.example/%41%(uid)b"]),
    style=st.builds(Style, private=st.booleans(), alarm_minutes=st.none() | st.integers(0, 9999)),
)
def test_what_is_filled_into_a_mould_is_what_icalendar_writes(
    changed_at: datetime, starts_at: datetime, minutes: int, style: Style, **rest: Any
) -> None:
    moments: dict[str, Any] = {
        "changed_at": changed_at,
        "created_at": changed_at - DAY,
        "starts_at": starts_at.astimezone(UTC),
    }
    made = replace(event(), uid=uuid4(), **moments, ends_at=moments["starts_at"] + minutes * MINUTE, **rest)
    assert event_bytes(event=made, style=style) == event_component(event=made, style=style).to_ical()


def _is_well_formed(body: bytes) -> None:
    """Check what RFC 5545, 3.1 asks of every line."""
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert b"\n" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)
    assert not body.startswith(b"\xef\xbb\xbf")
    assert not any(character < 0x20 and character not in {0x0D, 0x0A} for character in body)


def test_an_end_must_follow_its_start() -> None:
    with pytest.raises(ValueError, match="ends after"):
        event_bytes(event=event(ends_at=event().starts_at), style=OPEN)


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        event_bytes(event=event(created_at=CHANGED.replace(tzinfo=None)), style=OPEN)


def test_any_zone_is_written_as_utc() -> None:
    offset = timezone(timedelta(hours=2))
    body = file_bytes(event=event(starts_at=datetime(2026, 3, 6, 21, tzinfo=offset)), style=OPEN)
    assert b"DTSTART:20260306T190000Z\r\n" in body
    assert b"TZID" not in body


def test_a_feed_has_no_method_zone_uid_or_source() -> None:
    body = feed(event())
    for name in (
        b"METHOD",
        b"VTIMEZONE",
        b"X-WR-TIMEZONE",
        b"SOURCE",
        b"ATTENDEE",
        b"ORGANIZER",
        b"LOCATION",
        b"DESC",
    ):
        assert name not in body
    assert b"UID:" not in body[: body.index(b"BEGIN:VEVENT")]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in body


@pytest.mark.parametrize("minutes", [None, 0, 15])
def test_an_alarm_rings_only_for_a_live_event_and_only_when_wanted(minutes: int | None) -> None:
    style = Style(alarm_minutes=minutes)
    assert feed(event(), style=style).count(b"BEGIN:VALARM") == (minutes is not None)
    assert b"VALARM" not in feed(event(cancelled=True, url="https://x.example/"), style=style)
    assert b"URL" not in feed(event(cancelled=True, url="https://x.example/"), style=style)


def test_a_rendered_event_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = feed(event(title="Once"))
    monkeypatch.setattr(calendar, "VEvent", None)
    assert feed(event(title="Once")) == first
    calendar._event_bytes.cache_clear()
    monkeypatch.undo()
    assert feed(event(title="Once")) == first


def test_the_memory_of_events_is_bounded() -> None:
    assert calendar._event_bytes.cache_parameters()["maxsize"] == 512
    assert calendar._mould.cache_parameters()["maxsize"] == 256


def test_500_entries_stay_under_a_megabyte() -> None:
    events = [event(number, title="x" * 60) for number in range(500)]
    assert len(feed(*events, style=Style(alarm_minutes=10))) < 1_000_000


def test_the_connected_event_is_past_free_and_its_own() -> None:
    feed_id = uuid4()
    one = connected_event(feed_id=feed_id, created_at=CHANGED, title="Calendar connected")
    other = connected_event(feed_id=uuid4(), created_at=CHANGED, title="Calendar connected")
    assert one.uid != other.uid
    assert one.uid != feed_id
    assert one.uid.version == 4
    assert one == connected_event(feed_id=feed_id, created_at=CHANGED, title="Calendar connected")
    assert one.ends_at < CHANGED
    body = feed_bytes(name="Times", events=[], style=Style(alarm_minutes=5), connected=one)
    assert b"TRANSP:TRANSPARENT" in body
    assert b"VALARM" not in body
    assert b"CLASS" not in body


def test_untouched_entries_keep_their_bytes_when_another_changes() -> None:
    still, moving = event(1), event(2)
    before = feed(still, moving)
    after = feed(still, replace(moving, sequence=1, starts_at=moving.starts_at - HOUR, changed_at=CHANGED + HOUR))
    piece = event_bytes(event=still, style=Style())
    assert piece in before
    assert piece in after


def test_moments_are_whole_seconds() -> None:
    body = file_bytes(event=event(changed_at=datetime(2026, 3, 2, 9, 0, 0, 987_654, tzinfo=UTC)), style=OPEN)
    assert b"DTSTAMP:20260302T090000Z\r\n" in body


def test_the_uid_is_a_bare_uuid() -> None:
    uid = UUID("0b5d43a7-6f2b-4f4e-9d67-3a8f7b6b6c11")
    assert b"UID:0b5d43a7-6f2b-4f4e-9d67-3a8f7b6b6c11\r\n" in file_bytes(event=event(uid=uid), style=OPEN)


def test_the_connected_event_comes_first() -> None:
    body = feed(event())
    assert body.index(str(CONNECTED.uid).encode()) < body.index(str(event().uid).encode())
