"""The checker finds each planted fault, and nothing in what the writer writes."""

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scheduler.ical.check import faults_in
from scheduler.ical.check_answers import Answer, answer_faults
from tests.golden.situations import CHANGED, FOLDER, MAILS, situations

NOW = CHANGED + timedelta(days=1)
GOOD = (FOLDER / "alarm_and_link.ics").read_bytes()
CANCELLED = (FOLDER / "cancelled.ics").read_bytes()


@pytest.mark.parametrize("name", sorted(situations().keys() - {"single_file", *MAILS}))
def test_good_feeds_pass(name: str) -> None:
    assert faults_in((FOLDER / f"{name}.ics").read_bytes(), now=NOW) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR", "byte order mark"),
        ("\r\n", "\n", "CR LF"),
        ("SUMMARY:Busy", "SUMMARY:Busy\rX", "CR LF"),
        ("SUMMARY:Busy", "SUMMARY:" + "x" * 80, "longer than 75"),
        ("SUMMARY:Busy", "SUMMARY:a\x01b", "control character"),
        ("SUMMARY:Busy", "SUMMARY:a,b", "bare comma"),
        ("SUMMARY:Busy", "SUMMARY:a\u2028b", "line separator"),
        ("SUMMARY:Busy", "SUMMARY:a\u202eb", "turns the direction"),
        ("SUMMARY:Busy\r\n", "", "SUMMARY 0 times"),
        ("SUMMARY:Busy", "Busy", "no property"),
        ("END:VEVENT", "END:VTODO", "closes nothing"),
        ("END:VCALENDAR\r\n", "", "exactly one whole VCALENDAR"),
        ("VERSION:2.0", "VERSION:1.0", "VERSION"),
        ("CALSCALE:GREGORIAN\r\n", "", "CALSCALE 0 times"),
        ("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH", "METHOD has no place"),
        ("VERSION:2.0", "VERSION:2.0\r\nUID:0b5d43a7-6f2b-4f4e-9d67-3a8f7b6b6c11", "UID has no place in a feed"),
        ("VERSION:2.0", "VERSION:2.0\r\nX-WR-TIMEZONE:Europe/Berlin", "X-WR-TIMEZONE has no place"),
        ("VERSION:2.0", "VERSION:2.0\r\nSOURCE;VALUE=URI:https://x.example/", "SOURCE has no place"),
        ("REFRESH-INTERVAL;VALUE=DURATION:", "REFRESH-INTERVAL:", "VALUE=DURATION"),
        ("X-WR-CALNAME:Times", "X-WR-CALNAME:Other", "NAME and X-WR-CALNAME"),
        ("BEGIN:VEVENT", "BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT", "VTIMEZONE has no place"),
        ("DTSTART:20260306T190000Z", "DTSTART;TZID=UTC:20260306T190000Z", "DTSTART has parameters"),
        ("DTSTART:20260306T190000Z", "DTSTART:20260306T190000", "DTSTART is not a moment"),
        ("DTSTART:20260306T190000Z", "DTSTART:20261306T190000Z", "DTSTART is not a moment"),
        ("DTEND:20260306T200000Z", "DTEND:20260306T190000Z", "does not end after"),
        ("DTEND:20260306T200000Z\r\n", "", "DTEND 0 times"),
        ("DTSTAMP:20260302T090000Z", "DTSTAMP:20260302T100000Z", "last change"),
        ("DTSTAMP:20260302T090000Z", "DTSTAMP:20290302T090000Z", "in the future"),
        ("CREATED:20260302T090000Z", "CREATED:20260302T090001Z", "before it was made"),
        ("UID:00000000-0000-4000", "UID:1@host-0000-4000", "bare UUID4"),
        ("SEQUENCE:0", "SEQUENCE:-1", "whole number"),
        ("STATUS:CONFIRMED", "STATUS:TENTATIVE", "STATUS is neither"),
        ("TRANSP:OPAQUE", "TRANSP:BUSY", "TRANSP is neither"),
        ("BUSYSTATUS:BUSY", "BUSYSTATUS:FREE", "differs from TRANSP"),
        ("CLASS:PRIVATE", "CLASS:SECRET", "CLASS is not"),
        ("CLASS:PRIVATE", "CLASS:PRIVATE\r\nCLASS:PRIVATE", "twice"),
        ("CLASS:PRIVATE", "ORGANIZER:mailto:x@example.org", "ORGANIZER has no place"),
        ("CLASS:PRIVATE", "LOCATION:Home", "LOCATION has no place"),
        ("CLASS:PRIVATE", "RRULE:FREQ=DAILY", "RRULE has no place"),
        ("ACTION:DISPLAY", "ACTION:AUDIO", "DISPLAY"),
        ("TRIGGER:-PT30M", "TRIGGER:soon", "TRIGGER"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, fault: str) -> None:
    body = GOOD.replace(old.encode(), new.encode())
    assert body != GOOD
    assert any(fault in found for found in faults_in(body, now=NOW))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("SUMMARY:Cancelled: Busy", "SUMMARY:Busy", "does not say so"),
        ("TRANSP:TRANSPARENT", "TRANSP:OPAQUE", "still takes up time"),
        ("SEQUENCE:1", "SEQUENCE:1\r\nURL:https://x.example/", "a link"),
        (
            "END:VEVENT",
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT1M\r\nEND:VALARM\r\nEND:VEVENT",
            "an alarm",
        ),
    ],
)
def test_a_fault_of_a_cancelled_entry_is_found(old: str, new: str, fault: str) -> None:
    body = CANCELLED.replace(old.encode(), new.encode())
    assert any(fault in found for found in faults_in(body, now=NOW))


