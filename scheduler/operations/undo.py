"""Taking back one's own press on "Free this time", within its 60 seconds."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from accounts.models import Partner
from accounts.statements import rows_of, stored
from scheduler.domain.slot import MOST_OPEN_OFFERS
from scheduler.models import InCommon, Notice, Offer, Slot, Undo, Yes
from scheduler.models.facts import period_of, present_slot_id
from scheduler.operations.calendar_mails import realign_calendar_mails
from scheduler.operations.entries import restore_entries
from scheduler.operations.freed import freed_was_told
from scheduler.operations.notices import announce_confirmed, drop_notices, plan_reminders, revive_notices
from scheduler.operations.turn import open_slots, plans_of, turn_of

_KEPT = "slot_id couple_id key_hash starts_at ends_at was_confirmed alone snapshot expires_at"
_INTO = f"scheduler_undo ({', '.join(_KEPT.split())})"
_YESES = "SELECT id, slot_id, partner_id, revision, said_at FROM scheduler_yes WHERE slot_id = %s"
_kept = attrgetter(*_KEPT.split())


class _Yes(NamedTuple):
    """The columns of a yes, in the order of their fields."""

    id: int
    slot_id: UUID
    partner_id: UUID
    revision: int
    said_at: datetime


def keep_for_undo(*, slot: Slot, moves: Iterable[Offer], partner: Partner, now: datetime) -> None:
    """Keep, for 60 seconds, what goes when `partner` frees `slot`: its rows, and the wishes to move it."""
    rows = serializers.serialize("python", _rows_of(slot, moves))
    row = Undo(
        slot_id=slot.pk,
        couple_id=slot.couple_id,
        key_hash=Undo.key_hash_for(slot.pk, partner.pk),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        was_confirmed=slot.confirmed_at is not None,
        alone=slot.confirmed_at is not None or not _has_alternatives(slot, now),
        snapshot=json.dumps(rows, cls=DjangoJSONEncoder),
        expires_at=now + timedelta(seconds=settings.UNDO_SECONDS),
    )
    stored(_INTO, [_kept(row)])


def undo_free(*, partner: Partner, slot_id: UUID, now: datetime) -> bool:
    """Bring back what `partner` freed less than 60 seconds ago, with the yeses that it had; returns whether it was.

    Not possible any more once the partner pressed too, when something else now stands in its place, or when word that
    it is free has begun to leave: web server and sender go by different clocks, and nobody is told two things.
    """
    with turn_of(partner):
        slot_id = present_slot_id(partner, slot_id)
        undo = Undo.objects.filter(pk=slot_id, couple_id=partner.couple_id, expires_at__gt=now).first()
        if undo is None or not undo.was_pressed_by(partner.pk) or freed_was_told(slot_id=slot_id):
            return False
        kept = [kept.object for kept in serializers.deserialize("json", undo.snapshot)]
        if not _still_fits(undo, kept, now):
            return False
        _restore(kept)
        _tell_again(undo, kept, now)
        undo.delete()
        return True


def _has_alternatives(slot: Slot, now: datetime) -> bool:
    return Slot.objects.filter(offer=slot.offer_id, expires_at__gt=now).exclude(pk=slot.pk).exists()


def _rows_of(slot: Slot, moves: Iterable[Offer]) -> Iterator[Model]:
    """Yield the offer and the slot first, then what hangs on them, each row after those that it refers to."""
    yield slot.offer
    yield from _with_answers([slot])
    for offer in moves:
        yield offer
        yield from _with_answers(offer.slots.all())


def _with_answers(slots: Iterable[Slot]) -> Iterator[Model]:
    for slot in slots:
        yield slot
        yield from (Yes.from_db(DEFAULT_DB_ALIAS, _Yes._fields, row) for row in rows_of(_Yes, _YESES, slot.pk))
        if slot.confirmed_at is None:  # nobody tucks a plan away
            yield from slot.tucked_away.all()


def _still_fits(undo: Undo, kept: list[Model], now: datetime) -> bool:
    offer, slot = kept[:2]
    assert isinstance(offer, Offer) and isinstance(slot, Slot)  # noqa: S101, PT018  (as they were put there)
    plans = [plan for plan in plans_of(undo.couple_id, now=now) if plan.pk != offer.moves_id]
    if any(period_of(slot).overlaps(period_of(plan)) for plan in plans):
        return False
    if undo.was_confirmed:
        return now < slot.ends_at
    return now < slot.expires_at and _has_its_place(undo, offer, slot, now)


def _has_its_place(undo: Undo, offer: Offer, slot: Slot, now: datetime) -> bool:
    """Return whether an open time may stand again: its offer stands if it had other times, and no cap is in its way.

    An offer whose other time has become a plan, or was answered, is over; so is a move whose plan is gone.
    """
    standing = open_slots(undo.couple_id, now=now)
    own = [each for each in standing if each.offer.author_id == offer.author_id]
    if not undo.alone and offer.pk not in {each.offer_id for each in own}:
        return False
    if offer.moves_id and not Slot.objects.filter(pk=offer.moves_id).exists():
        return False
    drafts = [each for each in standing if each.offer.author_id is None and offer.moves_id is None]
    same = any(period_of(each) == period_of(slot) for each in [*own, *drafts])
    return len({each.offer_id for each in own} - {offer.pk}) < MOST_OPEN_OFFERS and not same


def _restore(kept: list[Model]) -> None:
    """Store the rows again; a kind that the two no longer have in common is not among what comes back."""
    for row in kept:
        if isinstance(row, Offer) and row.kind_id and not InCommon.objects.filter(pk=row.kind_id).exists():
            row.kind = None
        if not (isinstance(row, Offer) and Offer.objects.filter(pk=row.pk).exists()):
            row.save(force_insert=True)


def _tell_again(undo: Undo, kept: list[Model], now: datetime) -> None:
    """Bring back what had not left when the time was freed, and drop what says that it is free."""
    revive_notices(causes=[row.pk for row in kept if isinstance(row, Offer)], kinds=[Notice.Kind.OFFER])
    if not undo.was_confirmed:
        return
    drop_notices(causes=[undo.slot_id], kind=Notice.Kind.FREED)
    entries = restore_entries(slot_id=undo.slot_id, now=now)
    slot = Slot.objects.get(pk=undo.slot_id)
    announce_confirmed(slot=slot, entries=entries, now=now, known=_known(slot.pk))
    for entry in entries:
        realign_calendar_mails(user=entry.partner.user, now=now)
    plan_reminders(entries=entries, now=now)


def _known(slot_id: UUID) -> set[tuple[UUID, str]]:
    """Return the recipients, and the channels, to whom word of the plan has left or is about to."""
    begun = Notice.objects.filter(cause=slot_id, kind=Notice.Kind.CONFIRMED, send_started_at__isnull=False)
    return set(begun.values_list("recipient_id", "channel"))
