"""Reminder moments, against an oracle that is slow and obvious: it walks through the minutes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.domain.reminders import Lead, QuietHours, reminder_moments

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
QUIET_FROM, QUIET_UNTIL = dt.time(22), dt.time(8)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu", "UTC")
MINUTE = dt.timedelta(minutes=1)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def at(text: str, zone: ZoneInfo = BERLIN) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


def moments(
    starts_at: dt.datetime,
    *leads: Lead,
    zone: ZoneInfo = BERLIN,
    quiet: tuple[dt.time, dt.time] = (QUIET_FROM, QUIET_UNTIL),
    now: dt.datetime = LONG_AGO,
) -> dict[Lead, dt.datetime]:
    quiet_from, quiet_until = quiet
    return reminder_moments(
        starts_at=starts_at, leads=leads, zone=zone, quiet_from=quiet_from, quiet_until=quiet_until, now=now
    )


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (Lead.FIFTEEN_MINUTES, "2026-03-06 19:45"),
        (Lead.TWO_HOURS, "2026-03-06 18:00"),
        (Lead.SAME_MORNING, "2026-03-06 09:00"),
        (Lead.EVENING_BEFORE, "2026-03-05 19:00"),
    ],
)
def test_each_lead_has_its_moment(lead: Lead, expected: str) -> None:
    assert moments(at("2026-03-06 20:00"), lead) == {lead: at(expected)}


def test_a_moment_in_quiet_hours_moves_to_just_before_them() -> None:
    assert moments(at("2026-03-06 07:00"), Lead.TWO_HOURS) == {Lead.TWO_HOURS: at("2026-03-05 21:59")}
    noon = (dt.time(12), dt.time(14))
    assert moments(at("2026-03-06 15:00"), Lead.TWO_HOURS, quiet=noon) == {Lead.TWO_HOURS: at("2026-03-06 11:59")}


def test_what_is_past_or_not_before_the_start_is_left_out() -> None:
    start = at("2026-03-06 20:00")
    assert moments(start, Lead.TWO_HOURS, now=at("2026-03-06 18:00")) == {}
    assert moments(at("2026-03-06 08:30"), Lead.SAME_MORNING) == {}
    assert moments(at("2026-03-06 09:00"), Lead.SAME_MORNING) == {}


def test_two_leads_at_one_moment_give_one_and_a_third_lead_is_not_heard() -> None:
    start = at("2026-03-06 11:00")
    assert moments(start, Lead.TWO_HOURS, Lead.SAME_MORNING) == {Lead.TWO_HOURS: at("2026-03-06 09:00")}
    three = moments(start, Lead.TWO_HOURS, Lead.EVENING_BEFORE, Lead.FIFTEEN_MINUTES)
    assert set(three) == {Lead.TWO_HOURS, Lead.EVENING_BEFORE}


def test_unknown_codes_are_passed_over() -> None:
    found = reminder_moments(
        starts_at=at("2026-03-06 20:00"),
        leads=["3d", "2h"],
        zone=BERLIN,
        quiet_from=QUIET_FROM,
        quiet_until=QUIET_UNTIL,
        now=LONG_AGO,
    )
    assert set(found) == {Lead.TWO_HOURS}


def test_two_hours_are_true_hours_across_a_clock_change() -> None:
    early = (dt.time(23, 50), dt.time(0, 10))
    start = at("2026-03-29 04:00")  # the clocks of Berlin skip from 02:00 to 03:00
    assert moments(start, Lead.TWO_HOURS, quiet=early) == {Lead.TWO_HOURS: at("2026-03-29 01:00")}


def test_quiet_hours_that_begin_in_a_gap_begin_with_the_first_real_minute() -> None:
    quiet = (dt.time(2, 15), dt.time(6))
    found = moments(at("2026-03-29 05:00"), Lead.TWO_HOURS, quiet=quiet)
    assert found == {Lead.TWO_HOURS: at("2026-03-29 01:59")}


def test_quiet_hours_that_begin_in_a_repeated_hour_begin_at_its_first_showing() -> None:
    quiet = (dt.time(2, 15), dt.time(6))
    found = moments(at("2026-10-25 06:00"), Lead.TWO_HOURS, quiet=quiet)
    assert found == {Lead.TWO_HOURS: dt.datetime(2026, 10, 25, 0, 14, tzinfo=dt.UTC)}


def test_a_day_that_a_zone_skipped_has_no_evening() -> None:
    apia = ZoneInfo("Pacific/Apia")
    start = at("2011-12-31 20:00", apia)
    quiet = (dt.time(3), dt.time(4))
    found = moments(start, Lead.EVENING_BEFORE, zone=apia, quiet=quiet, now=dt.datetime(2011, 1, 1, tzinfo=dt.UTC))
    assert found == {Lead.EVENING_BEFORE: at("2011-12-31 00:00", apia)}


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-06 23:00", "2026-03-07 08:00"),
        ("2026-03-06 03:00", "2026-03-06 08:00"),
        ("2026-03-06 08:00", None),
        ("2026-03-06 21:59", None),
    ],
)
def test_when_quiet_hours_end(moment: str, end: str | None) -> None:
    quiet = QuietHours(QUIET_FROM, QUIET_UNTIL)
    assert quiet.end_around(at(moment), BERLIN) == (at(end) if end else None)


def first_minute_showing(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Walk from two days before to the first minute whose clock shows `wall` or, in a gap, more than it."""
    minute = wall.replace(tzinfo=dt.UTC) - dt.timedelta(days=2)
    while minute.astimezone(zone).replace(tzinfo=None) < wall:
        minute += MINUTE * 15
    minute -= MINUTE * 15
    while minute.astimezone(zone).replace(tzinfo=None) < wall:
        minute += MINUTE
    return minute


