"""The week grid: days of 23, 24 and 25 hours, odd zones, and what chosen cells become."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.moments import clock_text
from scheduler.web.week import Cell, Mark, Week, cell_at, day_cells, day_starts_at, joined, monday_of, week_of

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
CHATHAM = ZoneInfo("Pacific/Chatham")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
HAVANA = ZoneInfo("America/Havana")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST = NOW + timedelta(days=180)
HOUR = timedelta(hours=1)


def clocks(day: date, zone: ZoneInfo) -> list[str]:
    return [clock_text(cell.starts_at, zone) for cell in day_cells(day, zone)]


def week(monday: date, zone: ZoneInfo = BERLIN, **given_: object) -> Week:
    return week_of(first=monday, zone=zone, **({"now": NOW, "last": LAST} | given_))  # type: ignore[arg-type]


def test_a_plain_day_has_24_cells_of_an_hour() -> None:
    cells = day_cells(date(2026, 3, 6), BERLIN)
    assert len(cells) == 24
    assert {cell.ends_at - cell.starts_at for cell in cells} == {HOUR}
    assert cells[20].value == "2026-03-06T19:00Z"


def test_a_skipped_hour_is_absent() -> None:
    seen = clocks(date(2026, 3, 29), BERLIN)
    assert len(seen) == 23
    assert seen[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_a_repeated_hour_is_there_twice_and_says_which() -> None:
    seen = clocks(date(2026, 10, 25), BERLIN)
    assert len(seen) == 25
    assert seen[1:5] == ["01:00", "02:00 (first)", "02:00 (second)", "03:00"]


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    spring, autumn = date(2026, 10, 4), date(2026, 4, 5)
    assert clocks(spring, LORD_HOWE)[:4] == ["00:00", "01:00", "02:30", "03:00"]
    assert clocks(autumn, LORD_HOWE)[:4] == ["00:00", "01:00", "01:30 (second)", "02:00"]
    assert sum((cell.ends_at - cell.starts_at for cell in day_cells(spring, LORD_HOWE)), timedelta()) == 23.5 * HOUR
    assert sum((cell.ends_at - cell.starts_at for cell in day_cells(autumn, LORD_HOWE)), timedelta()) == 24.5 * HOUR


def test_chatham_changes_at_a_quarter_to() -> None:
    assert clocks(date(2026, 9, 27), CHATHAM)[1:6] == ["01:00", "02:00", "03:45", "04:00", "05:00"]
    assert clocks(date(2026, 4, 5), CHATHAM)[2:7] == [
        "02:00",
        "03:00 (first)",
        "02:45 (second)",
        "03:00 (second)",
        "04:00",
    ]


def test_kathmandu_has_full_wall_hours_at_odd_instants() -> None:
    assert day_cells(date(2026, 3, 6), KATHMANDU)[20].value == "2026-03-06T14:15Z"


def test_a_day_without_a_midnight_begins_when_its_clocks_do() -> None:
    assert clocks(date(2026, 3, 8), HAVANA)[:2] == ["01:00", "02:00"]


@pytest.mark.parametrize("zone", [BERLIN, LORD_HOWE, CHATHAM, KATHMANDU, HAVANA], ids=str)
@given(day=st.dates(date(2025, 1, 1), date(2029, 12, 31)))
def test_the_cells_of_a_day_cover_it_exactly(zone: ZoneInfo, day: date) -> None:
    cells = day_cells(day, zone)
    assert cells[0].starts_at == day_starts_at(day, zone)
    assert cells[-1].ends_at == day_starts_at(day + timedelta(days=1), zone)
    assert all(one.ends_at == two.starts_at for one, two in itertools.pairwise(cells))
    assert len({clock_text(cell.starts_at, zone) for cell in cells}) == len(cells)
    assert all(cell_at(cell.starts_at, zone) == cell for cell in cells)


def test_an_instant_between_cells_is_none() -> None:
    assert cell_at(datetime(2026, 3, 6, 19, 30, tzinfo=UTC), BERLIN) is None


def test_a_week_begins_on_monday_and_keeps_its_days_in_line() -> None:
    grid = week(date(2026, 10, 19), now=datetime(2026, 10, 1, tzinfo=UTC), last=datetime(2027, 1, 1, tzinfo=UTC))
    assert [row.day.isoweekday() for row in grid.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert {len(row.cells) for row in grid.rows} == {25}
    assert [row.cells[3] is None for row in grid.rows] == [True] * 6 + [False]


def test_in_the_week_of_a_skipped_hour_its_place_stays_empty() -> None:
    grid = week(date(2026, 3, 23))
    assert {len(row.cells) for row in grid.rows} == {24}
    assert grid.rows[6].cells[2] is None


def test_days_that_add_an_odd_time_keep_their_order() -> None:
    grid = week(date(2026, 9, 21), CHATHAM, now=datetime(2026, 9, 1, tzinfo=UTC))
    sunday = [place for place, cell in enumerate(grid.rows[6].cells) if cell]
    assert sunday == [0, 1, 2, *range(4, 25)]


def test_what_is_past_or_too_far_cannot_be_chosen() -> None:
    monday, *_ = week(date(2026, 3, 2)).rows
    assert [cell.open for cell in monday.cells if cell] == [False] * 11 + [True] * 13
    assert not monday.over
    assert week(date(2026, 2, 23)).rows[0].over
    final = week(date(2026, 8, 24))
    assert final.following is None
    assert [any(cell and cell.open for cell in row.cells) for row in final.rows] == [True] * 6 + [False]
    beyond = week(date(2026, 8, 31))
    assert not any(cell and cell.open for row in beyond.rows for cell in row.cells)


def test_paging_ends_at_this_week_and_at_the_last_one() -> None:
    assert week(date(2026, 3, 2)).previous is None
    assert week(date(2026, 3, 2)).following == date(2026, 3, 9)
    assert week(date(2026, 3, 9)).previous == date(2026, 3, 2)


def test_marks_are_text_in_every_cell_that_they_touch() -> None:
    plan = Mark(datetime(2026, 3, 6, 19, 30, tzinfo=UTC), datetime(2026, 3, 6, 21, tzinfo=UTC), "Planned", blocks=True)
    offer = Mark(datetime(2026, 3, 6, 20, tzinfo=UTC), datetime(2026, 3, 6, 23, tzinfo=UTC), "Offered")
    friday = week(date(2026, 3, 2), marks=[offer, plan]).rows[4]
    assert [(cell.mark, cell.open) for cell in friday.cells[19:] if cell] == [
        ("", True),
        ("Planned", False),
        ("Planned", False),
        ("Offered", True),
        ("Offered", True),
    ]


def test_chosen_cells_are_told() -> None:
    chosen = {datetime(2026, 3, 6, 19, tzinfo=UTC), datetime(2026, 4, 3, 18, tzinfo=UTC)}
    grid = week(date(2026, 3, 2), chosen=chosen)
    assert [cell.cell.value for row in grid.rows for cell in row.cells if cell and cell.chosen] == [
        "2026-03-06T19:00Z"
    ]


def test_cells_that_touch_become_one_time() -> None:
    def cell(hour: int) -> Cell:
        starts_at = datetime(2026, 3, 6, hour, tzinfo=UTC)
        return Cell(starts_at, starts_at + HOUR)

    assert joined([cell(20), cell(19), cell(22), cell(20)]) == (
        (datetime(2026, 3, 6, 19, tzinfo=UTC), datetime(2026, 3, 6, 21, tzinfo=UTC)),
        (datetime(2026, 3, 6, 22, tzinfo=UTC), datetime(2026, 3, 6, 23, tzinfo=UTC)),
    )
    assert joined([]) == ()


def test_across_a_clock_change_a_night_has_its_true_length() -> None:
    night = day_cells(date(2026, 3, 29), BERLIN)[:4]
    ((starts_at, ends_at),) = joined(night)
    assert ends_at - starts_at == 4 * HOUR
    assert clock_text(ends_at, BERLIN) == "05:00"


def test_every_week_has_its_monday() -> None:
    assert monday_of(date(2026, 3, 8)) == date(2026, 3, 2)
