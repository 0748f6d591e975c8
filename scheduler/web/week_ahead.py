"""The week that can be marked, as the week grid of one viewer: one week, from its first cell to its last."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.domain.windows import Week
from scheduler.web.shown_week import ShownWeek, as_shown
from scheduler.web.viewer import Viewer
from scheduler.web.week import Mark, monday_of, week_of

_INSTANT = timedelta(microseconds=1)


def shown_week_ahead(viewer: Viewer, *, week: Week, marks: list[Mark], chosen: Collection[datetime]) -> ShownWeek:
    """Return the grid of `week`; a cell can be chosen when it lies wholly within, and no plan stands there."""
    closed = [
        Mark(datetime.min.replace(tzinfo=week.starts_at.tzinfo), week.starts_at, "", blocks=True),
        Mark(week.ends_at, datetime.max.replace(tzinfo=week.ends_at.tzinfo), "", blocks=True),
    ]
    grid = week_of(
        first=monday_of(week.starts_at.astimezone(viewer.zone).date()),
        zone=viewer.zone,
        now=week.starts_at - _INSTANT,
        last=week.ends_at,
        marks=[*marks, *closed],
        chosen=chosen,
    )
    return as_shown(replace(grid, previous=None, following=None), viewer)
