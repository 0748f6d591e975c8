"""The calendar entries of a plan: two rows, one for each partner, written in the transaction that changes the plan.

SEQUENCE rises by exactly one with each change of time or status (RFC 5545, 3.8.7.4); the UID never changes. Each
change is later than every one before it in the same calendar, even when the clock has stood still or gone back: the
newest `changed_at` of a partner is what a calendar client's copy is compared by.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Max

from accounts.models import Partner
from scheduler.models import CalendarEntry, FormerSlot, Kind, Slot

Status = CalendarEntry.Status


def entries_of(slot_id: UUID) -> list[CalendarEntry]:
    """Return both partners' entries of the slot, as the database holds them now."""
    return list(CalendarEntry.objects.filter(slot_id=slot_id).select_related("partner__user"))


def write_entries(*, slot: Slot, partners: Iterable[Partner], now: datetime) -> list[CalendarEntry]:
    """Write one entry a partner for a newly confirmed slot; their UIDs have nothing in common."""
    partners = list(partners)
    changed_at = _next_moment([partner.pk for partner in partners], now=now)
    CalendarEntry.objects.bulk_create(
        CalendarEntry(
            partner=partner,
            slot_id=slot.pk,
            kind=slot.offer.calendar_kind,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            created_at=now,
            changed_at=changed_at,
        )
        for partner in partners
    )
    return entries_of(slot.pk)


def move_entries(*, old_slot_id: UUID, slot: Slot, now: datetime) -> list[CalendarEntry]:
    """Give the entries of the replaced slot the new time; to a calendar it is the same event, moved.

    The id of the replaced slot goes on leading to them.
    """
    rows = CalendarEntry.objects.filter(slot_id=old_slot_id)
    FormerSlot.objects.bulk_create(FormerSlot(entry=entry, slot_id=old_slot_id) for entry in rows)
    rows.update(
        slot_id=slot.pk,
        kind=slot.offer.calendar_kind,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        sequence=F("sequence") + 1,
        changed_at=_next_moment(_partners_of(old_slot_id), now=now),
    )
    return entries_of(slot.pk)


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
        rows.update(kind=Kind.TOGETHER, changed_at=_next_moment(list(partners), now=now))


def _set_status(slot_id: UUID, *, was: Status, status: Status, now: datetime) -> list[CalendarEntry]:
    rows = CalendarEntry.objects.filter(slot_id=slot_id, status=was)
    changed_at = _next_moment(_partners_of(slot_id), now=now)
    rows.update(status=status, sequence=F("sequence") + 1, changed_at=changed_at)
    return entries_of(slot_id)


def _partners_of(slot_id: UUID) -> list[UUID]:
    return list(CalendarEntry.objects.filter(slot_id=slot_id).values_list("partner_id", flat=True))


def _next_moment(partner_ids: list[UUID], *, now: datetime) -> datetime:
    """Return `now`, or the moment right after these partners' newest change; the couple's lock makes that exact."""
    newest = CalendarEntry.objects.filter(partner_id__in=partner_ids).aggregate(newest=Max("changed_at"))["newest"]
    return max(now, newest + timedelta(microseconds=1)) if newest else now
