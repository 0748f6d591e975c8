"""One act of a couple at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from uuid import UUID

from django.db.models import Subquery

from accounts.models import Partner, User
from accounts.operations import CoupleGone, couple_locked, users_locked
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.slot import SlotFacts
from scheduler.models import Slot
from scheduler.models.facts import facts_of


@contextmanager
def turn_of(partner: Partner) -> Iterator[None]:
    """Run the block as the couple's only act; raises `Problem` (NO_LONGER_OPEN) when the couple has ended."""
    try:
        with couple_locked(partner.couple_id):
            yield
    except CoupleGone:
        raise Problem(Reason.NO_LONGER_OPEN) from None


@contextmanager
def turn_of_user(user: User) -> Iterator[None]:
    """Run the block as the only act of the user's couple, or of the user while they are linked to nobody."""
    seat = Partner.objects.filter(user=user).values("couple_id")
    with ExitStack() as turn:
        try:
            turn.enter_context(couple_locked(Subquery(seat)))
        except CoupleGone:
            turn.enter_context(users_locked(user.pk))
        yield


def plans_of(couple_id: UUID, *, now: datetime) -> list[Slot]:
    """Return the couple's confirmed slots that are not over."""
    rows = Slot.objects.filter(couple_id=couple_id, confirmed_at__isnull=False, ends_at__gt=now)
    return list(rows.order_by("starts_at"))


def open_slots(couple_id: UUID, *, now: datetime) -> list[Slot]:
    """Return the couple's open slots with all that the rules read of them."""
    rows = Slot.objects.filter(couple_id=couple_id, confirmed_at__isnull=True, expires_at__gt=now)
    return list(
        rows.select_related("offer").prefetch_related("yeses", "tucked_away").order_by("starts_at", "ends_at", "pk")
    )


def slot_with_facts(partner: Partner, slot_id: UUID, *, now: datetime) -> tuple[Slot | None, SlotFacts | None]:
    """Return a slot of this partner's couple and its facts, or a pair of None once it is gone."""
    rows = Slot.objects.filter(couple_id=partner.couple_id, pk=slot_id)
    slot = rows.select_related("offer").prefetch_related("yeses", "tucked_away").first()
    if slot is None:
        return None, None
    return slot, facts_of(slot, plans=plans_of(partner.couple_id, now=now))
