"""How wall time becomes an instant, in places whose clocks do unusual things."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.period import HORIZON, Period, check_start, resolve_wall, zone_named
from scheduler.domain.problem import Problem, Reason

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
EIGHT = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)


def wall_time(text: str) -> datetime:
    """Return what a clock on the wall shows: a time without a zone."""
    return datetime.fromisoformat(text)


def reason(problem: pytest.ExceptionInfo[Problem]) -> Reason:
    return problem.value.reason


@pytest.mark.parametrize(
    ("day", "new_york"),
    [("2026-03-06", "14:00"), ("2026-04-03", "14:00"), ("2026-03-20", "15:00"), ("2026-10-30", "15:00")],
)
def test_eight_in_berlin_is_two_or_three_in_new_york(day: str, new_york: str) -> None:
    """The two cities change their clocks weeks apart."""
    instant = resolve_wall(wall=wall_time(f"{day}T20:00"), zone=BERLIN)
    assert instant.tzinfo is UTC
    assert instant.astimezone(NEW_YORK).strftime("%H:%M") == new_york


@pytest.mark.parametrize(
    ("zone", "skipped", "next_real"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00+02:00"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T03:00-04:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30+11:00"),
        ("Pacific/Chatham", "2026-09-27T03:00", "2026-09-27T03:45+13:45"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00"),
    ],
)
def test_a_time_that_the_clocks_skip_names_the_next_real_one(zone: str, skipped: str, next_real: str) -> None:
    with pytest.raises(Problem) as problem:
        resolve_wall(wall=wall_time(skipped), zone=ZoneInfo(zone))
    assert reason(problem) is Reason.GAP
    assert problem.value.facts["next_at"] == datetime.fromisoformat(next_real)


@pytest.mark.parametrize(
    ("zone", "repeated", "apart"),
    [
        ("Europe/Berlin", "2026-10-25T02:30", timedelta(hours=1)),
        ("America/New_York", "2026-11-01T01:00", timedelta(hours=1)),
        ("Australia/Lord_Howe", "2026-04-05T01:45", timedelta(minutes=30)),
        ("Pacific/Chatham", "2026-04-05T03:00", timedelta(hours=1)),
    ],
)
def test_a_time_that_comes_twice_asks_which(zone: str, repeated: str, apart: timedelta) -> None:
    wall = wall_time(repeated)
    with pytest.raises(Problem) as problem:
        resolve_wall(wall=wall, zone=ZoneInfo(zone))
    assert reason(problem) is Reason.FOLD
    first, second = (resolve_wall(wall=wall, zone=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    assert problem.value.facts["choices"] == (first, second)
    assert second - first == apart


def test_kathmandu_is_a_quarter_hour_apart_from_everybody() -> None:
    assert resolve_wall(wall=wall_time("2026-03-06T20:00"), zone=ZoneInfo("Asia/Kathmandu")) == datetime(
        2026, 3, 6, 14, 15, tzinfo=UTC
    )


def test_a_slot_over_a_clock_change_has_its_true_length() -> None:
    """From 1:00 to 4:00 in Berlin is two hours in spring and four in autumn."""
    spring = [resolve_wall(wall=wall_time(f"2026-03-29T0{hour}:00"), zone=BERLIN) for hour in (1, 4)]
    autumn = [resolve_wall(wall=wall_time(f"2026-10-25T0{hour}:00"), zone=BERLIN) for hour in (1, 4)]
    assert Period(*spring).length == timedelta(hours=2)
    assert Period(*autumn).length == timedelta(hours=4)


@given(
    st.datetimes(min_value=wall_time("1980-01-01"), max_value=wall_time("2040-01-01")).map(
        lambda wall: wall.replace(microsecond=0)
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu"]),
)
def test_what_was_resolved_reads_back_as_it_was_written(wall: datetime, zone: str) -> None:
    try:
        instant = resolve_wall(wall=wall, zone=ZoneInfo(zone), fold=0)
    except Problem as problem:
        after = problem.facts["next_at"]
        assert isinstance(after, datetime)
        assert after.astimezone(ZoneInfo(zone)).replace(tzinfo=None) > wall
    else:
        assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@pytest.mark.parametrize(("year", "expected"), [(1, Reason.IN_THE_PAST), (9999, Reason.TOO_FAR)])
def test_the_ends_of_the_calendar_are_no_instants(year: int, expected: Reason) -> None:
    edge = wall_time("0001-01-01") if year == 1 else wall_time("9999-12-31T23:59")
    zone = ZoneInfo("Asia/Tokyo") if year == 1 else ZoneInfo("America/New_York")
    with pytest.raises(Problem) as problem:
        resolve_wall(wall=edge, zone=zone)
    assert reason(problem) is expected


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 300, "UTC+99", "europe/berlin", "Europe/Berlin\x00"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(Problem) as problem:
        zone_named(name)
    assert reason(problem) is Reason.UNKNOWN_ZONE


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Reason.ENDS_BEFORE_START),
        (-60, Reason.ENDS_BEFORE_START),
        (14, Reason.TOO_SHORT),
        (24 * 60 + 1, Reason.TOO_LONG),
    ],
)
def test_lengths_that_are_no_time_together(minutes: int, expected: Reason) -> None:
    with pytest.raises(Problem) as problem:
        Period(EIGHT, EIGHT + timedelta(minutes=minutes))
    assert reason(problem) is expected


@pytest.mark.parametrize("minutes", [15, 24 * 60])
def test_the_shortest_and_the_longest_are_fine(minutes: int) -> None:
    assert Period(EIGHT, EIGHT + timedelta(minutes=minutes)).length == timedelta(minutes=minutes)


def test_a_period_holds_utc_only() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Period(EIGHT.astimezone(BERLIN), EIGHT + timedelta(hours=1))


def test_back_to_back_is_no_overlap() -> None:
    one = Period(EIGHT, EIGHT + timedelta(hours=1))
    two = Period(one.ends_at, one.ends_at + timedelta(hours=1))
    assert not one.overlaps(two)
    assert one.overlaps(Period(one.ends_at - timedelta(minutes=1), two.ends_at))


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(0), Reason.IN_THE_PAST),
        (-timedelta(days=365), Reason.IN_THE_PAST),
        (HORIZON + timedelta(seconds=1), Reason.TOO_FAR),
    ],
)
def test_a_start_lies_ahead_but_not_too_far(ahead: timedelta, expected: Reason) -> None:
    with pytest.raises(Problem) as problem:
        check_start(starts_at=EIGHT + ahead, now=EIGHT)
    assert reason(problem) is expected
