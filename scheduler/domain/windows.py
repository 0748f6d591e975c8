"""The double-blind lane: what each of two may mark in private, when it is compared, and what of it both get to see.

Once a week, at the draw, the marks of both are laid upon each other. At most one common stretch comes out, as long as
the shorter of the two lengths that they like, and drawn by a lot that nobody can foresee or steer. The marks are
forgotten then. All of it is the same for both, whoever marked what.
"""

import hmac
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduler.domain.period import Period, first_showing
from scheduler.domain.problem import Problem, Reason

MOST_WINDOWS = 6
MOST_IN_ALL = timedelta(hours=12)
LENGTHS = (timedelta(minutes=30), timedelta(hours=1), timedelta(minutes=90), timedelta(hours=2))
USUAL_LENGTH = timedelta(hours=1)
LOCKED_FOR = timedelta(hours=1)
DRAW_WEEKDAY, DRAW_CLOCK = 6, time(18)  # Sunday, 18:00
STEP = timedelta(minutes=30)  # how far apart the beginnings lie among which the lot chooses
_WEEK = timedelta(days=7)
_SETTLED = timedelta(hours=36)  # so long after a draw it is Monday to Wednesday in every zone there is
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=6)  # windows begin so long after the draw: a late worker draws from the very same ones


@dataclass(frozen=True, order=True)
class Window:
    """A stretch that one partner has marked as welcome, and how long a time within it has to be at least."""

    period: Period
    shortest: timedelta


@dataclass(frozen=True)
class Week:
    """The stretch [starts_at, ends_at), UTC, in which windows for one draw may lie."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, order=True)
class Overlap:
    """A stretch that both have marked and no plan touches, and the length of the time that may come out of it."""

    starts_at: datetime
    ends_at: datetime
    length: timedelta


def next_draw(*, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the first draw after `now`, UTC: Sunday, 18:00, as the clocks of `zone` show it.

    Where the clocks skip that time it is the first instant after the gap; where they show it twice, its first showing.
    """
    day = now.astimezone(zone).date()
    sunday = day + timedelta(days=(DRAW_WEEKDAY - day.weekday()) % 7)
    draws = (first_showing(wall=datetime.combine(sunday + n * _WEEK, DRAW_CLOCK), zone=zone) for n in range(2))
    return next(draw_at for draw_at in draws if draw_at > now)


def open_draw(*, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the draw that marks made at `now` are for; they lock an hour before it, and are for the next one then."""
    return next_draw(zone=zone, now=now + LOCKED_FOR)


def last_draw(*, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the latest draw that is not after `now`."""
    draw_at = next_draw(zone=zone, now=now - _WEEK - timedelta(hours=3))  # no clock change is longer than that
    following = next_draw(zone=zone, now=draw_at)
    return following if following <= now else draw_at


def week_after(*, draw_at: datetime, zone: ZoneInfo) -> Week:
    """Return the week that a draw is about, for somebody in `zone`: Monday to Sunday by their own clocks.

    It begins no sooner than six hours after the draw, where Monday has begun already.
    """
    day = (draw_at + _SETTLED).astimezone(zone).date()
    monday = datetime.combine(day - timedelta(days=day.weekday()), time())
    starts_at = first_showing(wall=monday, zone=zone)
    return Week(
        starts_at=max(starts_at, draw_at + _AHEAD),
        ends_at=first_showing(wall=monday + _WEEK, zone=zone),
    )


def check_windows(stretches: Iterable[tuple[datetime, datetime]], *, week: Week) -> tuple[Period, ...]:
    """Return the windows that these stretches make, soonest first: those that touch or overlap become one.

    Raises `Problem`: OUTSIDE_THE_WEEK and what a `Period` raises, for one stretch; TOO_MANY_WINDOWS, TOO_LONG_IN_ALL.
    """
    windows = tuple(Period(*stretch) for stretch in _united(stretches))
    for window in windows:
        if window.starts_at < week.starts_at or window.ends_at > week.ends_at:
            raise Problem(Reason.OUTSIDE_THE_WEEK, period=window)
    if len(windows) > MOST_WINDOWS:
        raise Problem(Reason.TOO_MANY_WINDOWS)
    if sum((window.length for window in windows), timedelta()) > MOST_IN_ALL:
        raise Problem(Reason.TOO_LONG_IN_ALL)
    return windows


def overlaps(
    mine: Iterable[Window], theirs: Collection[Window], *, plans: Iterable[Period], now: datetime
) -> list[Overlap]:
    """Return what both have marked, without what is past or planned, where it is long enough; soonest first.

    A worker that is late finds nothing before the next half hour on the clock.
    """
    taken, first = sorted(plans), now + STEP - (now - _EPOCH) % STEP
    found = []
    for one in mine:
        for other in theirs:
            length = min(one.shortest, other.shortest)
            starts_at = max(one.period.starts_at, other.period.starts_at, first)
            ends_at = min(one.period.ends_at, other.period.ends_at)
            free = _without(starts_at, ends_at, taken)
            found += [Overlap(*stretch, length) for stretch in free if stretch[1] - stretch[0] >= length]
    return sorted(found)


def drawn(found: Sequence[Overlap], *, key: bytes, couple_id: UUID, draw_at: datetime) -> Period | None:
    """Return the one time that comes out of a draw, or None where nothing lined up.

    Each overlap has a lot, by the server's key, the couple and the draw; the lowest wins, and says where in its
    overlap the time begins. The lot of one overlap does not depend on the others, so that nobody can steer it, and the
    time is as long as it has to be and no longer: it tells as little as it can of what was marked around it.
    """
    lots = {overlap: _lot(overlap, key, couple_id, draw_at) for overlap in found}
    if not lots:
        return None
    won = min(lots, key=lambda overlap: lots[overlap])
    beginnings = (won.ends_at - won.starts_at - won.length) // STEP + 1
    starts_at = won.starts_at + lots[won] % beginnings * STEP
    return Period(starts_at, starts_at + won.length)


def _lot(overlap: Overlap, key: bytes, couple_id: UUID, draw_at: datetime) -> int:
    said = "|".join((couple_id.hex, *(moment.isoformat() for moment in (draw_at, overlap.starts_at, overlap.ends_at))))
    return int.from_bytes(hmac.digest(key, said.encode(), "sha256"), "big")


def _united(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    united: list[tuple[datetime, datetime]] = []
    for starts_at, ends_at in sorted(stretches):
        if united and starts_at <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], ends_at))
        else:
            united.append((starts_at, ends_at))
    return united


def _without(starts_at: datetime, ends_at: datetime, taken: Sequence[Period]) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is left of a stretch between the plans, which are sorted and do not overlap each other."""
    edges = [starts_at]
    for plan in taken:
        if plan.starts_at < ends_at and starts_at < plan.ends_at:
            edges += [plan.starts_at, plan.ends_at]
    edges.append(ends_at)
    yield from ((begin, end) for begin, end in list(pairwise(edges))[::2] if begin < end)
