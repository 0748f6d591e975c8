"""The double-blind lane: when the draw is, what may be marked for it, what overlaps, and what the lot makes of it."""

import itertools
import uuid
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.zones import common_zone
from scheduler.domain.period import Period, zone_names
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.windows import (
    LENGTHS,
    LOCKED_FOR,
    MOST_IN_ALL,
    MOST_WINDOWS,
    STEP,
    Overlap,
    Week,
    Window,
    check_windows,
    drawn,
    last_draw,
    next_draw,
    open_draw,
    overlaps,
    week_after,
)
from tests.bench import windows as bench

BERLIN, NEW_YORK, AUCKLAND = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Auckland"))
HOUR, DAY, QUARTER = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
COUPLE = uuid.UUID(int=7)
SOME_ZONES = st.sampled_from(sorted(zone_names() - {"Factory", "localtime"})).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def wall(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %H:%M}"


def window(begin: float, end: float, *, shortest: timedelta = HOUR) -> Window:
    """Return a window by its hours after Monday, midnight."""
    return Window(Period(MONDAY + begin * HOUR, MONDAY + end * HOUR), shortest)


# When the draw is --------------------------------------------------------------------------------------------------


@given(zone=SOME_ZONES, now=MOMENTS)
def test_the_draw_is_on_sunday_at_six_within_a_week_and_the_same_until_it_comes(zone: ZoneInfo, now: datetime) -> None:
    draw_at = next_draw(zone=zone, now=now)
    assert wall(draw_at, zone) == "Sun 18:00"
    assert now < draw_at <= now + 7 * DAY + HOUR
    assert next_draw(zone=zone, now=draw_at - timedelta(microseconds=1)) == draw_at
    assert last_draw(zone=zone, now=draw_at) == draw_at
    assert last_draw(zone=zone, now=now) <= now
    assert next_draw(zone=zone, now=last_draw(zone=zone, now=now)) == draw_at


@pytest.mark.parametrize(("monday", "hours"), [(date(2026, 3, 23), 167), (date(2026, 10, 19), 169)])
def test_the_draw_keeps_its_wall_time_over_clock_changes(monday: date, hours: int) -> None:
    before = next_draw(zone=BERLIN, now=datetime.combine(monday - 3 * DAY, time(), UTC))
    after = next_draw(zone=BERLIN, now=before)
    assert after - before == hours * HOUR
    assert wall(before, BERLIN) == wall(after, BERLIN) == "Sun 18:00"


@given(zone=SOME_ZONES, now=MOMENTS)
def test_marks_lock_one_hour_before_the_draw(zone: ZoneInfo, now: datetime) -> None:
    draw_at = next_draw(zone=zone, now=now)
    lock, following = draw_at - LOCKED_FOR, next_draw(zone=zone, now=draw_at)
    assert open_draw(zone=zone, now=lock - timedelta(microseconds=1)) == draw_at
    assert open_draw(zone=zone, now=lock) == open_draw(zone=zone, now=draw_at) == following


@given(zones=st.lists(SOME_ZONES, min_size=2, max_size=2), now=MOMENTS)
def test_the_couples_zone_is_one_of_theirs_whoever_asks_and_has_its_sunday_evening_first(
    zones: list[ZoneInfo], now: datetime
) -> None:
    name = common_zone(zones, at=now)
    assert name == common_zone(reversed(zones), at=now)
    clocks = {zone.key: now.astimezone(zone).replace(tzinfo=None) for zone in zones}
    assert clocks[name] == max(clocks.values())


def test_both_of_a_couple_far_apart_have_the_draw_by_day() -> None:
    now = MONDAY
    for zones, walls in (
        ((BERLIN, NEW_YORK), ["Sun 13:00", "Sun 18:00"]),  # New York is on summer time by then, Berlin is not
        ((BERLIN, AUCKLAND), ["Sun 06:00", "Sun 18:00"]),
    ):
        draw_at = next_draw(zone=ZoneInfo(common_zone(zones, at=now)), now=now)
        assert sorted(wall(draw_at, zone) for zone in zones) == walls


# The week that it is about -----------------------------------------------------------------------------------------