def is_quiet(wall: dt.time, quiet: tuple[dt.time, dt.time]) -> bool:
    begins, ends = quiet
    minute = begins
    while minute != ends:
        if (minute.hour, minute.minute) == (wall.hour, wall.minute):
            return True
        minute = (dt.datetime.combine(dt.date(2000, 1, 1), minute) + MINUTE).time()
    return False


def expected(lead: Lead, start: dt.datetime, zone: ZoneInfo, quiet: tuple[dt.time, dt.time]) -> dt.datetime:
    day = start.astimezone(zone).date()
    wanted = {
        Lead.FIFTEEN_MINUTES: lambda: start - 15 * MINUTE,
        Lead.TWO_HOURS: lambda: start - 120 * MINUTE,
        Lead.SAME_MORNING: lambda: first_minute_showing(dt.datetime.combine(day, dt.time(9)), zone),
        Lead.EVENING_BEFORE: lambda: first_minute_showing(
            dt.datetime.combine(day - dt.timedelta(days=1), dt.time(19)), zone
        ),
    }[lead]()
    while is_quiet((wall := wanted.astimezone(zone).replace(tzinfo=None)).time(), quiet):
        begin = dt.datetime.combine(wall.date(), quiet[0])
        if begin > wall:
            begin -= dt.timedelta(days=1)
        wanted = first_minute_showing(begin, zone) - MINUTE
    return wanted


quarter_times = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
quiet_hours = st.tuples(quarter_times, quarter_times).filter(lambda pair: pair[0] != pair[1])
starts = st.one_of(
    st.integers(0, 4 * 24 * 365),
    st.builds(  # around the clock changes of 2026 in these zones
        lambda day, quarter: day * 96 + quarter,
        st.sampled_from([66, 87, 93, 94, 297, 303, 276, 268, 304]),
        st.integers(-96, 192),
    ),
).map(lambda quarters: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=15 * quarters))


@pytest.mark.crowd
@settings(max_examples=10_000)
@given(
    start=starts,
    leads=st.lists(st.sampled_from(list(Lead)), unique=True, max_size=2),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    quiet=quiet_hours,
    ahead=st.integers(-30, 60 * 60),
)
@example(  # the quarter of an hour that is not quiet is one that the clocks skip
    start=at("2026-03-29 03:15"),
    leads=[Lead.FIFTEEN_MINUTES],
    zone=BERLIN,
    quiet=(dt.time(2, 15), dt.time(2)),
    ahead=17,
)
@example(
    start=at("2026-10-25 03:30"), leads=[Lead.FIFTEEN_MINUTES], zone=BERLIN, quiet=(dt.time(2), dt.time(3)), ahead=600
)
def test_moments_are_those_of_the_oracle(
    start: dt.datetime, leads: list[Lead], zone: ZoneInfo, quiet: tuple[dt.time, dt.time], ahead: int
) -> None:
    now = start - ahead * MINUTE
    wanted: dict[Lead, dt.datetime] = {}
    for lead in leads:
        moment = expected(lead, start, zone, quiet)
        if now < moment < start and moment not in wanted.values():
            wanted[lead] = moment
    found = moments(start, *leads, zone=zone, quiet=quiet, now=now)
    assert found == wanted
    for moment in found.values():
        assert not is_quiet(moment.astimezone(zone).time(), quiet)
