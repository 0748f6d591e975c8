"""The week grid as pure data: which cells each day of a week has, in one zone, and what stands in them.

A cell begins at every full hour of the wall clock, and where the clocks change; so a day of 23 hours has 23 cells, a
day of 25 has 25, and every cell names one exact instant. A skipped hour is absent, a repeated one is there twice.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7
STEP = timedelta(minutes=15)  # no clock change of our days lies between two of these
FORMAT = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True, order=True)
class Cell:
    """One selectable stretch [starts_at, ends_at), UTC; an hour, or less beside a clock change."""

    starts_at: datetime
    ends_at: datetime

    @property
    def value(self) -> str:
        """The instant as forms carry it: "2026-03-06T19:00Z"."""
        return self.starts_at.strftime(FORMAT)


@dataclass(frozen=True)
class Mark:
    """A time that already stands there: its text is shown in its cells; where it `blocks`, none can be chosen."""

    starts_at: datetime
    ends_at: datetime
    text: str
    blocks: bool = False

    def touches(self, cell: Cell) -> bool:
        """Return whether the two share any instant."""
        return self.starts_at < cell.ends_at and cell.starts_at < self.ends_at


@dataclass(frozen=True)
class GridCell:
    """A cell as the page shows it; `open` cells can be chosen. None of it is formatted yet."""

    cell: Cell
    mark: str
    open: bool
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One day of the grid. A None stands where this day has no such hour, so that days stay in line."""

    day: date
    cells: tuple[GridCell | None, ...]
    over: bool


@dataclass(frozen=True)
class Week:
    """Seven days from `first`; `previous` and `following` are the first days to page to, None at either end."""

    first: date
    rows: tuple[Row, ...]
    previous: date | None
    following: date | None


def monday_of(day: date) -> date:
    """Return the Monday of the week in which `day` lies."""
    return day - timedelta(days=day.weekday())


def day_starts_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, UTC; where the clocks skip midnight, that is the instant they jump."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def day_cells(day: date, zone: ZoneInfo) -> tuple[Cell, ...]:
    """Return the cells of a local day, in order; together they cover exactly that day."""
    starts = [*_starts(day, zone), day_starts_at(day + timedelta(days=1), zone)]
    return tuple(Cell(start, end) for start, end in itertools.pairwise(starts))


def _starts(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    instant, end = day_starts_at(day, zone), day_starts_at(day + timedelta(days=1), zone)
    offset = None
    while instant < end:
        local = instant.astimezone(zone)
        if local.minute == 0 or local.utcoffset() != offset:
            yield instant
        offset, instant = local.utcoffset(), instant + STEP


def cell_at(instant: datetime, zone: ZoneInfo) -> Cell | None:
    """Return the cell that begins at exactly this instant, or None."""
    return next((cell for cell in day_cells(instant.astimezone(zone).date(), zone) if cell.starts_at == instant), None)


def joined(cells: Iterable[Cell]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the stretches that chosen cells make: those that touch become one."""
    stretches: list[tuple[datetime, datetime]] = []
    for cell in sorted(set(cells)):
        if stretches and stretches[-1][1] == cell.starts_at:
            stretches[-1] = (stretches[-1][0], cell.ends_at)
        else:
            stretches.append((cell.starts_at, cell.ends_at))
    return tuple(stretches)


def week_of(
    *,
    first: date,
    zone: ZoneInfo,
    now: datetime,
    last: datetime,
    marks: Sequence[Mark] = (),
    chosen: Collection[datetime] = (),
) -> Week:
    """Return the week that begins on `first`; cells can be chosen when they begin after `now` and not after `last`.

    `chosen` are the instants at which chosen cells begin; those of other weeks are simply not in it.
    """
    by_day = {day: day_cells(day, zone) for day in (first + timedelta(days=number) for number in range(DAYS))}
    order = _common_order(by_day.values(), zone)
    pen = _Pen(now, last, marks, chosen)
    week, today, final = timedelta(days=DAYS), now.astimezone(zone).date(), last.astimezone(zone).date()
    return Week(
        first=first,
        rows=tuple(_row(day, cells, order, zone, pen) for day, cells in by_day.items()),
        previous=first - week if first > today else None,
        following=first + week if first + week <= final else None,
    )


@dataclass(frozen=True)
class _Pen:
    """Fills in cells: what can be chosen, what is chosen, and what stands there."""

    now: datetime
    last: datetime
    marks: Sequence[Mark]
    chosen: Collection[datetime]

    def fill(self, cell: Cell) -> GridCell:
        here = [mark for mark in self.marks if mark.touches(cell)]
        is_open = self.now < cell.starts_at <= self.last and not any(mark.blocks for mark in here)
        text = next((mark.text for mark in sorted(here, key=lambda mark: not mark.blocks)), "")
        return GridCell(cell=cell, mark=text, open=is_open, chosen=is_open and cell.starts_at in self.chosen)


Key = tuple[time, int]  # a wall time and its fold


def _key(cell: Cell, zone: ZoneInfo) -> Key:
    local = cell.starts_at.astimezone(zone)
    return local.time().replace(fold=0), local.fold


def _common_order(days: Iterable[Sequence[Cell]], zone: ZoneInfo) -> list[Key]:
    """Return every wall time that any of the days has; what a single day adds comes after its neighbour there."""
    order: list[Key] = []
    for cells in sorted(days, key=len, reverse=True):
        keys, place = [_key(cell, zone) for cell in cells], 0
        for key in keys:
            if key not in order:
                while place < len(order) and order[place] < key and order[place] not in keys:
                    place += 1
                order.insert(place, key)
            place = order.index(key) + 1
    return order


def _row(day: date, cells: Sequence[Cell], order: Sequence[Key], zone: ZoneInfo, pen: _Pen) -> Row:
    by_key = {_key(cell, zone): pen.fill(cell) for cell in cells}
    return Row(
        day=day,
        cells=tuple(by_key.get(key) for key in order),
        over=all(cell.ends_at <= pen.now for cell in cells),
    )
