"""Rows as the rules see them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Partner
from scheduler.domain.period import Period
from scheduler.models.calendar import CalendarEntry
from scheduler.models.rhythm import Rhythm
from scheduler.models.slot import Slot


def period_of(slot: Slot) -> Period:
    """Return the slot's stretch of time."""
    return Period(starts_at=slot.starts_at, ends_at=slot.ends_at)


def present_slot_id(partner: Partner, slot_id: UUID) -> UUID:
    """Return the id of this partner's plan after all its moves, or its last one; `slot_id` where it never moved."""
    entries = CalendarEntry.objects.filter(partner=partner, former_slots__slot_id=slot_id)
    return entries.values_list("slot_id", flat=True).first() or slot_id


def live_rhythms(partner: Partner, *, now: datetime) -> QuerySet[Rhythm]:
    """Return the couple's rhythm and what either proposes, as far as it has not ended."""
    return Rhythm.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), couple_id=partner.couple_id)