@given(zone=SOME_ZONES, other=SOME_ZONES, now=MOMENTS)
def test_the_week_is_monday_to_sunday_by_ones_own_clocks_and_begins_after_the_draw(
    zone: ZoneInfo, other: ZoneInfo, now: datetime
) -> None:
    draw_at = next_draw(zone=zone, now=now)
    week = week_after(draw_at=draw_at, zone=other)
    assert wall(week.ends_at, other).split()[0] == "Mon"
    assert draw_at + 6 * HOUR <= week.starts_at
    assert week.starts_at.astimezone(other).weekday() in {0, 1}
    assert timedelta(days=5) < week.ends_at - week.starts_at <= 7 * DAY + 2 * HOUR
    if other == zone:
        assert week.ends_at - draw_at <= 7 * DAY + 8 * HOUR


def test_weeks_of_23_and_25_hours_are_as_long_as_they_are() -> None:
    for now, hours in ((date(2026, 3, 18), 167), (date(2026, 10, 14), 169)):
        draw_at = next_draw(zone=BERLIN, now=datetime.combine(now, time(), UTC))
        week = week_after(draw_at=draw_at, zone=BERLIN)
        assert week.ends_at - week.starts_at == hours * HOUR


# What may be marked ------------------------------------------------------------------------------------------------

WEEK = Week(MONDAY, MONDAY + 7 * DAY)


def stretches(*hours: tuple[float, float]) -> list[tuple[datetime, datetime]]:
    return [(MONDAY + begin * HOUR, MONDAY + end * HOUR) for begin, end in hours]


def test_stretches_that_touch_or_overlap_become_one() -> None:
    marked = check_windows(stretches((20, 21), (10, 12), (21, 22), (11, 13)), week=WEEK)
    assert marked == (window(10, 13).period, window(20, 22).period)
    assert check_windows([], week=WEEK) == ()


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ([(-1, 1)], Reason.OUTSIDE_THE_WEEK),
        ([(167, 169)], Reason.OUTSIDE_THE_WEEK),
        ([(n * 10, n * 10 + 1) for n in range(MOST_WINDOWS + 1)], Reason.TOO_MANY_WINDOWS),
        ([(0, 6), (10, 16.5)], Reason.TOO_LONG_IN_ALL),
        ([(0, 25)], Reason.TOO_LONG),
        ([(0, 0.1)], Reason.TOO_SHORT),
        ([(3, 2)], Reason.ENDS_BEFORE_START),
    ],
)
def test_what_cannot_be_marked_says_why(hours: list[tuple[float, float]], reason: Reason) -> None:
    with pytest.raises(Problem) as problem:
        check_windows(stretches(*hours), week=WEEK)
    assert problem.value.reason is reason


def test_the_very_most_may_be_marked() -> None:
    most = stretches(*((n * 10, n * 10 + MOST_IN_ALL / MOST_WINDOWS / HOUR) for n in range(MOST_WINDOWS)))
    assert len(check_windows(most, week=WEEK)) == MOST_WINDOWS


# What overlaps: against an oracle that looks at every quarter of an hour ---------------------------------------------

QUARTERS = st.integers(0, 95)
PERIODS = st.tuples(QUARTERS, st.integers(1, 24)).map(
    lambda at: Period(MONDAY + at[0] * QUARTER, MONDAY + (at[0] + at[1]) * QUARTER)
)


@st.composite
def apart(draw: st.DrawFn, most: int) -> list[Period]:
    """Return periods of which no two touch: those that do are one."""
    edges = sorted((p.starts_at, p.ends_at) for p in draw(st.lists(PERIODS, max_size=most)))
    found: list[tuple[datetime, datetime]] = []
    for begin, end in edges:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return [Period(*edge) for edge in found if edge[1] - edge[0] <= DAY]


def marked(periods: list[Period], shortest: timedelta) -> list[Window]:
    return [Window(period, shortest) for period in periods]


