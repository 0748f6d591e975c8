"""Telling that a planned time is free: once the time to undo is over, and only where the plan was heard of.

Where the word that there is a plan has not begun to leave, neither word is sent: the two cancel out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts import outbox
from scheduler.models import CalendarEntry, FormerSlot, Notice
from scheduler.operations.ways import on_every_way

_Kind, _State = Notice.Kind, Notice.State
_OF_A_PLAN = (_Kind.CONFIRMED, _Kind.REMINDER, _Kind.CALENDAR)


def freed_notices(*, entries: Iterable[CalendarEntry], now: datetime) -> list[Notice]:
    """Return the notices that both partners are due, one for each way on which they have heard of the plan.

    Ask before what was still to leave is dropped, under the couple's lock. They are due by the database's clock, which
    the sender goes by too, and worth telling until the plan would have ended.
    """
    entries = list(entries)
    if not entries:
        return []
    due_at = outbox.database_now() + timedelta(seconds=settings.UNDO_SECONDS)
    told = _told(entries)
    rows = on_every_way(_freed(entry, due_at) for entry in entries)
    heard = [_as_heard(row, told.get((row.recipient_id, row.channel), [])) for row in rows]
    return [row for row in heard if row is not None and row.expires_at > now]


def hasten_freed(*, slot_id: UUID) -> None:
    """End the hold of the freed notices of a slot: nobody can undo it any more."""
    now = outbox.database_now()
    held = Notice.objects.filter(kind=_Kind.FREED, cause=slot_id, state=_State.PENDING, due_at__gt=now)
    held.update(due_at=now)
    outbox.nudge()


def freed_was_told(*, slot_id: UUID) -> bool:
    """Return whether word that this time is free has begun to leave: then nothing takes it back."""
    begun = Q(send_started_at__isnull=False) | Q(attempts__gt=0)
    return Notice.objects.filter(begun, kind=_Kind.FREED, cause=slot_id).exists()


def _freed(entry: CalendarEntry, due_at: datetime) -> Notice:
    return Notice(
        recipient_id=entry.partner_id,
        kind=_Kind.FREED,
        cause=entry.slot_id,
        revision=entry.sequence,
        due_at=due_at,
        expires_at=entry.ends_at,
        starts_at=entry.starts_at,
    )


def _told(entries: list[CalendarEntry]) -> dict[tuple[UUID, str], list[Notice]]:
    """Return what there was to tell of these plans, also before they were moved, by recipient and way."""
    keys = {key for entry in entries for key in (entry.pk, entry.slot_id)}
    keys |= set(FormerSlot.objects.filter(entry__in=entries).values_list("slot_id", flat=True))
    told: dict[tuple[UUID, str], list[Notice]] = {}
    for row in Notice.objects.filter(cause__in=keys, kind__in=_OF_A_PLAN):
        told.setdefault((row.recipient_id, row.channel), []).append(row)
    return told


def _as_heard(freed: Notice, told: list[Notice]) -> Notice | None:
    """Return the notice as it fits what its reader has heard; None where nothing was heard and all was yet to come.

    Who has heard of the plan only as it was before a move is told that the time they know of is free.
    """
    if not any(row.kind == _Kind.CONFIRMED and row.cause == freed.cause and _is_to_come(row) for row in told):
        return freed
    heard = [row for row in told if row.has_begun]
    if not heard:
        return None
    last = max(heard, key=lambda row: row.send_started_at or row.due_at)
    if last.starts_at is not None and last.starts_at != freed.starts_at:
        freed.starts_at = freed.expires_at = last.starts_at
    return freed


def _is_to_come(row: Notice) -> bool:
    return row.state in {_State.PENDING, _State.CLAIMED} and not row.has_begun
