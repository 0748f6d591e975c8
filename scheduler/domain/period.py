"""Stretches of time, and how wall time becomes an instant.

Everything is computed in UTC. Subtracting two local times of one zone gives wall time, which is an hour off across a
clock change; that is why a `Period` holds UTC only.
"""

from dataclasses import dataclass
from datetime import MINYEAR, UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from scheduler.domain.problem import Problem, Reason

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
HORIZON = timedelta(days=180)


@dataclass(frozen=True, order=True)
class Period:
    """A half-open stretch [starts_at, ends_at) between two UTC instants: back to back is not an overlap.

    Raises `Problem` (ENDS_BEFORE_START, TOO_SHORT, TOO_LONG) when it is not 15 minutes to 24 hours long.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.utcoffset() != timedelta(0) or self.ends_at.utcoffset() != timedelta(0):
            message = "a Period holds UTC instants"
            raise ValueError(message)
        if self.ends_at <= self.starts_at:
            raise Problem(Reason.ENDS_BEFORE_START)
        if self.length < SHORTEST:
            raise Problem(Reason.TOO_SHORT)
        if self.length > LONGEST:
            raise Problem(Reason.TOO_LONG)

    @property
    def length(self) -> timedelta:
        """The true length, whatever the clocks did in between."""
        return self.ends_at - self.starts_at

    def overlaps(self, other: "Period") -> bool:
        """Return whether the two share any instant."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return the names of all time zones known here."""
    return frozenset(available_timezones())


def zone_named(name: str) -> ZoneInfo:
    """Return the zone with this IANA name; raises `Problem` (UNKNOWN_ZONE) for anything that is none."""
    if name not in zone_names():
        raise Problem(Reason.UNKNOWN_ZONE)
    return ZoneInfo(name)


def resolve_wall(*, wall: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show the naive time `wall`.

    A time that the clocks skip raises `Problem` (GAP) with `next_at`, the first instant after the gap. A time that
    they show twice raises `Problem` (FOLD) with both `choices`, unless `fold` says which: 0 first, 1 second (PEP 495).
    A date so far off that it has no UTC instant raises `Problem` (TOO_FAR or IN_THE_PAST).
    """
    try:
        first, second = (wall.replace(tzinfo=zone, fold=each).astimezone(UTC) for each in (0, 1))
    except (OverflowError, ValueError):
        raise Problem(Reason.TOO_FAR if wall.year > MINYEAR else Reason.IN_THE_PAST) from None
    if first == second:
        return first
    if first > second:  # PEP 495: in a gap the two readings trade places
        raise Problem(Reason.GAP, next_at=_end_of_gap(second, first, zone))
    if fold is None:
        raise Problem(Reason.FOLD, choices=(first, second))
    return (first, second)[fold]


def first_showing(*, wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of `wall`: its first showing, or the first instant after the gap that swallows it."""
    return _showings(wall, zone)[0]


def next_showing(*, clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant after `after` at which the clocks of `zone` show `clock`; at the latest a day later.

    Where they skip it, that is the first instant after the gap.
    """
    day = after.astimezone(zone).date()
    walls = (datetime.combine(day + timedelta(days=n), clock) for n in range(3))
    return min(instant for wall in walls for instant in _showings(wall, zone) if instant > after)


def _showings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    try:
        return (resolve_wall(wall=wall, zone=zone),)
    except Problem as problem:
        next_at, choices = problem.facts.get("next_at"), problem.facts.get("choices")
        if isinstance(next_at, datetime):
            return (next_at,)
        if isinstance(choices, tuple):
            return choices
        raise


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks jump: the offset of `zone` changes once between the two instants."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def check_start(*, starts_at: datetime, now: datetime) -> None:
    """Raise `Problem` (IN_THE_PAST, TOO_FAR) unless the start lies ahead, and at most 180 days."""
    if starts_at <= now:
        raise Problem(Reason.IN_THE_PAST)
    if starts_at - now > HORIZON:
        raise Problem(Reason.TOO_FAR)
