"""The calendar entries of a plan: two rows, one for each partner, written in the transaction that changes the plan.

SEQUENCE rises by exactly one with each change of time or status (RFC 5545, 3.8.7.4); the UID never changes. Each
change is later than every one before it in the same calendar, even when the clock has stood still or gone back: the
newest `changed_at` of a partner is what a calendar client's copy is compared by.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Max

from accounts.statements import changed, rows_of, stored
from scheduler.models import CalendarEntry, FormerSlot, Kind, Slot

Status = CalendarEntry.Status
_NEWEST = "SELECT MAX(n.changed_at) FROM scheduler_calendarentry n WHERE n.partner_id"
_SEATS = f"SELECT a.id, ({_NEWEST} = a.id) FROM accounts_partner a WHERE a.couple_id = %s"  # noqa: S608  (our own text)
_ENTRIES = f"""
    SELECT e.id, e.partner_id, e.slot_id, e.uid, e.sequence, e.status, e.kind, e.starts_at, e.ends_at, e.created_at,
        e.changed_at, ({_NEWEST} = e.partner_id)
    FROM scheduler_calendarentry e WHERE e.slot_id = %s
"""  # noqa: S608
_SET_STATUS = (
    "UPDATE scheduler_calendarentry SET status = %s, sequence = sequence + 1, changed_at = %s"
    " WHERE slot_id = %s AND status = %s"
)


class _Seat(NamedTuple):
    """A partner, and the moment of the newest change in their calendar."""

    partner_id: UUID
    newest_at: datetime | None


class _Entry(NamedTuple):
    """The columns of an entry, in the order of their fields, and the newest change in its owner's calendar."""

    id: UUID
    partner_id: UUID
    slot_id: UUID
    uid: UUID
    sequence: int
    status: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    newest_at: datetime | None


_COLUMNS = _Entry._fields[:-1]
_INTO = f"scheduler_calendarentry ({', '.join(_COLUMNS)})"
_columns = attrgetter(*_COLUMNS)


def write_entries(*, slot: Slot, now: datetime) -> list[CalendarEntry]:
    """Write one entry a partner for a newly confirmed slot; their UIDs have nothing in common."""
    seats = rows_of(_Seat, _SEATS, slot.couple_id)
    changed_at = _next_moment((seat.newest_at for seat in seats), now=now)
    entries = [
        CalendarEntry(
            partner_id=seat.partner_id,
            slot_id=slot.pk,
            kind=slot.offer.calendar_kind,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            created_at=now,
            changed_at=changed_at,
        )
        for seat in seats
    ]
    stored(_INTO, [_columns(entry) for entry in entries])
    return entries


def move_entries(*, old_slot_id: UUID, slot: Slot, now: datetime) -> list[CalendarEntry]:
    """Give the entries of the replaced slot the new time; to a calendar it is the same event, moved.

    The id of the replaced slot goes on leading to them.
    """
    entries, changed_at = _entries_of(old_slot_id, now=now)
    FormerSlot.objects.bulk_create(FormerSlot(entry=entry, slot_id=old_slot_id) for entry in entries)
    moved = {
        "slot_id": slot.pk,
        "kind": slot.offer.calendar_kind,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "changed_at": changed_at,
    }
    CalendarEntry.objects.filter(slot_id=old_slot_id).update(**moved, sequence=F("sequence") + 1)
    for entry in entries:
        vars(entry).update(moved, sequence=entry.sequence + 1)
    return entries


def cancel_entries(*, slot_id: UUID, now: datetime) -> list[CalendarEntry]:
    """Mark the entries of a freed slot as cancelled; they stay as tombstones."""
    return _set_status(slot_id, was=Status.CONFIRMED, status=Status.CANCELLED, now=now)


def restore_entries(*, slot_id: UUID, now: datetime) -> list[CalendarEntry]:
    """Bring the entries of a slot back to life, with a higher SEQUENCE."""
    return _set_status(slot_id, was=Status.CANCELLED, status=Status.CONFIRMED, now=now)


def forget_kinds(*, couple_id: UUID, kind: str, now: datetime) -> None:
    """Make this kind the neutral default in the entries of both partners; a calendar learns of it at its next fetch.

    Neither time nor status changes, so SEQUENCE stays. Call it within the couple's turn.
    """
    if kind == Kind.TOGETHER:
        return
    rows = CalendarEntry.objects.filter(partner__couple=couple_id, kind=kind)
    if partners := set(rows.values_list("partner_id", flat=True)):
        newest = CalendarEntry.objects.filter(partner_id__in=partners).aggregate(at=Max("changed_at"))["at"]
        rows.update(kind=Kind.TOGETHER, changed_at=_next_moment([newest], now=now))


def _set_status(slot_id: UUID, *, was: Status, status: Status, now: datetime) -> list[CalendarEntry]:
    entries, changed_at = _entries_of(slot_id, now=now)
    changed(_SET_STATUS, status.value, changed_at, slot_id, was.value)
    for entry in entries:
        if entry.status == was:
            entry.status, entry.sequence, entry.changed_at = status, entry.sequence + 1, changed_at
    return entries


def _entries_of(slot_id: UUID, *, now: datetime) -> tuple[list[CalendarEntry], datetime]:
    """Return both partners' entries of the slot, and the moment of what changes in them now."""
    rows = rows_of(_Entry, _ENTRIES, slot_id)
    entries = [CalendarEntry.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row[:-1]) for row in rows]
    return entries, _next_moment((row.newest_at for row in rows), now=now)


def _next_moment(newest: Iterable[datetime | None], *, now: datetime) -> datetime:
    """Return `now`, or the moment right after these partners' newest change; the couple's lock makes that exact."""
    return max([now, *(each + timedelta(microseconds=1) for each in newest if each is not None)])
