"""What a mail says to a calendar, by RFC 5546's tables; and that the reader of it finds each fault that is planted."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from scheduler.ical.itip import Parties, cancel_bytes, request_bytes
from tests.golden.situations import FOLDER, MAILS, NASTY, PARTIES, event
from tests.itip import message_faults
from tests.unit.test_ical_golden import by_ical, by_icalendar, by_vobject

TITLES = [
    "Busy",
    NASTY,
    ",;\\\\,\\n:\"'",
    "\U0001f469\u200d\U0001f469\u200d\U0001f466" * 40,
    "é" * 300,
    "x" * 300,
    "\u202e\u05e9\u05d9\u05e2\u05d5\u05e8\u2028\x85\ud800 {} {0}",
    "BEGIN:VALARM\r\nEND:VCALENDAR\n",
    "",
]
CANCELLED = replace(event(), sequence=1, cancelled=True)


@pytest.mark.parametrize("title", TITLES)
def test_every_title_makes_a_message_without_fault(title: str) -> None:
    invited = request_bytes(event=event(title=title), parties=PARTIES, private=False)
    taken_back = cancel_bytes(event=replace(CANCELLED, title=title), parties=PARTIES)
    for body in (invited, taken_back):
        assert message_faults(body) == []
        assert by_icalendar(body) == by_vobject(body) == by_ical(body)
    assert by_icalendar(invited)[0].title == by_icalendar(taken_back)[0].title


@pytest.mark.parametrize("name", MAILS)
def test_the_stored_messages_are_without_fault(name: str) -> None:
    assert message_faults((FOLDER / f"{name}.ics").read_bytes()) == []


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org",
        "a.n+a@example.org",
        "o'neil@example.org",
        "a&b=c@example.org",
        '"a b"@example.org',
        "ä@ö.example",
    ],
)
def test_every_address_stays_one(address: str) -> None:
    body = request_bytes(event=event(), parties=Parties(organizer=address, attendee=address), private=True)
    assert message_faults(body) == []


def test_only_the_default_title_is_marked_private() -> None:
    assert b"\r\nCLASS:PRIVATE\r\n" in request_bytes(event=event(), parties=PARTIES, private=True)
    assert b"CLASS" not in request_bytes(event=event(), parties=PARTIES, private=False)
    assert b"CLASS" not in cancel_bytes(event=CANCELLED, parties=PARTIES)


def test_nothing_is_written_that_could_not_be_so() -> None:
    backwards = event(ends_at=event().starts_at)
    for impossible in (CANCELLED, backwards, event(starts_at=dt.datetime(2026, 3, 6, 20))):  # noqa: DTZ001
        with pytest.raises((ValueError, TypeError)):
            request_bytes(event=impossible, parties=PARTIES, private=True)
    with pytest.raises(ValueError, match="cancelled"):
        cancel_bytes(event=event(), parties=PARTIES)


FAULTS = {
    "other method": (rb"METHOD:\w+", b"METHOD:PUBLISH"),
    "no method": (rb"METHOD:\w+\r\n", b""),
    "no organizer": (rb"ORGANIZER[^\r]*\r\n", b""),
    "two organizers": (rb"(ORGANIZER[^\r]*\r\n)", rb"\1\1"),
    "an organizer without scheme": (rb"ORGANIZER:mailto:", b"ORGANIZER:"),
    "no attendee": (rb"ATTENDEE[^\r]*\r\n", b""),
    "two attendees": (rb"(ATTENDEE[^\r]*\r\n)", rb"\1\1"),
    "an answer is asked for": (rb"RSVP=FALSE", b"RSVP=TRUE"),
    "an answer is open": (rb"PARTSTAT=ACCEPTED", b"PARTSTAT=NEEDS-ACTION"),
    "no uid": (rb"UID:[^\r]*\r\n", b""),
    "no stamp": (rb"DTSTAMP:[^\r]*\r\n", b""),
    "no start": (rb"DTSTART:[^\r]*\r\n", b""),
    "a local start": (rb"(DTSTART:\w+)Z", rb"\1"),
    "no sequence": (rb"SEQUENCE:\d+\r\n", b""),
    "no status": (rb"STATUS:\w+\r\n", b""),
    "end and duration": (rb"(DTEND:)", rb"DURATION:PT1H\r\n\1"),
    "a request status": (rb"(DTEND:)", rb"REQUEST-STATUS:2.0;Success\r\n\1"),
    "a place": (rb"(DTEND:)", rb"LOCATION:Home\r\n\1"),
    "a repetition": (rb"(DTEND:)", rb"RRULE:FREQ=DAILY\r\n\1"),
    "an alarm": (rb"(END:VEVENT)", rb"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n\1"),
    "a task beside it": (rb"(END:VCALENDAR)", rb"BEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\n\1"),
    "a bare line feed": (rb"\r\nUID", b"\nUID"),
    "a long line": (rb"SUMMARY:", b"SUMMARY:" + b"x" * 80),
    "an unknown property": (rb"(DTEND:)", rb"INVITED-BY:nobody\r\n\1"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["mail_request", "mail_cancel"])
def test_each_planted_fault_is_found(name: str, fault: str) -> None:
    whole = (FOLDER / f"{name}.ics").read_bytes()
    changed = re.sub(FAULTS[fault][0], FAULTS[fault][1], whole, count=1)
    assert changed != whole
    assert message_faults(changed)


@pytest.mark.parametrize(
    ("name", "status"), [("mail_request", b"CANCELLED"), ("mail_cancel", b"CONFIRMED"), ("mail_cancel", b"TENTATIVE")]
)
def test_a_status_that_contradicts_the_method_is_found(name: str, status: bytes) -> None:
    whole = (FOLDER / f"{name}.ics").read_bytes()
    assert message_faults(re.sub(rb"\r\nSTATUS:\w+", b"\r\nSTATUS:" + status, whole))
