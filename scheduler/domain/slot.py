"""What may be done with one concrete time, by whom, and until when.

Only a yes exists here. A yes that is missing may mean: not seen, undecided, not this time, or on a break; nothing in
this module could tell these apart.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from uuid import UUID

from scheduler.domain.period import Period, check_start
from scheduler.domain.problem import Problem, Reason

MOST_ALTERNATIVES = 3
MOST_OPEN_OFFERS = 3
OFFER_LASTS = timedelta(days=7)
ANSWER_AHEAD = timedelta(hours=3)
KEYS_TO_OPEN = 2


class State(StrEnum):
    """The three states of a slot. Ended has no recorded cause."""

    OPEN = auto()
    CONFIRMED = auto()
    ENDED = auto()


class Action(StrEnum):
    """What a partner may do with a slot now: the one source for buttons, access checks and drawn states."""

    YES = auto()
    TAKE_BACK = auto()
    TUCK_AWAY = auto()
    BRING_BACK = auto()
    SUGGEST = auto()
    NOTE = auto()
    CHANGE = auto()
    MOVE = auto()
    FREE = auto()


@dataclass(frozen=True)
class SlotFacts:
    """What the rules need to know of one slot. `yeses` are the partners whose yes is for the current revision.

    `author` is None for a drafted slot: nobody has put it forward, and it began with nobody's yes. `overlaps_plan`
    says that another plan of the couple stands in its way (the one that it would move does not).
    """

    period: Period
    revision: int
    expires_at: datetime
    confirmed: bool
    author: UUID | None
    yeses: frozenset[UUID] = field(default_factory=frozenset)
    tucked_away_by: frozenset[UUID] = field(default_factory=frozenset)
    overlaps_plan: bool = False


def state_of(slot: SlotFacts | None, *, now: datetime) -> State:
    """Return the slot's state; a slot that is gone (None) has ended, and so has one whose time is over."""
    if slot is None:
        return State.ENDED
    if slot.confirmed:
        return State.CONFIRMED if now < slot.period.ends_at else State.ENDED
    return State.OPEN if now < slot.expires_at else State.ENDED


def actions_for(slot: SlotFacts | None, partner: UUID, *, now: datetime) -> frozenset[Action]:
    """Return what `partner` may do with the slot at `now`."""
    state = state_of(slot, now=now)
    if slot is None or state is State.ENDED:
        return frozenset()
    if state is State.CONFIRMED:
        return frozenset({Action.FREE, Action.MOVE} if now < slot.period.starts_at else {Action.FREE})
    if partner in slot.yeses:
        return frozenset({Action.TAKE_BACK} if slot.author is None else {Action.FREE, Action.CHANGE})
    return _answers(slot, partner)


def _answers(slot: SlotFacts, partner: UUID) -> frozenset[Action]:
    """Return the answers to an open slot. What would end it is none to a draft: there, its going would be a "no"."""
    answers = {Action.BRING_BACK if partner in slot.tucked_away_by else Action.TUCK_AWAY}
    if slot.author is not None:
        answers |= {Action.SUGGEST, Action.NOTE}
    return frozenset(answers if slot.overlaps_plan else answers | {Action.YES})


def require(action: Action, slot: SlotFacts | None, partner: UUID, *, now: datetime) -> None:
    """Raise `Problem` unless `partner` may do this now: NO_LONGER_OPEN, OVERLAPS_PLAN or NOT_POSSIBLE."""
    if action in actions_for(slot, partner, now=now):
        return
    if slot is None or state_of(slot, now=now) is State.ENDED:
        raise Problem(Reason.NO_LONGER_OPEN)
    if action is Action.YES and slot.overlaps_plan and not slot.confirmed:
        raise Problem(Reason.OVERLAPS_PLAN)
    raise Problem(Reason.NOT_POSSIBLE)


def makes_a_plan(slot: SlotFacts, partner: UUID, *, revision: int, now: datetime) -> bool:
    """Return whether this partner's yes to `revision`, said now, is the second key.

    A yes counts for exactly the revision that was seen: raises `Problem` (NO_LONGER_OPEN) for any other one, and
    whatever `require` raises for a slot that takes no yes.
    """
    require(Action.YES, slot, partner, now=now)
    if revision != slot.revision:
        raise Problem(Reason.NO_LONGER_OPEN)
    return len(slot.yeses | {partner}) == KEYS_TO_OPEN


def already_said(slot: SlotFacts, partner: UUID, *, revision: int, now: datetime) -> bool:
    """Return whether this partner's yes to `revision` stands: saying it again changes nothing."""
    return state_of(slot, now=now) is not State.ENDED and partner in slot.yeses and revision == slot.revision


def expiry(*, starts_at: datetime, made_at: datetime, now: datetime, replaces: datetime | None = None) -> datetime:
    """Return when an open slot fades: 7 days after its offer was made or 3 hours before its start, if that is sooner.

    One offered later than 3 hours ahead fades at its start. One that would move a plan fades, at the latest, when that
    plan starts (`replaces`).
    """
    ahead = starts_at - ANSWER_AHEAD
    ends = min(made_at + OFFER_LASTS, ahead if now < ahead else starts_at)
    return min(ends, replaces) if replaces else ends


def check_offer(
    periods: Sequence[Period],
    *,
    plans: Collection[Period],
    own_open: Collection[Period],
    open_offers: int,
    now: datetime,
    replaces: Period | None = None,
) -> None:
    """Raise `Problem` unless these times may be offered together now.

    `plans` are the couple's confirmed periods that would stand beside them, `own_open` the times that the author has
    already put forward, `open_offers` the number of the author's open offers, `replaces` the plan that would move.
    """
    if not periods:
        raise Problem(Reason.NO_TIMES)
    if len(periods) > MOST_ALTERNATIVES:
        raise Problem(Reason.TOO_MANY_TIMES)
    if len(set(periods)) < len(periods):
        raise Problem(Reason.TWICE)
    if open_offers >= MOST_OPEN_OFFERS:
        raise Problem(Reason.TOO_MANY_OPEN)
    for period in periods:
        check_time(period, plans=plans, own_open=own_open, now=now, replaces=replaces)


def check_time(
    period: Period,
    *,
    plans: Collection[Period],
    own_open: Collection[Period],
    now: datetime,
    replaces: Period | None = None,
) -> None:
    """Raise `Problem`, with the `period` that it is about, for a time that cannot be offered.

    Reasons: IN_THE_PAST, TOO_FAR, ALREADY_OFFERED, OVERLAPS_PLAN. A plan may move to a time that overlaps it, but not
    to where it already stands.
    """
    try:
        check_start(starts_at=period.starts_at, now=now)
    except Problem as problem:
        raise Problem(problem.reason, period=period) from None
    if period in own_open:
        raise Problem(Reason.ALREADY_OFFERED, period=period)
    if period == replaces or any(period.overlaps(plan) for plan in plans):
        raise Problem(Reason.OVERLAPS_PLAN, period=period)
