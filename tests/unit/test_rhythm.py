"""When a rhythm comes round, held against an oracle that looks at every minute of every day."""

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.rhythm import (
    AHEAD,
    Pattern,
    check_pattern,
    due,
    first_day,
    last_end,
    next_day,
    occurrence,
    same_rhythm,
    trial_end,
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "UTC")
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
FRIDAYS = Pattern(
    weeks=1,
    first_on=dt.date(2026, 3, 6),
    at=dt.time(20),
    zone="Europe/Berlin",
    length=2 * HOUR,
    trial=False,
)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@lru_cache(maxsize=4096)
def first_minute(wall: dt.datetime, zone: str) -> dt.datetime:
    """Return the first minute at which the clocks show `wall` or have jumped past it, by looking at one after another.

    A gap or a repeated stretch is two hours at most, so nothing before three hours ahead of the naive reading matters.
    """
    minute = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC) - 3 * HOUR
    while minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wall:
        minute += MINUTE
    return minute


def oracle(pattern: Pattern, days: int) -> list[Period]:
    """Return every time of the pattern within so many days of its first, by going from day to day."""
    found = []
    for number in range(days):
        day = pattern.first_on + number * DAY
        weeks, odd = divmod(number, 7)
        if odd == 0 and weeks % pattern.weeks == 0:
            starts_at = first_minute(dt.datetime.combine(day, pattern.at), pattern.zone)
            found.append(Period(starts_at, starts_at + pattern.length))
    return found


# Around the clock changes of 2026 and 2027 on both hemispheres, and at the hours at which they happen.
PATTERNS = st.builds(
    Pattern,
    weeks=st.sampled_from([1, 2]),
    first_on=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    at=st.builds(dt.time, st.sampled_from([0, 1, 2, 3, 20, 23]), st.sampled_from([0, 15, 30, 45])),
    zone=st.sampled_from(ZONES),
    length=st.sampled_from([15 * MINUTE, 2 * HOUR, 24 * HOUR]),
    trial=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(PATTERNS)
def test_every_time_is_where_its_clocks_show_it(pattern: Pattern) -> None:
    day, expected = pattern.first_on, oracle(pattern, 250)
    for period in expected:
        assert occurrence(pattern, on=day) == period
        day += pattern.step


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.lists(st.integers(1, 20 * 24 * 60), min_size=1, max_size=12))
def test_each_time_is_due_once_seven_days_ahead_and_none_is_lost_but_those_begun(
    pattern: Pattern, waits: list[int]
) -> None:
    """However often, and after however long a pause, somebody looks."""
    now = dt.datetime.combine(pattern.first_on, dt.time(), tzinfo=dt.UTC) - 10 * DAY
    begins_on = next_day(pattern, since=pattern.first_on, now=now)
    until_on = trial_end(pattern, begins_on=begins_on)
    expected = [each for each in oracle(pattern, 280) if not pattern.trial or each in oracle(pattern, 28)]
    next_on: dt.date | None = begins_on
    drafted: list[Period] = []
    for wait in waits:
        if next_on is None:
            break
        now += wait * MINUTE
        found = due(pattern, next_on=next_on, until_on=until_on, now=now)
        ahead = [each for each in expected if now < each.starts_at <= now + AHEAD]
        assert list(found.periods) == [each for each in ahead if each not in drafted]
        drafted += found.periods
        later = [each for each in expected if each.starts_at > now + AHEAD]
        assert found.next_at == (later[0].starts_at - AHEAD if later else None)
        next_on = found.next_on
        assert (next_on is None) == (not later)


def local(pattern: Pattern, on: dt.date, zone: str) -> str:
    """Return the wall time at which that day's occurrence begins, in a zone."""
    return occurrence(pattern, on=on).starts_at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("zone", "before", "after", "moved"),
    [
        ("Europe/Berlin", dt.date(2026, 3, 27), dt.date(2026, 4, 3), HOUR),
        ("Europe/Berlin", dt.date(2026, 10, 23), dt.date(2026, 10, 30), -HOUR),
        ("America/New_York", dt.date(2026, 3, 6), dt.date(2026, 3, 13), HOUR),
        ("Australia/Lord_Howe", dt.date(2026, 4, 3), dt.date(2026, 4, 10), -HOUR / 2),
        ("Australia/Lord_Howe", dt.date(2026, 10, 2), dt.date(2026, 10, 9), HOUR / 2),
    ],
)
def test_eight_in_the_evening_stays_eight_in_the_evening(
    zone: str, before: dt.date, after: dt.date, moved: dt.timedelta
) -> None:
    pattern = replace(FRIDAYS, zone=zone)
    assert [local(pattern, day, zone)[11:] for day in (before, after)] == ["20:00", "20:00"]
    apart = occurrence(pattern, on=after).starts_at - occurrence(pattern, on=before).starts_at
    assert apart == 7 * DAY - moved


