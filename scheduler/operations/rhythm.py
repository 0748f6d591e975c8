"""A rhythm: proposed by one, begun by both, stopped by either; what it drafts belongs to nobody.

Nothing here tells anybody anything: a proposal stands on the page where both look after the rhythm, and fades there.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Partner
from accounts.operations import CoupleGone, couple_locked
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.rhythm import (
    PROPOSAL_LASTS,
    Pattern,
    check_pattern,
    due,
    last_end,
    next_day,
    same_rhythm,
    trial_end,
)
from scheduler.models import Rhythm
from scheduler.models.facts import live_rhythms
from scheduler.operations.drafts import draft_slots, end_drafts
from scheduler.operations.turn import turn_of


def propose_rhythm(*, partner: Partner, pattern: Pattern, now: datetime) -> bool:
    """Put a rhythm forward; the proposer's yes is included. Returns whether it is on now. Raises `Problem`.

    It takes the place of one's own earlier proposal. Proposing what the other one proposes is the second yes, and
    proposing again what stands already changes nothing.
    """
    check_pattern(pattern, now=now)
    with turn_of(partner):
        alike = [row for row in live_rhythms(partner, now=now) if same_rhythm(row.pattern, pattern, now=now)]
        if any(row.proposer_id is None for row in alike):
            return True
        if theirs := next((row for row in alike if row.proposer_id != partner.pk), None):
            _begin(theirs, now)
            return True
        if not alike:
            _propose(partner, pattern, now)
        return False


def agree_to_rhythm(*, partner: Partner, rhythm_id: UUID, now: datetime) -> None:
    """Say yes to what the partner proposes: it begins, and takes the place of the rhythm there was.

    Saying it again is harmless. Raises `Problem` (NO_LONGER_OPEN) for a proposal that is gone or was changed.
    """
    with turn_of(partner):
        rhythm = _live(partner, rhythm_id, now)
        if rhythm is None or rhythm.proposer_id == partner.pk:
            raise Problem(Reason.NO_LONGER_OPEN)
        if rhythm.proposer_id is not None:
            _begin(rhythm, now)


def put_rhythm_aside(*, partner: Partner, rhythm_id: UUID, away: bool, now: datetime) -> None:
    """Put the partner's proposal out of one's own sight, or take it back into it. Nobody else can notice."""
    with turn_of(partner):
        rows = live_rhythms(partner, now=now).filter(pk=rhythm_id, proposer__isnull=False)
        rows.exclude(proposer=partner).update(away=away)


def withdraw_rhythm(*, partner: Partner, rhythm_id: UUID, now: datetime) -> None:
    """Take one's own proposal back; one that both have said yes to meanwhile is stopped. Once more is harmless."""
    with turn_of(partner):
        rhythm = _live(partner, rhythm_id, now)
        if rhythm is not None and rhythm.proposer_id in {None, partner.pk}:
            _end(rhythm)


def stop_rhythm(*, partner: Partner) -> None:
    """Stop the couple's rhythm at once, whichever it is by now, with the times it has drafted. Nobody is told.

    One's own proposal to change it goes too, so that a yes to that one, said at the same moment, begins nothing. What
    has become a plan stays. Pressing twice is harmless.
    """
    with turn_of(partner):
        for rhythm in Rhythm.objects.filter(_of_nobody_or(partner), couple_id=partner.couple_id):
            _end(rhythm)


def draft_due(*, now: datetime, limit: int = 100) -> int:
    """Draft what the rhythms have due, seven days ahead, for at most `limit` couples; returns how many times are new.

    Each couple's turn is taken anew and its row read again there, so that any number of workers draft each time once.
    """
    rows = Rhythm.objects.filter(draft_at__lte=now).order_by("draft_at")
    return sum(_draft_for(couple_id, now) for couple_id in rows.values_list("couple_id", flat=True)[:limit])


def _of_nobody_or(partner: Partner) -> Q:
    return Q(proposer__isnull=True) | Q(proposer=partner)


def _live(partner: Partner, rhythm_id: UUID, now: datetime) -> Rhythm | None:
    return live_rhythms(partner, now=now).filter(pk=rhythm_id).first()


def _propose(partner: Partner, pattern: Pattern, now: datetime) -> None:
    Rhythm.objects.filter(proposer=partner).delete()
    Rhythm.objects.create(
        couple_id=partner.couple_id,
        proposer=partner,
        weeks=pattern.weeks,
        first_on=pattern.first_on,
        at=pattern.at,
        zone=pattern.zone,
        minutes=int(pattern.length.total_seconds()) // 60,
        trial=pattern.trial,
        ends_at=now + PROPOSAL_LASTS,
    )


def _begin(rhythm: Rhythm, now: datetime) -> None:
    """Begin a rhythm that both have said yes to, in place of all the others that there were."""
    for other in Rhythm.objects.filter(couple_id=rhythm.couple_id).exclude(pk=rhythm.pk):
        _end(other)
    begins_on = next_day(rhythm.pattern, since=rhythm.first_on, now=now)
    rhythm.proposer, rhythm.away = None, False
    rhythm.ends_at = last_end(rhythm.pattern, begins_on=begins_on)
    rhythm.until_on = trial_end(rhythm.pattern, begins_on=begins_on)
    rhythm.next_on = begins_on
    rhythm.save(update_fields=["proposer", "away", "ends_at", "until_on", "next_on"])
    _draft(rhythm, now)


def _end(rhythm: Rhythm) -> None:
    end_drafts(couple_id=rhythm.couple_id, origin=rhythm.pk)
    rhythm.delete()


def _draft_for(couple_id: UUID, now: datetime) -> int:
    try:
        with couple_locked(couple_id):
            rhythm = Rhythm.objects.filter(couple_id=couple_id, draft_at__lte=now).first()
            return _draft(rhythm, now) if rhythm else 0
    except CoupleGone:
        return 0


def _draft(rhythm: Rhythm, now: datetime) -> int:
    """Draft what is due and note what comes next; returns how many times are new."""
    assert rhythm.next_on is not None  # noqa: S101  (a rhythm that has begun has a next day)
    ahead = due(rhythm.pattern, next_on=rhythm.next_on, until_on=rhythm.until_on, now=now)
    rhythm.next_on, rhythm.draft_at = ahead.next_on, ahead.next_at
    rhythm.save(update_fields=["next_on", "draft_at"])
    drafted = draft_slots(
        couple_id=rhythm.couple_id, periods=ahead.periods, zone=rhythm.zone, now=now, origin=rhythm.pk
    )
    return len(drafted)
