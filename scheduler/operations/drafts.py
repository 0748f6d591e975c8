"""Drafts: times that nobody has put forward. Each begins with nobody's yes, announces nothing, and fades by itself."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from accounts.operations import couple_locked
from scheduler.domain.period import HORIZON, Period
from scheduler.domain.slot import expiry
from scheduler.models import Offer, Slot
from scheduler.models.facts import period_of
from scheduler.operations.turn import open_slots, plans_of


def draft_slots(
    *, couple_id: UUID, periods: Iterable[Period], zone: str, now: datetime, origin: UUID | None = None
) -> list[Slot]:
    """Draft these times for a couple, each by itself; returns the slots that are new, soonest first.

    It takes the couple's turn, also inside of one that its caller has taken; raises `CoupleGone` when there is no such
    couple. A time that overlaps a plan, stands open already (drafted or offered), has begun or lies more than 180 days
    ahead is passed over, so that drafting it again drafts nothing. `zone` is the name of the zone in which the times
    were written down; `origin` names what drafts them, for `end_drafts`. Nobody is told.
    """
    with couple_locked(couple_id):
        taken = [period_of(plan) for plan in plans_of(couple_id, now=now)]
        standing = {period_of(slot) for slot in open_slots(couple_id, now=now) if slot.offer.moves_id is None}
        drafted = []
        for period in sorted(set(periods) - standing):
            ahead = now < period.starts_at <= now + HORIZON
            if ahead and not any(period.overlaps(plan) for plan in taken):
                drafted.append(_draft(couple_id, period, zone, origin, now))
        return drafted


def end_drafts(*, couple_id: UUID, origin: UUID) -> None:
    """End what `origin` has drafted and both have not said yes to. Call it inside the couple's turn."""
    Offer.objects.filter(couple_id=couple_id, origin=origin, slots__confirmed_at=None).delete()


def _draft(couple_id: UUID, period: Period, zone: str, origin: UUID | None, now: datetime) -> Slot:
    offer = Offer.objects.create(couple_id=couple_id, author=None, origin=origin, key=uuid4(), created_at=now)
    return Slot.objects.create(
        couple_id=couple_id,
        offer=offer,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        zone=zone,
        expires_at=expiry(starts_at=period.starts_at, made_at=now, now=now),
    )
