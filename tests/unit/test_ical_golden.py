"""The bytes of every situation, as stored, and as three readers by other people understand them."""

import datetime
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.golden.situations import FOLDER, situations

NAMES = sorted(situations())
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, order=True)
class Read:
    """What a calendar program shows of one event."""

    uid: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    title: str
    status: str
    sequence: int
    free: bool
    alarms: int


def by_icalendar(body: bytes) -> list[Read]:
    """Read with the library that also wrote it."""
    events: list[Any] = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return [
        Read(
            uid=str(event["UID"]),
            starts_at=event["DTSTART"].dt,
            ends_at=event["DTEND"].dt,
            title=str(event["SUMMARY"]),
            status=str(event["STATUS"]),
            sequence=int(str(event["SEQUENCE"])),
            free=event["TRANSP"] == "TRANSPARENT",
            alarms=len(event.walk("VALARM")),
        )
        for event in events
    ]


def by_vobject(body: bytes) -> list[Read]:
    """Read with vobject."""
    return [
        Read(
            uid=event.uid.value,
            starts_at=event.dtstart.value.astimezone(datetime.UTC),
            ends_at=event.dtend.value.astimezone(datetime.UTC),
            title=event.summary.value,
            status=event.status.value,
            sequence=int(event.sequence.value),
            free=event.transp.value == "TRANSPARENT",
            alarms=len(event.contents.get("valarm", [])),
        )
        for event in vobject.readOne(body.decode()).vevent_list
    ]


def by_ical(body: bytes) -> list[Read]:
    """Read with allenporter's ical, as Home Assistant does."""
    return [
        Read(
            uid=event.uid or "",
            starts_at=event.start_datetime,
            ends_at=event.end_datetime,
            title=event.summary or "",
            status=event.status.value if event.status else "",
            sequence=event.sequence or 0,
            free=event.transparency == "TRANSPARENT",
            alarms=len(event.alarm),
        )
        for event in IcsCalendarStream.calendar_from_ics(body.decode()).events
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_the_stored_ones(name: str) -> None:
    assert situations()[name] == (FOLDER / f"{name}.ics").read_bytes()


def test_no_stored_situation_is_forgotten() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ics")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_three_readers_understand_the_same(name: str) -> None:
    body = (FOLDER / f"{name}.ics").read_bytes()
    read = by_icalendar(body)
    assert sorted(by_vobject(body)) == sorted(read)
    assert sorted(by_ical(body)) == sorted(read)
    assert len(read) >= 1
    assert len({event.uid for event in read}) == len(read)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("nights_")])
def test_a_time_over_a_clock_change_keeps_its_true_length(name: str) -> None:
    lengths = {event.ends_at - event.starts_at for event in by_vobject((FOLDER / f"{name}.ics").read_bytes())[1:]}
    assert lengths == {datetime.timedelta(hours=4)}


def test_every_process_writes_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.golden.situations import situations;"
        "print(hashlib.sha256(b''.join(situations().values())).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kathmandu"))
    }
    assert len(seen) == 1
