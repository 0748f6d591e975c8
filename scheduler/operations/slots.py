"""One concrete time: saying yes, tucking away, freeing, undoing, fading."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Partner
from accounts.statements import changed, fetched
from scheduler.domain.slot import Action, State, actions_for, already_said, makes_a_plan, require, state_of
from scheduler.models import Notice, Offer, Slot, Undo, Yes
from scheduler.models.facts import present_slot_id
from scheduler.operations.endings import end_alternatives, end_slot
from scheduler.operations.entries import cancel_entries, move_entries, write_entries
from scheduler.operations.freed import freed_notices, hasten_freed
from scheduler.operations.notices import announce_plan, drop_notices, write_notices
from scheduler.operations.turn import slot_with_facts, turn_of, yeses_to
from scheduler.operations.undo import keep_for_undo

_SAY_YES = (
    "INSERT INTO scheduler_yes (slot_id, partner_id, revision, said_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (slot_id, partner_id) DO UPDATE SET revision = excluded.revision, said_at = excluded.said_at"
)
_TUCK_AWAY = (
    "INSERT INTO scheduler_tuckedaway (slot_id, partner_id, revision) VALUES (%s, %s, %s)"
    " ON CONFLICT (slot_id, partner_id) DO UPDATE SET revision = excluded.revision"
)
_BRING_BACK = "DELETE FROM scheduler_tuckedaway WHERE slot_id = %s AND partner_id = %s"
_MOVES = "SELECT id FROM scheduler_offer WHERE moves_id = %s"
_CONFIRM = "UPDATE scheduler_slot SET confirmed_at = %s WHERE id = %s"


def say_yes(*, partner: Partner, slot_id: UUID, revision: int, now: datetime) -> bool:
    """Say yes to exactly this revision of this time; returns whether it is a plan now.

    Saying it again is harmless. The first yes to a draft is nobody else's to know. Raises `Problem` for a time that is
    no longer open, has changed, or overlaps a plan.
    """
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        if facts and already_said(facts, partner.pk, revision=revision, now=now):
            return facts.confirmed
        require(Action.YES, facts, partner.pk, now=now)
        assert slot is not None and facts is not None  # noqa: S101, PT018  (a slot that is gone takes no yes)
        both = makes_a_plan(replace(facts, yeses=yeses_to(slot)), partner.pk, revision=revision, now=now)
        changed(_SAY_YES, slot.pk, partner.pk, revision, now)
        if both:
            confirm(slot, now=now)
        else:
            changed(_BRING_BACK, slot.pk, partner.pk)
        return both


def take_back(*, partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Take one's own yes to a draft back. Nothing that the partner can observe changes; doing it again is harmless.

    Where the other yes has come in meanwhile the plan is freed: of a withdrawal and a yes that cross, the withdrawal
    counts. An offer of one's own is withdrawn. Raises `Problem` (NOT_POSSIBLE) only for an offer of the partner's.
    """
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        actions = actions_for(facts, partner.pk, now=now)
        if Action.TAKE_BACK in actions:
            Yes.objects.filter(slot=slot, partner=partner).delete()
        elif facts is None or facts.confirmed or facts.author is not None:
            free(partner=partner, slot_id=slot_id, now=now)


def confirm(slot: Slot, *, now: datetime) -> None:
    """Make a plan of a slot that has both yeses, within the couple's turn: its siblings end, the entries are written.

    A slot that moves a plan takes that plan's place, and its calendar entries with it.
    """
    end_alternatives(slot)
    drop_notices(causes=[slot.offer_id], kind=Notice.Kind.OFFER)
    moved = slot.offer.moves
    if moved:
        _step_aside(moved, slot.offer)
    slot.confirmed_at = now
    changed(_CONFIRM, now, slot.pk)
    entries = move_entries(old_slot_id=moved.pk, slot=slot, now=now) if moved else write_entries(slot=slot, now=now)
    announce_plan(slot=slot, entries=entries, now=now)


