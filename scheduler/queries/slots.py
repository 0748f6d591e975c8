"""One time as a partner sees it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Partner
from scheduler.domain.slot import Action, State, actions_for, state_of
from scheduler.models import Kind, Slot, TuckedAway, Yes
from scheduler.models.facts import facts_of


@dataclass(frozen=True, kw_only=True)
class SlotView:
    """A slot as plain values. Only the viewer knows `tucked_away`; `moves_from` starts the plan it would replace.

    `drafted` is an open one that nobody has put forward; nothing here tells whether the partner said yes to it.
    """

    id: UUID
    offer_id: UUID
    revision: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    kind: str
    kind_label: str
    note: str
    state: State
    actions: frozenset[Action]
    author_is_me: bool
    drafted: bool
    tucked_away: bool
    overlaps_plan: bool
    moves_from: datetime | None
    expires_at: datetime


def live_slots(partner: Partner, *, now: datetime) -> QuerySet[Slot]:
    """Return the couple's slots that are open or confirmed at `now`, soonest first: three queries in all.

    Yeses and what is tucked away come as far as they are the partner's own: nothing they see depends on the other's,
    and a row that is not read takes no time by which they could tell that it is there.
    """
    open_now = Q(confirmed_at__isnull=True, expires_at__gt=now)
    planned = Q(confirmed_at__isnull=False, ends_at__gt=now)
    rows = Slot.objects.filter(open_now | planned, couple_id=partner.couple_id)
    beside = ("offer__moves", "offer__kind__couple", "offer__note", "offer__couple")  # the couple's key opens texts
    own = (
        Prefetch("yeses", Yes.objects.filter(partner=partner)),
        Prefetch("tucked_away", TuckedAway.objects.filter(partner=partner)),
    )
    return rows.select_related(*beside).prefetch_related(*own).order_by("starts_at", "pk")


def planned_periods(partner: Partner, *, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return start and end (UTC) of each of the couple's plans that is not over at `now`, soonest first: one query."""
    rows = Slot.objects.filter(couple_id=partner.couple_id, confirmed_at__isnull=False, ends_at__gt=now)
    return list(rows.order_by("starts_at").values_list("starts_at", "ends_at"))


def view_of(slot: Slot, partner: Partner, *, plans: list[Slot], now: datetime) -> SlotView:
    """Return `slot` as `partner` sees it, given the couple's plans."""
    facts = facts_of(slot, plans=plans)
    state, kind = state_of(facts, now=now), slot.offer.kind
    return SlotView(
        id=slot.pk,
        offer_id=slot.offer_id,
        revision=slot.revision,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        zone=slot.zone,
        kind=kind.code if kind else Kind.TOGETHER,
        kind_label=kind.label if kind else str(Kind.TOGETHER.label),
        note=slot.offer.note.text if hasattr(slot.offer, "note") else "",
        state=state,
        actions=actions_for(facts, partner.pk, now=now),
        author_is_me=slot.offer.author_id == partner.pk,
        drafted=slot.offer.author_id is None and state is State.OPEN,
        tucked_away=partner.pk in facts.tucked_away_by,
        overlaps_plan=facts.overlaps_plan,
        moves_from=slot.offer.moves.starts_at if slot.offer.moves else None,
        expires_at=slot.expires_at,
    )


def slot_views(partner: Partner, *, now: datetime) -> list[SlotView]:
    """Return every time that the couple has open or planned, soonest first."""
    slots = list(live_slots(partner, now=now))
    plans = [slot for slot in slots if slot.confirmed_at]
    return [view_of(slot, partner, plans=plans, now=now) for slot in slots]


def slot_view(partner: Partner, slot_id: UUID, *, now: datetime) -> SlotView | None:
    """Return one time of the couple, or None once it has ended or when it is not theirs."""
    return next((view for view in slot_views(partner, now=now) if view.id == slot_id), None)
