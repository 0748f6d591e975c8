"""Putting times forward: offers, changes to them, other suggestions, and kind notes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accounts.models import Partner
from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.slot import Action, check_offer, check_time, expiry, require
from scheduler.models import KindNote, Notice, Offer, Sentence, Slot, TuckedAway, Yes
from scheduler.models.facts import period_of
from scheduler.operations.marks import kind_named
from scheduler.operations.notices import announce_note, announce_offer, drop_notices
from scheduler.operations.offer_notes import keep_note
from scheduler.operations.slots import confirm
from scheduler.operations.turn import open_slots, plans_of, slot_with_facts, turn_of, yeses_to


@dataclass(frozen=True)
class Proposal:
    """What one partner puts forward: one to three times, as written down in `zone`.

    `key` is the form's one-time key: the same proposal sent twice makes one offer. `kind` is the code of a kind that
    the two have in common; any other is the default. `moves` is the plan that the first time to become one replaces.
    `note` holds words of one's own, kept while both have notes switched on. They belong to the offer: a changed time
    keeps them; they go with what a suggestion or a move replaces and with what is freed, and an undo brings none back.
    """

    periods: tuple[Period, ...]
    zone: str
    kind: str
    key: UUID
    moves: UUID | None = None
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it: an offer, or at once a plan, because the partner had offered the very same time."""

    offer_id: UUID | None = None
    confirmed_slot_id: UUID | None = None


def make_offer(*, partner: Partner, proposal: Proposal, now: datetime) -> Outcome:
    """Put one to three times forward; the author's yes is included. Raises `Problem`.

    A time that is a plan already leads to that plan: it may be the second press on the button that made it one.
    """
    with turn_of(partner):
        plans = plans_of(partner.couple_id, now=now) if proposal.moves is None else []
        if same := next((plan for plan in plans if period_of(plan) in proposal.periods), None):
            return Outcome(confirmed_slot_id=same.pk)
        return _offer(partner, proposal, now)


def suggest_another(*, partner: Partner, slot_id: UUID, proposal: Proposal, now: datetime) -> Outcome:
    """Answer an open time by other times: the partner's offer ends and this one takes its place. Raises `Problem`."""
    with turn_of(partner):
        if known := _offer_of_key(partner, proposal.key):
            return known
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        require(Action.SUGGEST, facts, partner.pk, now=now)
        assert slot is not None  # noqa: S101  (a slot that is gone allows nothing)
        replaced = replace(proposal, moves=slot.offer.moves_id)
        _end_offer(slot.offer)
        return _offer(partner, replaced, now)


def change_time(
    *, partner: Partner, slot_id: UUID, revision: int, period: Period, zone: str, now: datetime
) -> Outcome:
    """Change an open time of one's own. It becomes a new revision, which voids whatever was said to the old one."""
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        require(Action.CHANGE, facts, partner.pk, now=now)
        assert slot is not None  # noqa: S101  (a slot that is gone allows nothing)
        if revision == slot.revision - 1 and period == period_of(slot):
            return Outcome(offer_id=slot.offer_id)  # the second press on the same button
        if revision != slot.revision:
            raise Problem(Reason.NO_LONGER_OPEN)
        check_time(
            period,
            plans=_plans_beside(slot.offer, now),
            own_open=_own_open(partner, now),
            now=now,
            replaces=period_of(slot.offer.moves) if slot.offer.moves else None,
        )
        if twin := _twin(partner, [period], slot.offer.moves_id, now):
            slot.offer.delete()
            return _agree(twin, partner, slot.offer.kind_id, now)
        _end_drafts(partner, [period], slot.offer.moves_id, now)
        _revise(slot, partner, period, zone, now)
        return Outcome(offer_id=slot.offer_id)


def send_kind_note(*, partner: Partner, slot_id: UUID, sentence: str, now: datetime) -> None:
    """Send one of the fixed sentences to the offer's author. It ends the offer: its sender chose to say so."""
    with turn_of(partner):
        slot, facts = slot_with_facts(partner, slot_id, now=now)
        require(Action.NOTE, facts, partner.pk, now=now)
        assert slot is not None  # noqa: S101  (a slot that is gone allows nothing)
        if sentence not in Sentence.values:
            raise Problem(Reason.NOT_POSSIBLE)
        assert slot.offer.author_id is not None  # noqa: S101  (a draft takes no note)
        note = KindNote.objects.create(recipient_id=slot.offer.author_id, sentence=sentence, created_at=now)
        _end_offer(slot.offer)
        announce_note(note=note, now=now)


def _offer(partner: Partner, proposal: Proposal, now: datetime) -> Outcome:
    if known := _offer_of_key(partner, proposal.key):
        return known
    moved = _moved(partner, proposal.moves, now)
    open_now = open_slots(partner.couple_id, now=now)
    check_offer(
        proposal.periods,
        plans=[period_of(plan) for plan in plans_of(partner.couple_id, now=now) if plan.pk != proposal.moves],
        own_open=[period_of(slot) for slot in open_now if slot.offer.author_id == partner.pk],
        open_offers=len({slot.offer_id for slot in open_now if slot.offer.author_id == partner.pk}),
        now=now,
        replaces=period_of(moved) if moved else None,
    )
    if twin := _twin(partner, proposal.periods, proposal.moves, now):
        kind = kind_named(couple_id=partner.couple_id, code=proposal.kind)
        return _agree(twin, partner, kind.pk if kind else None, now)
    _end_drafts(partner, proposal.periods, proposal.moves, now)
    offer = _write_offer(partner, proposal, moved, now)
    Partner.objects.filter(couple_id=partner.couple_id, offers_began=False).update(offers_began=True)
    announce_offer(offer=offer, now=now)
    return Outcome(offer_id=offer.pk)