def test_an_empty_feed_a_double_uid_and_other_bytes_are_found() -> None:
    start, end = GOOD.index(b"BEGIN:VEVENT"), GOOD.index(b"END:VCALENDAR")
    assert any("empty" in fault for fault in faults_in(GOOD[:start] + GOOD[end:], now=NOW))
    doubled = GOOD[:end] + GOOD[start:end] + GOOD[end:]
    assert any("same UID" in fault for fault in faults_in(doubled, now=NOW))
    split = GOOD.replace(b"SUMMARY:Busy", "SUMMARY:é".encode()[:-1] + b"\r\n " + "é".encode()[-1:])
    assert any("splits a character" in fault for fault in faults_in(split, now=NOW))
    assert any("UTF-8" in fault for fault in faults_in(GOOD.replace(b"Busy", b"\xff"), now=NOW))
    large = GOOD.replace(b"SUMMARY:Busy", b"SUMMARY:" + b"x\r\n " * 400_000)
    assert any("larger" in fault for fault in faults_in(large, now=NOW))


HEADERS = {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'inline; filename="times.ics"',
    "cache-control": "private, no-cache",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "vary": "Accept-Encoding",
    "etag": '"a"',
    "last-modified": "Mon, 02 Mar 2026 09:00:00 GMT",
}


def always(answer: Answer) -> list[str]:
    """Return what the checker says of a server that gives one and the same answer to everything."""

    def ask(method: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG001
        return answer

    return list(answer_faults(answer, ask, now=NOW))


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_missing_header_is_found(name: str) -> None:
    rest = {each: value for each, value in HEADERS.items() if each != name}
    wanted = {"etag": "no strong ETag", "last-modified": "no Last-Modified"}.get(name, name)
    assert any(wanted in fault for fault in always(Answer(status=200, headers=rest, body=GOOD)))


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("set-cookie", "sessionid=1", "set-cookie"),
        ("access-control-allow-origin", "*", "access-control"),
        ("www-authenticate", "Basic", "www-authenticate"),
        ("content-encoding", "br", "coded"),
        ("etag", 'W/"a"', "no strong ETag"),
        ("last-modified", "Mon, 02 Mar 2099 09:00:00 GMT", "in the future"),
        ("last-modified", "yesterday", "no Last-Modified"),
        ("vary", "Cookie", "vary"),
        ("content-type", "text/html", "content-type"),
    ],
)
def test_a_wrong_header_is_found(name: str, value: str, fault: str) -> None:
    answer = Answer(status=200, headers=HEADERS | {name: value}, body=GOOD)
    assert any(fault in found for found in always(answer))


def test_a_server_that_heeds_nothing_is_found() -> None:
    found = "\n".join(always(Answer(status=200, headers=HEADERS, body=GOOD)))
    for fault in ("If-None-Match", "If-Modified-Since", "HEAD", "POST is not answered"):
        assert fault in found
    assert always(Answer(status=302, headers={}, body=b"")) == ["The address answers 302, not 200."]


def test_the_command_tells_of_a_file(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("checkfeed", str(FOLDER / "one_plan.ics"), stdout=out)
    assert out.getvalue() == "Nothing to find fault with.\n"
    bad = tmp_path / "bad.ics"
    bad.write_bytes(GOOD.replace(b"VERSION:2.0", b"VERSION:1.0"))
    with pytest.raises(CommandError, match="1 fault"):
        call_command("checkfeed", str(bad), stdout=out)
    assert "- The calendar's VERSION is not as it has to be." in out.getvalue()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("checkfeed", str(tmp_path / "none.ics"), stdout=out)
