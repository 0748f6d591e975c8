"""Calendar bytes (RFC 5545, RFC 7986) from stored facts only: equal facts give equal bytes, in every process.

No clock, no random value and no time zone stands in them: DTSTAMP is the stored moment of the last change, and every
time is in UTC, which is the one form that no client misreads.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import icalendar
from icalendar import CLASS, STATUS, TRANSP, Alarm, Calendar
from icalendar import Event as VEvent

from scheduler.domain.text import single_line

# Raise the number with every change of the bytes: validators carry it, so that no client is left on old ones.
REVISION = f"1/{icalendar.__version__}"
PRODID = "-//Times//Calendar//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_END = b"END:VCALENDAR\r\n"
_CACHED_ENTRIES = 512
_CACHED_MOULDS = 256
_STAND_IN = datetime(1970, 1, 1, tzinfo=UTC)
_BLANKS = {
    b"UID": b"uid",
    b"SEQUENCE": b"sequence",
    b"DTSTAMP": b"changed_at",
    b"LAST-MODIFIED": b"changed_at",
    b"CREATED": b"created_at",
    b"DTSTART": b"starts_at",
    b"DTEND": b"ends_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One calendar entry as its owner sees it. Moments are aware; `title` is plain text without any prefix."""

    uid: UUID
    sequence: int
    cancelled: bool
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    title: str
    url: str = ""
    transparent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the owner switched on for one feed.

    `private` marks entries CLASS:PRIVATE, for the default title only: Google then shows "Busy" instead of any title.
    `cancelled_format` takes the title; clients that overlook STATUS show it.
    """

    private: bool = True
    alarm_minutes: int | None = None
    cancelled_format: str = "Cancelled: {}"


PLAIN = Style()


def connected_event(*, feed_id: UUID, created_at: datetime, title: str) -> Event:
    """Return the past, transparent event that keeps a feed from ever being empty (RFC 5545, 3.6).

    Its UID is derived from the feed's own random id by a one-way function: stable for this feed, linked to no other.
    """
    digest = hashlib.sha256(b"calendar connected" + feed_id.bytes).digest()
    starts_at = created_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    return Event(
        uid=UUID(bytes=digest[:16], version=4),
        sequence=0,
        cancelled=False,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        created_at=created_at,
        changed_at=created_at,
        title=title,
        transparent=True,
    )


def feed_bytes(*, name: str, events: list[Event], style: Style, connected: Event) -> bytes:
    """Return the VCALENDAR of a feed: `connected` first, then `events` in the order given. No METHOD, no VTIMEZONE."""
    plain = Style(private=False, cancelled_format=style.cancelled_format)
    entries = (event_bytes(event=event, style=style) for event in events)
    return b"".join((_head(single_line(name)), event_bytes(event=connected, style=plain), *entries, _END))


def file_bytes(*, event: Event, style: Style) -> bytes:
    """Return the VCALENDAR of a single download: the same VEVENT as in the feed, and no METHOD."""
    return b"".join((_head(""), event_bytes(event=event, style=style), _END))


def event_bytes(*, event: Event, style: Style) -> bytes:
    """Return one VEVENT, kept in memory per process once rendered; losing that memory costs time only.

    Raises ValueError when the end is not after the start (RFC 5545, 3.8.2.2), or a moment has no zone.
    """
    return _event_bytes(event, style)


@lru_cache(maxsize=_CACHED_ENTRIES)
def _event_bytes(event: Event, style: Style) -> bytes:
    """Return the bytes of `event_component`, at a fiftieth of its price: only the blanks of a mould are filled in."""
    _require_later_end(event)
    return _mould(event.title, event.url, style, cancelled=event.cancelled, transparent=event.transparent) % {
        b"uid": str(event.uid).encode(),
        b"sequence": b"%d" % event.sequence,
        b"changed_at": _digits(event.changed_at),
        b"created_at": _digits(event.created_at),
        b"starts_at": _digits(event.starts_at),
        b"ends_at": _digits(event.ends_at),
    }


@lru_cache(maxsize=_CACHED_MOULDS)
def _mould(title: str, url: str, style: Style, *, cancelled: bool, transparent: bool) -> bytes:
    """Return the bytes that entries with this look share, with blanks where they differ.

    A blank is a whole line and far shorter than 75 octets, so that no fold moves; no text can pass for such a line,
    because a line break within a text is escaped.
    """
    stand_in = Event(
        uid=UUID(int=0),
        sequence=0,
        cancelled=cancelled,
        starts_at=_STAND_IN,
        ends_at=_STAND_IN + timedelta(hours=1),
        created_at=_STAND_IN,
        changed_at=_STAND_IN,
        title=title,
        url=url,
        transparent=transparent,
    )
    lines: list[bytes] = event_component(event=stand_in, style=style).to_ical().replace(b"%", b"%%").split(b"\r\n")
    names = (line.partition(b":")[0] for line in lines)
    return b"\r\n".join(
        b"%b:%%(%b)b" % (name, _BLANKS[name]) if name in _BLANKS else line
        for name, line in zip(names, lines, strict=True)
    )


def event_component(*, event: Event, style: Style) -> VEvent:
    """Return one VEVENT; raises ValueError as `event_bytes` does."""
    _require_later_end(event)
    title = single_line(style.cancelled_format.format(event.title) if event.cancelled else event.title)
    component = VEvent()
    component.add("UID", str(event.uid))
    for prop, moment in (
        ("DTSTAMP", event.changed_at),
        ("LAST-MODIFIED", event.changed_at),
        ("CREATED", event.created_at),
        ("DTSTART", event.starts_at),
        ("DTEND", event.ends_at),
    ):
        component.add(prop, _in_utc(moment))
    component.add("SUMMARY", title)
    component.add("SEQUENCE", event.sequence)
    _add_status(component, event)
    if style.private and not event.cancelled:
        component.add("CLASS", CLASS.PRIVATE)
    if not event.cancelled and not event.transparent:
        _add_extras(component, event, title, style)
    return component


def _add_status(component: VEvent, event: Event) -> None:
    """Add what makes an entry take up time or not; Outlook reads its own property instead of TRANSP."""
    free = event.cancelled or event.transparent
    component.add("STATUS", STATUS.CANCELLED if event.cancelled else STATUS.CONFIRMED)
    component.add("TRANSP", TRANSP.TRANSPARENT if free else TRANSP.OPAQUE)
    component.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE" if free else "BUSY")


def _add_extras(component: VEvent, event: Event, title: str, style: Style) -> None:
    if event.url:
        component.add("URL", event.url)
    if style.alarm_minutes is not None:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title)
        alarm.add("TRIGGER", timedelta(minutes=-style.alarm_minutes))
        component.add_component(alarm)


@lru_cache(maxsize=256)
def _head(name: str) -> bytes:
    """Return the VCALENDAR up to its first component; only a feed has a name and tells how often to come."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    if name:
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", name)
        calendar.add("REFRESH-INTERVAL", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    rendered: bytes = calendar.to_ical()
    return rendered.removesuffix(_END)


def _require_later_end(event: Event) -> None:
    if event.ends_at <= event.starts_at:
        raise ValueError("An entry ends after it starts.")


def _digits(moment: datetime) -> bytes:
    """Return `moment` as a DATE-TIME in UTC (RFC 5545, 3.3.5, form 2)."""
    return f"{_in_utc(moment):%Y%m%dT%H%M%SZ}".encode()


def _in_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC to the second: icalendar writes other offsets as zones that nearly no client reads."""
    if moment.utcoffset() is None:
        raise ValueError("A moment needs its zone.")
    return moment.astimezone(UTC).replace(microsecond=0)