@given(apart(4), apart(4), apart(2), st.sampled_from(LENGTHS), st.sampled_from(LENGTHS), QUARTERS)
def test_overlaps_are_what_an_oracle_finds_by_looking_at_every_quarter(
    mine: list[Period], theirs: list[Period], plans: list[Period], short: timedelta, long: timedelta, late: int
) -> None:
    now, quarters = MONDAY + late * QUARTER, [MONDAY + n * QUARTER for n in range(200)]
    first = next(quarter for quarter in quarters if now < quarter and quarter.minute in {0, 30})

    def common(quarter: datetime) -> bool:
        def holds(period: Period) -> bool:
            return period.starts_at <= quarter < period.ends_at

        marked_by_both = any(map(holds, mine)) and any(map(holds, theirs))
        return first <= quarter and marked_by_both and not any(map(holds, plans))

    runs = [list(run) for is_common, run in itertools.groupby(quarters, common) if is_common]
    expected = [(run[0], run[-1] + QUARTER) for run in runs if len(run) * QUARTER >= min(short, long)]
    for one, other in ((mine, theirs), (theirs, mine)):
        found = overlaps(marked(one, short), marked(other, long), plans=reversed(plans), now=now)
        assert [(overlap.starts_at, overlap.ends_at) for overlap in found] == expected
        assert {overlap.length for overlap in found} <= {min(short, long)}


# What the lot makes of it ------------------------------------------------------------------------------------------


def lot(found: list[Overlap], *, key: bytes = b"key", couple: uuid.UUID = COUPLE, at: datetime = MONDAY) -> Period:
    period = drawn(found, key=key, couple_id=couple, draw_at=at)
    assert period
    return period


@given(apart(5), apart(5), st.sampled_from(LENGTHS), st.binary(min_size=1, max_size=8))
def test_one_time_comes_out_that_both_marked_as_long_as_it_has_to_be(
    mine: list[Period], theirs: list[Period], shortest: timedelta, key: bytes
) -> None:
    found = overlaps(marked(mine, shortest), marked(theirs, 2 * HOUR), plans=(), now=MONDAY)
    again = overlaps(marked(theirs, 2 * HOUR), marked(mine, shortest), plans=(), now=MONDAY)
    period = drawn(found, key=key, couple_id=COUPLE, draw_at=MONDAY)
    assert period == drawn(again[::-1], key=key, couple_id=COUPLE, draw_at=MONDAY)
    if not found:
        assert period is None
        return
    assert period
    assert period.length == shortest
    for side in (mine, theirs):
        assert any(each.starts_at <= period.starts_at and period.ends_at <= each.ends_at for each in side)


def test_the_lot_follows_server_couple_and_draw_and_takes_each_as_often() -> None:
    found = [Overlap(MONDAY + n * DAY, MONDAY + n * DAY + 2 * HOUR, HOUR) for n in range(4)]
    by_couple = Counter(lot(found, couple=uuid.UUID(int=n)).starts_at for n in range(1200))
    assert set(by_couple) == {o.starts_at + n * STEP for o in found for n in range(3)}
    assert all(60 < count < 140 for count in by_couple.values())
    assert len({lot(found, key=bytes([n])) for n in range(40)}) > 5
    assert len({lot(found, at=MONDAY + n * 7 * DAY) for n in range(40)}) > 5


def test_more_marks_can_win_the_lot_but_never_turn_it_between_others() -> None:
    found = [Overlap(MONDAY + n * DAY, MONDAY + n * DAY + 2 * HOUR, HOUR) for n in range(3)]
    more = Overlap(MONDAY + 5 * DAY, MONDAY + 5 * DAY + 2 * HOUR, HOUR)
    for n in range(200):
        before, after = lot(found, couple=uuid.UUID(int=n)), lot([*found, more], couple=uuid.UUID(int=n))
        assert after == before or more.starts_at <= after.starts_at


# How much it tells --------------------------------------------------------------------------------------------------


def test_who_marks_the_most_learns_little_and_much_less_than_by_naive_matching() -> None:
    """A small run of tests/bench/windows.py, by blocks that its prober found; that one looks for the worst."""
    weeks = bench.weeks_of_others(600)
    friday, saturday, sunday = (MONDAY + day * DAY + hour * HOUR for day, hour in ((4, 19), (5, 19), (6, 19)))
    mine = [Window(Period(start, start + 4 * HOUR), LENGTHS[-1]) for start in (friday, saturday, sunday)]
    shown, naive = (bench.exposure(mine, weeks, reveal) for reveal in (bench.ours, bench.naive))
    assert 0.05 < shown <= bench.MOST_EXPOSED
    assert shown < 0.6 * naive
