"""The times of a couple as a partner sees them, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model

from accounts.fields import open_column
from accounts.models import Partner
from accounts.statements import rows_of
from scheduler.domain.period import Period
from scheduler.domain.slot import Action, SlotFacts, State, actions_for, state_of
from scheduler.models import InCommon, Kind, OfferNote, Slot


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


class _Time(NamedTuple):
    """What `_TIMES` finds of one slot, its columns in their order. `yes` and `tucked_away` are the reader's own."""

    id: UUID
    offer_id: UUID
    revision: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    expires_at: datetime
    confirmed: bool
    yes: bool
    tucked_away: bool
    author_id: UUID | None
    moves_id: UUID | None
    moves_from: datetime | None
    kind_id: UUID | None
    topic: str | None
    what: bytes | None
    note: bytes | None
    couple_id: UUID
    data_key: bytes

    @property
    def period(self) -> Period:
        return Period(starts_at=self.starts_at, ends_at=self.ends_at)


# Yeses and what is tucked away are met by slot and partner, the columns of their constraints: nothing that a partner
# sees depends on the other's, and a row that is not read takes no time by which they could tell that it is there.
_TIMES = """
    SELECT s.id, s.offer_id, s.revision, s.starts_at, s.ends_at, s.zone, s.expires_at, s.confirmed_at IS NOT NULL,
        y.id IS NOT NULL, t.id IS NOT NULL, o.author_id, o.moves_id, m.starts_at, k.id, k.topic, k.what, n.text,
        c.id, c.data_key
    FROM scheduler_slot s
    JOIN scheduler_offer o ON o.id = s.offer_id
    JOIN accounts_couple c ON c.id = s.couple_id
    LEFT JOIN scheduler_slot m ON m.id = o.moves_id
    LEFT JOIN scheduler_incommon k ON k.id = o.kind_id
    LEFT JOIN scheduler_offernote n ON n.offer_id = o.id
    LEFT JOIN scheduler_yes y ON y.slot_id = s.id AND y.partner_id = %s AND y.revision = s.revision
    LEFT JOIN scheduler_tuckedaway t ON t.slot_id = s.id AND t.partner_id = %s AND t.revision = s.revision
    WHERE s.couple_id = %s
      AND (s.confirmed_at IS NULL AND s.expires_at > %s OR s.confirmed_at IS NOT NULL AND s.ends_at > %s)
    ORDER BY s.starts_at, s.id
"""


def planned_periods(partner: Partner, *, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return start and end (UTC) of each of the couple's plans that is not over at `now`, soonest first: one query."""
    rows = Slot.objects.filter(couple_id=partner.couple_id, confirmed_at__isnull=False, ends_at__gt=now)
    return list(rows.order_by("starts_at").values_list("starts_at", "ends_at"))


def slot_views(partner: Partner, *, now: datetime) -> list[SlotView]:
    """Return the times that the couple has open or planned at `now`, soonest first, for `partner`: one query."""
    times = rows_of(_Time, _TIMES, partner.pk, partner.pk, partner.couple_id, now, now)
    plans = {time.id: time.period for time in times if time.confirmed}
    return [_view(time, _facts(time, partner, plans), partner, now=now) for time in times]


def slot_view(partner: Partner, slot_id: UUID, *, now: datetime) -> SlotView | None:
    """Return one time of the couple, or None once it has ended or when it is not theirs."""
    return next((view for view in slot_views(partner, now=now) if view.id == slot_id), None)


def _facts(time: _Time, partner: Partner, plans: dict[UUID, Period]) -> SlotFacts:
    """Return what the rules need to know, as far as it is the partner's to know; `plans` are the couple's."""
    period, own = time.period, frozenset({partner.pk})
    beside = (plan for slot_id, plan in plans.items() if slot_id not in {time.id, time.moves_id})
    return SlotFacts(
        period=period,
        revision=time.revision,
        expires_at=time.expires_at,
        confirmed=time.confirmed,
        author=time.author_id,
        yeses=own if time.yes else frozenset(),
        tucked_away_by=own if time.tucked_away else frozenset(),
        overlaps_plan=any(period.overlaps(plan) for plan in beside),
    )


def _view(time: _Time, facts: SlotFacts, partner: Partner, *, now: datetime) -> SlotView:
    state, kind = state_of(facts, now=now), _kind(time)
    return SlotView(
        id=time.id,
        offer_id=time.offer_id,
        revision=time.revision,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        zone=time.zone,
        kind=kind.code if kind else Kind.TOGETHER,
        kind_label=kind.label if kind else str(Kind.TOGETHER.label),
        note=_opened(OfferNote, "text", time.note, row=time.offer_id, of=time),
        state=state,
        actions=actions_for(facts, partner.pk, now=now),
        author_is_me=time.author_id == partner.pk,
        drafted=time.author_id is None and state is State.OPEN,
        tucked_away=time.tucked_away,
        overlaps_plan=facts.overlaps_plan,
        moves_from=time.moves_from,
        expires_at=time.expires_at,
    )


def _kind(time: _Time) -> InCommon | None:
    if time.kind_id is None or time.topic is None:
        return None
    what = _opened(InCommon, "what", time.what, row=time.kind_id, of=time)
    return InCommon(pk=time.kind_id, topic=time.topic, what=what)


def _opened(model: type[Model], name: str, sealed: bytes | None, *, row: UUID, of: _Time) -> str:
    """Return a text that is sealed with the couple's key; nothing where there is none."""
    return open_column(model, name, sealed, row=row, wrapped=of.data_key, owner=of.couple_id) if sealed else ""
