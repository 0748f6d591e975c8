"""What is left of a time that has ended, as far as it is one's own to know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Partner
from scheduler.models import CalendarEntry, Undo


@dataclass(frozen=True, kw_only=True)
class Trace:
    """When an ended time was; `undo_until` is set while the viewer, who freed it, may still take that back."""

    starts_at: datetime
    ends_at: datetime
    undo_until: datetime | None = None


def trace_of(partner: Partner, slot_id: UUID, *, now: datetime) -> Trace | None:
    """Return the trace of an ended time: one's own press to free it, else one's own calendar entry, else None.

    The other partner's press is no trace: it would tell a withdrawn offer from a faded one.
    """
    undo = Undo.objects.filter(pk=slot_id, couple_id=partner.couple_id, expires_at__gt=now).first()
    if undo and undo.was_pressed_by(partner.pk):
        return Trace(starts_at=undo.starts_at, ends_at=undo.ends_at, undo_until=undo.expires_at)
    entry = CalendarEntry.objects.filter(partner=partner, slot_id=slot_id).first()
    return Trace(starts_at=entry.starts_at, ends_at=entry.ends_at) if entry else None