def _offer_of_key(partner: Partner, key: UUID) -> Outcome | None:
    known = Offer.objects.filter(couple_id=partner.couple_id, key=key).first()
    return Outcome(offer_id=known.pk) if known else None


def _moved(partner: Partner, slot_id: UUID | None, now: datetime) -> Slot | None:
    if slot_id is None:
        return None
    slot, facts = slot_with_facts(partner, slot_id, now=now)
    require(Action.MOVE, facts, partner.pk, now=now)
    return slot


def _write_offer(partner: Partner, proposal: Proposal, moved: Slot | None, now: datetime) -> Offer:
    offer = Offer.objects.create(
        couple_id=partner.couple_id,
        author=partner,
        kind=kind_named(couple_id=partner.couple_id, code=proposal.kind),
        moves=moved,
        key=proposal.key,
        created_at=now,
    )
    replaces = moved.starts_at if moved else None
    slots = Slot.objects.bulk_create(
        Slot(
            couple_id=partner.couple_id,
            offer=offer,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            zone=proposal.zone,
            expires_at=expiry(starts_at=period.starts_at, made_at=now, now=now, replaces=replaces),
        )
        for period in proposal.periods
    )
    Yes.objects.bulk_create(Yes(slot=slot, partner=partner, revision=slot.revision, said_at=now) for slot in slots)
    keep_note(offer=offer, text=proposal.note, now=now)
    return offer


def _revise(slot: Slot, partner: Partner, period: Period, zone: str, now: datetime) -> None:
    slot.starts_at, slot.ends_at, slot.zone = period.starts_at, period.ends_at, zone
    slot.revision += 1
    slot.expires_at = expiry(
        starts_at=period.starts_at,
        made_at=slot.offer.created_at,
        now=now,
        replaces=slot.offer.moves.starts_at if slot.offer.moves else None,
    )
    slot.save(update_fields=["starts_at", "ends_at", "zone", "revision", "expires_at"])
    Yes.objects.filter(slot=slot).exclude(partner=partner).delete()
    Yes.objects.filter(slot=slot, partner=partner).update(revision=slot.revision, said_at=now)
    TuckedAway.objects.filter(slot=slot).delete()
    announce_offer(offer=slot.offer, now=now)


def _own_open(partner: Partner, now: datetime) -> list[Period]:
    slots = open_slots(partner.couple_id, now=now)
    return [period_of(slot) for slot in slots if slot.offer.author_id == partner.pk]


def _plans_beside(offer: Offer, now: datetime) -> list[Period]:
    return [period_of(plan) for plan in plans_of(offer.couple_id, now=now) if plan.pk != offer.moves_id]


def _twin(partner: Partner, periods: Iterable[Period], moves: UUID | None, now: datetime) -> Slot | None:
    """Return the open slot for the very same time and purpose that the partner has said yes to, if there is one.

    Two such offers are two yeses; so are an offer and a yes to a draft.
    """
    plans = plans_of(partner.couple_id, now=now)
    wanted = set(periods)
    for slot in open_slots(partner.couple_id, now=now):
        same = period_of(slot) in wanted and slot.offer.moves_id == moves
        if same and yeses_to(slot) - {partner.pk} and not _is_taken(slot, plans):
            return slot
    return None


def _is_taken(slot: Slot, plans: Iterable[Slot]) -> bool:
    """Return whether a plan stands in the way of this slot; the one that it moves does not."""
    return any(period_of(slot).overlaps(period_of(plan)) for plan in plans if plan.pk != slot.offer.moves_id)


def _agree(twin: Slot, partner: Partner, kind_id: UUID | None, now: datetime) -> Outcome:
    """Turn the partner's identical offer into a plan; the kind stays only if both named the same."""
    if twin.offer.kind_id != kind_id:
        twin.offer.kind = None
        twin.offer.save(update_fields=["kind"])
    Yes.objects.create(slot=twin, partner=partner, revision=twin.revision, said_at=now)
    confirm(twin, now=now)
    return Outcome(confirmed_slot_id=twin.pk)


def _end_drafts(partner: Partner, periods: Iterable[Period], moves: UUID | None, now: datetime) -> None:
    """End the drafts of the times that this partner puts forward: what is offered needs no draft beside it.

    The other one has said yes to none of them, or it would be a plan now; whether this one had, nothing tells.
    """
    if moves is not None:
        return
    wanted = set(periods)
    drafts = [slot for slot in open_slots(partner.couple_id, now=now) if slot.offer.author_id is None]
    Offer.objects.filter(pk__in=[slot.offer_id for slot in drafts if period_of(slot) in wanted]).delete()


def _end_offer(offer: Offer) -> None:
    drop_notices(causes=[offer.pk], kind=Notice.Kind.OFFER)
    offer.delete()
