"""Telling that a planned time is free: once the time to undo is over, and only where the plan was heard of.

Where the word that there is a plan has not begun to leave, neither word is sent: the two cancel out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts import outbox
from accounts.statements import rows_of
from scheduler.models import CalendarEntry, Notice
from scheduler.operations.ways import on_every_way

_Kind, _State = Notice.Kind, Notice.State
_YET_TO_COME = frozenset({_State.PENDING, _State.CLAIMED})
_TOLD = """
    SELECT n.recipient_id, n.channel, n.kind, n.cause, n.state, n.due_at, n.starts_at, n.send_started_at, n.attempts
    FROM (
        SELECT slot_id AS id FROM scheduler_calendarentry WHERE slot_id = %s
        UNION SELECT id FROM scheduler_calendarentry WHERE slot_id = %s
        UNION SELECT f.slot_id FROM scheduler_formerslot f JOIN scheduler_calendarentry e ON e.id = f.entry_id
        WHERE e.slot_id = %s
    ) cause
    JOIN scheduler_notice n ON n.cause = cause.id AND n.kind IN ('confirmed', 'reminder', 'calendar')
"""


class _Told(NamedTuple):
    """A notice of a plan, as far as it tells what its reader has heard."""

    recipient_id: UUID
    channel: str
    kind: str
    cause: UUID
    state: str
    due_at: datetime
    starts_at: datetime | None
    send_started_at: datetime | None
    attempts: int

    @property
    def has_begun(self) -> bool:
        """Whether it has begun to leave, now or in an earlier try."""
        return self.send_started_at is not None or self.attempts > 0

    @property
    def is_to_come(self) -> bool:
        """Whether nothing of it has left, and it has not been dropped."""
        return self.state in _YET_TO_COME and not self.has_begun


def freed_notices(*, entries: Iterable[CalendarEntry], now: datetime) -> list[Notice]:
    """Return the notices that both partners of one plan are due, one for each way on which they have heard of it.

    Ask before what was still to leave is dropped, under the couple's lock. They are due by the database's clock, which
    the sender goes by too, and worth telling until the plan would have ended.
    """
    entries = list(entries)
    if not entries:
        return []
    due_at = outbox.database_now() + timedelta(seconds=settings.UNDO_SECONDS)
    told = _told(entries[0].slot_id)
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


def _told(slot_id: UUID) -> dict[tuple[UUID, str], list[_Told]]:
    """Return what there was to tell of this plan, also before it was moved, by recipient and way."""
    told: dict[tuple[UUID, str], list[_Told]] = {}
    for row in rows_of(_Told, _TOLD, slot_id, slot_id, slot_id):
        told.setdefault((row.recipient_id, row.channel), []).append(row)
    return told


def _as_heard(freed: Notice, told: list[_Told]) -> Notice | None:
    """Return the notice as it fits what its reader has heard; None where nothing was heard and all was yet to come.

    Who has heard of the plan only as it was before a move is told that the time they know of is free.
    """
    if not any(row.kind == _Kind.CONFIRMED and row.cause == freed.cause and row.is_to_come for row in told):
        return freed
    heard = [row for row in told if row.has_begun]
    if not heard:
        return None
    last = max(heard, key=lambda row: row.send_started_at or row.due_at)
    if last.starts_at is not None and last.starts_at != freed.starts_at:
        freed.starts_at = freed.expires_at = last.starts_at
    return freed