def test_a_rhythm_keeps_its_own_zone_not_the_readers() -> None:
    """New York changes its clocks three weeks before Berlin: there, the same rhythm wanders."""
    days = [dt.date(2026, 3, 6), dt.date(2026, 3, 13), dt.date(2026, 3, 27), dt.date(2026, 4, 3)]
    assert {local(FRIDAYS, day, "Europe/Berlin")[11:] for day in days} == {"20:00"}
    assert [local(FRIDAYS, day, "America/New_York")[11:] for day in days] == ["14:00", "15:00", "15:00", "14:00"]


def test_a_start_that_the_clocks_skip_or_show_twice() -> None:
    """The first instant after the gap, and the first showing; and true length in both."""
    sundays = replace(FRIDAYS, first_on=dt.date(2026, 3, 22), at=dt.time(2, 30))
    gap, fold = occurrence(sundays, on=dt.date(2026, 3, 29)), occurrence(sundays, on=dt.date(2026, 10, 25))
    assert gap.starts_at == dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)  # 03:00, the clocks having jumped
    assert fold.starts_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert gap.length == fold.length == 2 * HOUR


def test_a_trial_is_four_times_weekly_and_two_times_every_other_week() -> None:
    for weeks, times in ((1, 4), (2, 2)):
        trial = replace(FRIDAYS, weeks=weeks, trial=True)
        until_on, day, found = trial_end(trial, begins_on=trial.first_on), trial.first_on, 0
        next_on: dt.date | None = day
        for number in range(60):
            if next_on:
                ahead = due(trial, next_on=next_on, until_on=until_on, now=NOW + number * DAY)
                next_on, found = ahead.next_on, found + len(ahead.periods)
        assert (found, next_on) == (times, None)
        last = trial.first_on + (times - 1) * trial.step
        assert last_end(trial, begins_on=trial.first_on) == occurrence(trial, on=last).ends_at
    assert last_end(FRIDAYS, begins_on=FRIDAYS.first_on) is None


def test_the_same_times_from_another_day_are_the_same_rhythm() -> None:
    later = replace(FRIDAYS, first_on=dt.date(2026, 2, 27))
    assert same_rhythm(FRIDAYS, later, now=NOW)
    assert not same_rhythm(FRIDAYS, replace(FRIDAYS, first_on=dt.date(2026, 3, 13)), now=NOW)
    assert not same_rhythm(replace(FRIDAYS, weeks=2), replace(later, weeks=2), now=NOW)
    assert not same_rhythm(FRIDAYS, replace(FRIDAYS, trial=True), now=NOW)


@pytest.mark.parametrize(("weekday", "expected"), [(0, 2), (4, 6), (6, 8)])
def test_the_first_day_is_the_next_such_weekday(weekday: int, expected: int) -> None:
    assert first_day(weekday=weekday, on_or_after=dt.date(2026, 3, 2)) == dt.date(2026, 3, expected)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"first_on": dt.date(2027, 3, 5)}, Reason.TOO_FAR),
        ({"first_on": dt.date(2025, 3, 7)}, Reason.IN_THE_PAST),
        ({"length": 14 * MINUTE}, Reason.TOO_SHORT),
        ({"length": 25 * HOUR}, Reason.TOO_LONG),
        ({"zone": "Mars/Base"}, Reason.UNKNOWN_ZONE),
    ],
)
def test_what_is_no_rhythm(change: dict[str, object], reason: Reason) -> None:
    with pytest.raises(Problem) as problem:
        check_pattern(replace(FRIDAYS, **change), now=NOW)  # type: ignore[arg-type]
    assert problem.value.reason is reason
    check_pattern(FRIDAYS, now=NOW)
