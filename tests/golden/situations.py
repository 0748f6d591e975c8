"""Situations of a calendar, each with its bytes beside this file.

After a wanted change of the bytes: raise REVISION in scheduler/ical/calendar.py, and write the files anew by
`python -m tests.golden.situations`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduler.ical.calendar import Event, Style, connected_event, feed_bytes, file_bytes
from scheduler.ical.itip import Parties, cancel_bytes, request_bytes

FOLDER = Path(__file__).parent
CHANGED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONNECTED = connected_event(
    feed_id=UUID("9c5b94b1-35ad-49bb-b118-8e8fc24abf80"), created_at=CHANGED, title="Calendar connected"
)
BUSY = Style()
OPEN = Style(private=False)
NASTY = "Piano, lesson; room 2\\3\r\nDTSTART:19700101\x00 \U0001f3b9"
PARTIES = Parties(organizer="calendar@times.example", attendee="ana+plans@example.org")
MAILS = ("mail_request", "mail_moved", "mail_cancel")  # what a mail says to a calendar; all others are feeds and files
NIGHTS = {
    "berlin": ("Europe/Berlin", datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)),  # noqa: DTZ001
    "new_york": ("America/New_York", datetime(2026, 3, 8, 1, 30), datetime(2026, 11, 1, 0, 30)),  # noqa: DTZ001
    "lord_howe": ("Australia/Lord_Howe", datetime(2026, 10, 4, 1, 30), datetime(2026, 4, 5, 1, 0)),  # noqa: DTZ001
}


def event(number: int = 1, **facts: object) -> Event:
    """Return an event that differs from the plain one, Friday 6 March at 20:00 in Berlin, by `facts`."""
    starts_at = datetime(2026, 3, 6, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    plain = Event(
        uid=UUID(int=number, version=4),
        sequence=0,
        cancelled=False,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        created_at=CHANGED,
        changed_at=CHANGED,
        title="Busy",
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def over_a_night(zone: str, *evenings: datetime) -> list[Event]:
    """Return events of a true length of four hours that begin at these wall times, just before the clocks change."""
    starts = [evening.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for evening in evenings]
    return [event(number, starts_at=at, ends_at=at + 4 * HOUR) for number, at in enumerate(starts, start=1)]


def feed(*events: Event, style: Style = BUSY, name: str = "Times") -> bytes:
    """Return a feed of these events."""
    return feed_bytes(name=name, events=list(events), style=style, connected=CONNECTED)


def situations() -> dict[str, bytes]:
    """Return every situation, by the name of its file."""
    later = CHANGED + HOUR
    moved = event(sequence=1, changed_at=later, starts_at=CHANGED + 99 * HOUR, ends_at=CHANGED + 101 * HOUR)
    return {
        "connected_only": feed(),
        "one_plan": feed(event()),
        "moved": feed(moved),
        "cancelled": feed(event(sequence=1, changed_at=later, cancelled=True), style=Style(alarm_minutes=15)),
        "brought_back": feed(event(sequence=2, changed_at=later)),
        "cover_title": feed(event(title=NASTY), style=OPEN),
        "kind_title": feed(event(title="Time together, no particular outcome"), style=OPEN),
        "alarm_and_link": feed(
            event(url="https://times.example/times/00000000-0000-4000-8000-000000000009/"),
            style=Style(alarm_minutes=30),
        ),
        "right_to_left": feed(event(title="شיעור פסנתר \u202e" + "א" * 300), style=OPEN, name="לוח"),
        "long_title": feed(event(title="é\U0001f469\u200d\U0001f469\u200d\U0001f466" * 60), style=OPEN),
        "back_to_back": feed(event(), event(2, starts_at=event().ends_at, ends_at=event().ends_at + HOUR)),
        "german": feed(
            event(cancelled=True, title="Beschäftigt"), style=Style(cancelled_format="Abgesagt: {}"), name="Zeiten"
        ),
        "single_file": file_bytes(event=event(), style=BUSY),
        "mail_request": request_bytes(event=event(), parties=PARTIES, private=True),
        "mail_moved": request_bytes(event=replace(moved, title=NASTY), parties=PARTIES, private=False),
        "mail_cancel": cancel_bytes(event=replace(moved, sequence=2, cancelled=True), parties=PARTIES),
    } | {f"nights_{place}": feed(*over_a_night(*night)) for place, night in NIGHTS.items()}


if __name__ == "__main__":
    for name, body in situations().items():
        (FOLDER / f"{name}.ics").write_bytes(body)
