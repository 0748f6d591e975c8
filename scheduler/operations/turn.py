"""One act of a couple at a time, and what it finds once it is its turn."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Subquery

from accounts.models import Partner, User
from accounts.operations import CoupleGone, couple_locked, users_locked
from accounts.statements import fetched, rows_of, uuid_of
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.slot import SlotFacts
from scheduler.models import Offer, Slot
from scheduler.models.facts import period_of


class _Held(NamedTuple):
    """What `_FACTS` finds: the columns of a slot and of its offer, in the order of their fields, then the facts."""

    id: UUID
    couple_id: UUID
    offer_id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    revision: int
    expires_at: datetime
    confirmed_at: datetime | None
    author_id: UUID | None
    origin: UUID | None
    kind_id: UUID | None
    moves_id: UUID | None
    key: UUID
    created_at: datetime
    said_yes: bool
    tucked_away: bool
    overlaps_plan: bool


# Of yeses and of what is tucked away it meets the partner's own rows alone, as pages do (scheduler/queries/slots.py).
# By `Period.overlaps`, plans overlap; the database itself holds the same (scheduler/models/overlap.py).
_FACTS = """
    SELECT s.id, s.couple_id, s.offer_id, s.starts_at, s.ends_at, s.zone, s.revision, s.expires_at, s.confirmed_at,
        o.author_id, o.origin, o.kind_id, o.moves_id, o.key, o.created_at, y.id IS NOT NULL, t.id IS NOT NULL,
        EXISTS (
            SELECT 1 FROM scheduler_slot p
            WHERE p.couple_id = s.couple_id AND p.confirmed_at IS NOT NULL AND p.ends_at > %s AND p.id <> s.id
              AND (o.moves_id IS NULL OR p.id <> o.moves_id) AND p.starts_at < s.ends_at AND p.ends_at > s.starts_at
        )
    FROM scheduler_slot s
    JOIN scheduler_offer o ON o.id = s.offer_id
    LEFT JOIN scheduler_yes y ON y.slot_id = s.id AND y.partner_id = %s AND y.revision = s.revision
    LEFT JOIN scheduler_tuckedaway t ON t.slot_id = s.id AND t.partner_id = %s AND t.revision = s.revision
    WHERE s.couple_id = %s AND s.id = %s
"""
_YESES = "SELECT partner_id FROM scheduler_yes WHERE slot_id = %s AND revision = %s"


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
    """Return the couple's open slots with their offers. Who has said yes, or tucked one away, is not read."""
    rows = Slot.objects.filter(couple_id=couple_id, confirmed_at__isnull=True, expires_at__gt=now)
    return list(rows.select_related("offer").order_by("starts_at", "ends_at", "pk"))


def slot_with_facts(partner: Partner, slot_id: UUID, *, now: datetime) -> tuple[Slot | None, SlotFacts | None]:
    """Return a slot of this partner's couple and its facts, or a pair of None once it is gone: one query.

    Yeses and what is tucked away are among the facts as far as they are the partner's own; see `yeses_to`.
    """
    values = (now, partner.pk, partner.pk, partner.couple_id, slot_id)
    held = next(iter(rows_of(_Held, _FACTS, *values)), None)
    if held is None:
        return None, None
    slot, own = _slot(held), frozenset({partner.pk})
    return slot, SlotFacts(
        period=period_of(slot),
        revision=held.revision,
        expires_at=held.expires_at,
        confirmed=held.confirmed_at is not None,
        author=held.author_id,
        yeses=own if held.said_yes else frozenset(),
        tucked_away_by=own if held.tucked_away else frozenset(),
        overlaps_plan=held.overlaps_plan,
    )


def yeses_to(slot: Slot) -> frozenset[UUID]:
    """Return whose yes the slot has at its revision, both partners': only a yes that is said now may ask for it."""
    return frozenset(uuid_of(partner_id) for (partner_id,) in fetched(_YESES, slot.pk, slot.revision))


def _slot(held: _Held) -> Slot:
    slot = Slot.from_db(DEFAULT_DB_ALIAS, _Held._fields[:9], held[:9])
    values = (held.offer_id, held.couple_id, *held[9:15])
    slot.offer = Offer.from_db(DEFAULT_DB_ALIAS, ("id", "couple_id", *_Held._fields[9:15]), values)
    return slot