def _step_aside(moved: Slot, offer: Offer) -> None:
    """End the plan that is being replaced, first: the database lets no two plans overlap, not even for a moment."""
    offer.moves = None
    offer.save(update_fields=["moves"])
    drop_notices(causes=[moved.pk])
    Offer.objects.filter(pk=moved.offer_id).delete()


def tuck_away(*, partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Put an open time out of one's own sight. Nothing that the partner can observe changes.

    On an old page that does not know of one's own yes to a draft, it takes that yes back too.
    """
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        actions = actions_for(facts, partner.pk, now=now)
        if Action.BRING_BACK in actions:
            return
        if Action.TAKE_BACK in actions:
            Yes.objects.filter(slot=slot, partner=partner).delete()
        else:
            require(Action.TUCK_AWAY, facts, partner.pk, now=now)
        assert slot is not None  # noqa: S101  (a slot that is gone allows nothing)
        changed(_TUCK_AWAY, slot.pk, partner.pk, slot.revision)


def bring_back(*, partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Take a tucked-away time back into sight."""
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        if facts and partner.pk not in facts.tucked_away_by:
            return
        require(Action.BRING_BACK, facts, partner.pk, now=now)
        assert slot is not None  # noqa: S101  (a slot that is gone allows nothing)
        changed(_BRING_BACK, slot.pk, partner.pk)


def free(*, partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Free a time: cancel a plan, or withdraw an open time of one's own. Pressing twice or late is harmless.

    A plan that was moved meanwhile is freed as it is now: freeing always ends what it was pressed for.
    The press of the second partner is as good as the first: it ends the first one's chance to undo, and the notice
    leaves at once. Raises `Problem` (NOT_POSSIBLE) only for an open time that is the partner's to answer.
    """
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        if slot is None and (present := present_slot_id(partner, slot_id)) != slot_id:
            slot_id = present
            slot, facts = slot_with_facts(partner, slot_id, now=now)
        if slot is None:
            _freed_by_both(partner, slot_id)
        elif state_of(facts, now=now) is not State.ENDED:
            require(Action.FREE, facts, partner.pk, now=now)
            _end(slot, partner, now)


def _end(slot: Slot, partner: Partner, now: datetime) -> None:
    moves = list(slot.move_offers.all()) if fetched(_MOVES, slot.pk) else []
    keep_for_undo(slot=slot, moves=moves, partner=partner, now=now)
    entries = cancel_entries(slot_id=slot.pk, now=now) if slot.confirmed_at else []
    freed = freed_notices(entries=entries, now=now)
    offers = [offer.pk for offer in moves]
    if end_slot(slot, moves=moves):
        offers.append(slot.offer_id)
    drop_notices(causes=[slot.pk, *offers])
    write_notices(freed)


def _freed_by_both(partner: Partner, slot_id: UUID) -> None:
    undo = Undo.objects.filter(pk=slot_id, couple_id=partner.couple_id).first()
    if undo and not undo.was_pressed_by(partner.pk):
        undo.delete()
        hasten_freed(slot_id=slot_id)


def fade(*, now: datetime, limit: int = 500) -> int:
    """Delete up to `limit` open slots whose time to answer is over, and offers left without any; returns how many.

    They ended at their moment already: nothing reads an open slot past its `expires_at`. Each offer goes to one sweep
    with all of its slots, and one that somebody else holds is left to the next: two sweeps that shared an offer would
    each see the other's slot still there, and leave the offer behind for good.
    """
    past = Slot.objects.filter(confirmed_at__isnull=True, expires_at__lte=now)
    if not (rows := list(past.order_by("expires_at").values_list("pk", "offer_id")[:limit])):
        return 0
    with transaction.atomic():
        offers = Offer.objects.select_for_update(skip_locked=True).filter(pk__in={offer for _, offer in rows})
        mine = set(offers.values_list("pk", flat=True))
        gone = list(past.filter(pk__in=[slot for slot, offer in rows if offer in mine]).values_list("pk", flat=True))
        Slot.objects.filter(pk__in=gone).delete()
        Offer.objects.filter(pk__in=mine, slots__isnull=True).delete()
    return len(gone)
