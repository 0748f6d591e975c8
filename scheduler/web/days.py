"""The couple's times by the day, as a table of weeks: the four ahead, or a month. Days go by the viewer's own clock.

A time stands on the day on which it begins. What the viewer has out of sight is not here, nor is anything over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.reading import said_once
from scheduler.domain.period import HORIZON
from scheduler.queries.agenda import Agenda
from scheduler.queries.slots import SlotView
from scheduler.web.moments import clock_text, day_text, week_start, weekday_text
from scheduler.web.viewer import Viewer
from scheduler.web.week import DAYS

WEEKS_AHEAD = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayMark:
    """One time within its day. `sort` is plan, open or mine; `label` says the same in words."""

    slot_id: UUID
    sort: str
    label: str
    clock: str


@dataclass(frozen=True)
class Day:
    """One cell. `number` names the month where that is not plain; `beside` is a day of another month."""

    iso: str
    number: str
    heading: str
    today: bool
    over: bool
    beside: bool
    marks: tuple[DayMark, ...]


@dataclass(frozen=True)
class Sheet:
    """Whole weeks. `weekdays` are (short, long) names; the months to page to are "2026-04", or empty."""

    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Day]]
    previous: str = ""
    following: str = ""

    @property
    def key(self) -> list[tuple[str, str]]:
        """What the sorts of marks mean, as (sort, words): those that are in the table."""
        there = {mark.sort for week in self.weeks for day in week for mark in day.marks}
        words = (("plan", _("Planned")), ("open", _("Open to you")), ("mine", _("Offered by you")))
        return [(sort, text) for sort, text in words if sort in there]


def weeks_ahead(found: Agenda, viewer: Viewer) -> Sheet:
    """Return this week and the three after it."""
    first = week_start(_today(viewer))
    days = [first + index * DAY for index in range(WEEKS_AHEAD * DAYS)]
    return Sheet(_("The coming weeks"), _weekdays(first), _weeks(days, found, viewer))


def month(found: Agenda, viewer: Viewer, *, asked: str) -> Sheet:
    """Return the month `asked` ("2026-04"), or else this one; none is before it, none beyond what can be offered.

    Of this month, the weeks that are over are left out.
    """
    today = _today(viewer)
    first = today.replace(day=1)
    last = (viewer.now + HORIZON).astimezone(viewer.zone).date().replace(day=1)
    shown = min(max(_first_of(asked) or first, first), last)
    following = (shown + 31 * DAY).replace(day=1)
    begins = week_start(max(shown, today))
    days = [begins + index * DAY for index in range(-(-(following - begins).days // DAYS) * DAYS)]
    return Sheet(
        title=date_format(shown, pgettext("date format: month, year", "F Y")),
        weekdays=_weekdays(begins),
        weeks=_weeks(days, found, viewer, month_of=shown),
        previous=f"{shown - DAY:%Y-%m}" if shown > first else "",
        following=f"{following:%Y-%m}" if following <= last else "",
    )


def _first_of(asked: str) -> date | None:
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return None


def _today(viewer: Viewer) -> date:
    return viewer.now.astimezone(viewer.zone).date()


def _weekdays(first: date) -> list[tuple[str, str]]:
    days = [first + index * DAY for index in range(DAYS)]
    return [(_short_weekday(day), weekday_text(day)) for day in days]


def _weeks(days: list[date], found: Agenda, viewer: Viewer, *, month_of: date | None = None) -> list[list[Day]]:
    marks = _marks_by_day(found, viewer)
    today = _today(viewer)
    cells = [_day(day, marks.get(day, ()), today, named=day == days[0], month_of=month_of) for day in days]
    return [cells[start : start + DAYS] for start in range(0, len(cells), DAYS)]


def _day(day: date, marks: Iterable[DayMark], today: date, *, named: bool, month_of: date | None) -> Day:
    return Day(
        iso=day.isoformat(),
        number=_named_number(day) if named or day.day == 1 else str(day.day),
        heading=day_text(day),
        today=day == today,
        over=day < today,
        beside=month_of is not None and day.month != month_of.month,
        marks=tuple(marks),
    )


@said_once
def _named_number(day: date) -> str:
    return date_format(day, pgettext("date format: day, short month", "j M"))


@said_once
def _short_weekday(day: date) -> str:
    return date_format(day, "D")


def _marks_by_day(found: Agenda, viewer: Viewer) -> dict[date, list[DayMark]]:
    sorts = (
        ("plan", _("Planned"), found.planned),
        ("open", _("Offered to you"), found.open_to_me),
        ("open", _("For you both"), found.drafted),
        ("mine", _("Your offer"), found.offered_by_me),
    )
    by_day: dict[date, list[DayMark]] = {}
    for view, sort, label in sorted(
        ((view, sort, label) for sort, label, views in sorts for view in views), key=lambda found: found[0].starts_at
    ):
        by_day.setdefault(_day_of(view, viewer), []).append(_mark(view, sort, label, viewer))
    return by_day


def _day_of(view: SlotView, viewer: Viewer) -> date:
    return view.starts_at.astimezone(viewer.zone).date()


def _mark(view: SlotView, sort: str, label: str, viewer: Viewer) -> DayMark:
    return DayMark(slot_id=view.id, sort=sort, label=label, clock=clock_text(view.starts_at, viewer.zone))
