"""Quick picks: evenings and mornings that people often mean, by the viewer's own clocks, one press away.

A pick only writes a time into the first free row of the form, where it can still be changed; it offers nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from scheduler.domain.period import Period
from scheduler.web.moments import Moment
from scheduler.web.time_row import FAR, USUAL_MINUTES, row_of
from scheduler.web.viewer import Viewer
from scheduler.web.week import DAYS, FORMAT, Mark

LENGTH = timedelta(minutes=USUAL_MINUTES)
SOON = timedelta(minutes=15)  # less than this is no time to say yes in
EVENINGS = (time(20), time(21), time(22), time(23))  # the first that is still ahead is "tonight"
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
EVENING, MORNING = time(20), time(10)


@dataclass(frozen=True)
class Pick:
    """One quick pick: its name, its start as forms carry it, and the time as the viewer reads it."""

    name: str
    value: str
    when: Moment


def quick_picks(viewer: Viewer, *, marks: Sequence[Mark]) -> list[Pick]:
    """Return the picks that are ahead and free of plans, each 2 h long, no time twice."""
    today = viewer.now.astimezone(viewer.zone).date()
    ahead = [today + timedelta(days=number) for number in range(DAYS)]
    sorts = (
        (_("Tonight"), _starts([today], EVENINGS, viewer.zone)),
        (_("Friday evening"), _starts(_on(ahead, FRIDAY), (EVENING,), viewer.zone)),
        (_("Weekend morning"), _starts(_on(ahead, SATURDAY, SUNDAY), (MORNING,), viewer.zone)),
    )
    picks: list[Pick] = []
    for name, starts in sorts:
        start = next((each for each in starts if _fits(each, viewer.now, marks)), None)
        if start and all(pick.value != start.strftime(FORMAT) for pick in picks):
            picks.append(Pick(name, start.strftime(FORMAT), viewer.moment(start, start + LENGTH)))
    return picks


def with_pick(typed: Mapping[str, Any], starts_at: datetime | None, viewer: Viewer) -> dict[str, Any]:
    """Return what was typed with this time in its first empty row; unchanged where it has no room, or has it already.

    Whether the time can be offered is judged when the form is sent, as for everything that is typed.
    """
    if starts_at is None or abs(starts_at - viewer.now) > FAR:
        return dict(typed)
    picked = row_of(Period(starts_at, starts_at + LENGTH), viewer.zone)
    picked = picked | {"day": picked["day"].isoformat(), "at": picked["at"].strftime("%H:%M")}
    rows = list(typed["times"])
    empty = next((place for place, row in enumerate(rows) if not (row["day"] or row["at"])), None)
    if empty is not None and all((row["day"], row["at"]) != (picked["day"], picked["at"]) for row in rows):
        rows[empty] = picked
    return {**typed, "times": rows}


def _on(days: Iterable[date], *weekdays: int) -> list[date]:
    return [day for day in days if day.weekday() in weekdays]


def _starts(days: Iterable[date], clocks: Sequence[time], zone: ZoneInfo) -> Iterator[datetime]:
    for day in days:
        for clock in clocks:
            yield datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _fits(start: datetime, now: datetime, marks: Sequence[Mark]) -> bool:
    ends_at = start + LENGTH
    return start >= now + SOON and not any(
        mark.blocks and mark.starts_at < ends_at and start < mark.ends_at for mark in marks
    )
