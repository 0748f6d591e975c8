"""The week grid as the template reads it: days and cells in the viewer's words, with the couple's times marked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from scheduler.domain.period import HORIZON
from scheduler.domain.slot import State
from scheduler.queries.slots import SlotView
from scheduler.web.moments import clock_text, day_text, place_text, same_clock, week_start, weekday_text
from scheduler.web.viewer import Viewer
from scheduler.web.week import Cell, GridCell, Mark, Row, Week, cell_at, joined, week_of


@dataclass(frozen=True)
class ShownCell:
    """One cell: its value in the form, its wall time here and at the partner's, and what stands there."""

    value: str
    clock: str
    also: str
    mark: str
    open: bool
    chosen: bool


@dataclass(frozen=True)
class ShownDay:
    """One day; `cells` has None where this day lacks an hour that another one has."""

    heading: str
    weekday: str
    over: bool
    cells: list[ShownCell | None]


@dataclass(frozen=True)
class ShownWeek:
    """A week by the clocks of `here`.

    `place` is where the small times are, empty while both clocks agree; `kept` is what is chosen in other weeks.
    """

    first: date
    heading: str
    days: list[ShownDay]
    here: str
    place: str
    there: str
    previous: date | None
    following: date | None
    kept: list[str]
    kept_times: list[str]


def shown_week(
    viewer: Viewer, *, asked: str, start: datetime, marks: list[Mark], chosen: Collection[datetime]
) -> ShownWeek:
    """Return the week that begins on the day `asked` (ISO), or else the one in which `start` lies."""
    last = viewer.now + HORIZON
    week = week_of(
        first=_first(asked, start, viewer, last),
        zone=viewer.zone,
        now=viewer.now,
        last=last,
        marks=marks,
        chosen=chosen,
    )
    here = {cell.cell.starts_at for row in week.rows for cell in row.cells if cell}
    ahead = sorted(instant for instant in set(chosen) - here if viewer.now < instant <= last)
    return as_shown(week, viewer, elsewhere=[cell for instant in ahead if (cell := cell_at(instant, viewer.zone))])


def as_shown(week: Week, viewer: Viewer, *, elsewhere: Sequence[Cell] = ()) -> ShownWeek:
    """Return a week as this viewer reads it; `elsewhere` are cells that are chosen in other weeks."""
    return ShownWeek(
        first=week.first,
        heading=_("Week of %(day)s") % {"day": day_text(week.first)},
        days=[_day(row, viewer) for row in week.rows],
        here=place_text(viewer.zone),
        place=(place := _place(week, viewer)),
        there=_("in %(place)s") % {"place": place},
        previous=week.previous,
        following=week.following,
        kept=[cell.value for cell in elsewhere],
        kept_times=_times(elsewhere, viewer),
    )


def marks_of(views: Iterable[SlotView], *, on_break: bool, not_blocking: Collection[datetime] = ()) -> list[Mark]:
    """Return the couple's times as marks; what the viewer has out of sight isn't marked.

    A plan blocks its cells, except one that starts at `not_blocking`.
    """
    marks = []
    for view in views:
        if view.state is State.CONFIRMED:
            blocks = view.starts_at not in not_blocking
            marks.append(Mark(view.starts_at, view.ends_at, _("Planned"), blocks=blocks))
        elif view.author_is_me:
            marks.append(Mark(view.starts_at, view.ends_at, _("Your offer")))
        elif not (view.tucked_away or on_break):
            text = _("For you both") if view.drafted else _("Offered to you")
            marks.append(Mark(view.starts_at, view.ends_at, text))
    return marks


def _times(cells: Iterable[Cell], viewer: Viewer) -> list[str]:
    """Return the stretches that cells chosen in other weeks make, with day, start and end."""
    return [viewer.moment(starts_at, ends_at).whole for starts_at, ends_at in joined(cells)]


def _first(asked: str, start: datetime, viewer: Viewer, last: datetime) -> date:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = start.astimezone(viewer.zone).date()
    first, final = (instant.astimezone(viewer.zone).date() for instant in (viewer.now, last))
    return week_start(min(max(day, first), final))


def _place(week: Week, viewer: Viewer) -> str:
    edges = [cell.cell.starts_at for row in week.rows for cell in row.cells if cell]
    if viewer.other_zone is None or all(same_clock(edge, viewer.zone, viewer.other_zone) for edge in edges):
        return ""
    return place_text(viewer.other_zone)


def _day(row: Row, viewer: Viewer) -> ShownDay:
    cells = [_cell(cell, viewer) if cell else None for cell in row.cells]
    return ShownDay(heading=day_text(row.day), weekday=weekday_text(row.day), over=row.over, cells=cells)


def _cell(grid: GridCell, viewer: Viewer) -> ShownCell:
    starts_at, other = grid.cell.starts_at, viewer.other_zone
    differs = other is not None and not same_clock(starts_at, viewer.zone, other)
    return ShownCell(
        value=grid.cell.value,
        clock=clock_text(starts_at, viewer.zone),
        also=clock_text(starts_at, other) if other and differs else "",
        mark=grid.mark,
        open=grid.open,
        chosen=grid.chosen,
    )
