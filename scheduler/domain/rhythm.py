"""A rhythm: the same wall time every week or every other week, in one zone. It only drafts times, and confirms none.

It keeps its wall time over clock changes. Wall time that the clocks skip means the first instant after the gap, time
shown twice its first showing, as everywhere else where nobody can be asked.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from scheduler.domain.period import HORIZON, Period, first_showing, zone_named
from scheduler.domain.problem import Problem, Reason

AHEAD = timedelta(days=7)  # how long before its start an occurrence is drafted
TRIAL = timedelta(days=28)
PROPOSAL_LASTS = timedelta(days=14)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """What two people agree on: every `weeks` weeks (1 or 2) from the day `first_on`, at `at` by the clocks of `zone`.

    `length` is true time, whatever the clocks do in between. A `trial` ends by itself after four weeks.
    """

    weeks: int
    first_on: date
    at: time
    zone: str
    length: timedelta
    trial: bool

    @property
    def step(self) -> timedelta:
        """How far one occurrence lies from the next, in days of the calendar."""
        return self.weeks * _WEEK


def first_day(*, weekday: int, on_or_after: date) -> date:
    """Return the first date with this weekday (0 is Monday) that is not before `on_or_after`."""
    return on_or_after + timedelta(days=(weekday - on_or_after.weekday()) % 7)


def occurrence(pattern: Pattern, *, on: date) -> Period:
    """Return the stretch that the pattern means on this date; raises `Problem` like `Period` and `zone_named`."""
    starts_at = first_showing(wall=datetime.combine(on, pattern.at), zone=zone_named(pattern.zone))
    return Period(starts_at, starts_at + pattern.length)


def check_pattern(pattern: Pattern, *, now: datetime) -> None:
    """Raise `Problem` unless this can be proposed now: TOO_SHORT, TOO_LONG, UNKNOWN_ZONE, IN_THE_PAST or TOO_FAR.

    The first day may lie behind, as people count every other week from one that was: it begins with the next one then.
    """
    distance = pattern.first_on - now.astimezone(zone_named(pattern.zone)).date()
    if abs(distance) > HORIZON:
        raise Problem(Reason.IN_THE_PAST if distance.days < 0 else Reason.TOO_FAR)
    occurrence(pattern, on=pattern.first_on)


def next_day(pattern: Pattern, *, since: date, now: datetime) -> date:
    """Return the date of the first occurrence on or after `since`, itself one of the pattern, that is yet to start."""
    day = since
    while occurrence(pattern, on=day).starts_at <= now:
        day += pattern.step
    return day


def same_rhythm(one: Pattern, other: Pattern, *, now: datetime) -> bool:
    """Return whether both mean the same times from now on, whatever day they count from."""
    if replace(one, first_on=other.first_on) != other:
        return False
    return next_day(one, since=one.first_on, now=now) == next_day(other, since=other.first_on, now=now)


def trial_end(pattern: Pattern, *, begins_on: date) -> date | None:
    """Return the first date that a rhythm which begins on that day has no more; None: it goes on until stopped."""
    return begins_on + TRIAL if pattern.trial else None


def last_end(pattern: Pattern, *, begins_on: date) -> datetime | None:
    """Return when the last occurrence of a trial is over; None for a rhythm that goes on until stopped."""
    end = trial_end(pattern, begins_on=begins_on)
    return occurrence(pattern, on=end - pattern.step).ends_at if end else None


@dataclass(frozen=True)
class Due:
    """What to draft now, the date of the occurrence after that, and when that one is to be drafted.

    Both are None once a trial has no more.
    """

    periods: tuple[Period, ...]
    next_on: date | None
    next_at: datetime | None


def due(pattern: Pattern, *, next_on: date, until_on: date | None, now: datetime) -> Due:
    """Return what is due at `now`, seven days ahead, from the occurrence on `next_on`; those begun are passed over."""
    day = next_day(pattern, since=next_on, now=now)
    periods: list[Period] = []
    while until_on is None or day < until_on:
        period = occurrence(pattern, on=day)
        if period.starts_at - AHEAD > now:
            return Due(tuple(periods), day, period.starts_at - AHEAD)
        periods.append(period)
        day += pattern.step
    return Due(tuple(periods), None, None)
