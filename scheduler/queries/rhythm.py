"""The rhythm of a couple as one partner sees it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Partner
from scheduler.domain.period import Period
from scheduler.domain.rhythm import Pattern, next_day, occurrence
from scheduler.models import Rhythm
from scheduler.models.facts import live_rhythms


@dataclass(frozen=True, kw_only=True)
class RhythmView:
    """One rhythm; `next` is its first time that is yet to start, None once a trial has no more."""

    id: UUID
    is_on: bool
    pattern: Pattern
    next: Period | None
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Rhythms:
    """What there is: the rhythm that is on, one's own proposal, and the partner's, in sight or put aside.

    On a break the partner's proposal is not shown.
    """

    on: RhythmView | None = None
    mine: RhythmView | None = None
    theirs: RhythmView | None = None
    aside: RhythmView | None = None


def rhythms_of(partner: Partner, *, now: datetime) -> Rhythms:
    """Return all of it at `now`, in one query."""
    rows = [row for row in live_rhythms(partner, now=now) if _in_sight(row, partner)]
    return Rhythms(**{_place(row, partner): _view(row, now) for row in rows})


def _in_sight(row: Rhythm, partner: Partner) -> bool:
    return row.proposer_id in {None, partner.pk} or not partner.on_break


def _place(row: Rhythm, partner: Partner) -> str:
    if row.proposer_id is None:
        return "on"
    if row.proposer_id == partner.pk:
        return "mine"
    return "aside" if row.away else "theirs"


def _view(row: Rhythm, now: datetime) -> RhythmView:
    day = next_day(row.pattern, since=row.first_on, now=now)
    over = row.until_on is not None and day >= row.until_on
    return RhythmView(
        id=row.pk,
        is_on=row.proposer_id is None,
        pattern=row.pattern,
        next=None if over else occurrence(row.pattern, on=day),
        ends_at=row.ends_at,
    )
