"""The form of the week ahead: blocks from the week grid, from plain rows, or from both; and the shortest length."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduler.domain.period import Period, next_showing
from scheduler.domain.problem import Problem
from scheduler.domain.windows import LENGTHS, MOST_WINDOWS, USUAL_LENGTH
from scheduler.web.fields import ClockField
from scheduler.web.forms import GridForm
from scheduler.web.moments import length_text
from scheduler.web.problems import sentence_of
from scheduler.web.time_row import StartRow
from scheduler.web.week import FORMAT, Cell, day_cells, joined

_MINUTE = timedelta(minutes=1)


class WindowRow(StartRow):
    """One block by plain inputs: day, from and until; one that ends no later than it begins ends on the next day."""

    until = ClockField(label=gettext_lazy("Until"), required=False, wrong=gettext_lazy("Write the end like 22:30."))

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, zone=zone, now=now, **rest)
        self.fields["at"].label = gettext_lazy("From")

    def clean(self) -> dict[str, Any]:
        """Put the parts together; an end alone asks for the rest."""
        typed = super().clean()
        until = typed.get("until")
        if self.starts_at and until:
            self._take(self.starts_at, next_showing(clock=until, after=self.starts_at, zone=self.zone))
        elif self.starts_at:
            self.add_error("until", _("Until when?"))
        elif until and not self.errors:
            self.add_error("day", _("Which day?"))
        return typed

    def _take(self, starts_at: datetime, ends_at: datetime) -> None:
        try:
            self.period = Period(starts_at, ends_at)
        except Problem as problem:
            self.add_error("until", sentence_of(problem))


class WindowsForm(GridForm):
    """What one partner marks for one week. Nothing marked is a choice like any other."""

    ROW, ROWS = WindowRow, MOST_WINDOWS

    shortest = forms.TypedChoiceField(
        label=gettext_lazy("The shortest time that would be worth it"),
        choices=(),
        coerce=lambda minutes: int(minutes) * _MINUTE,
        error_messages={
            name: gettext_lazy("Choose a length from the list.") for name in ("required", "invalid_choice")
        },
    )

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, zone=zone, now=now, **rest)
        lengths = cast("forms.TypedChoiceField", self.fields["shortest"])
        lengths.choices = [(length // _MINUTE, length_text(length)) for length in LENGTHS]

    def stretches(self) -> list[tuple[datetime, datetime]]:
        """Return all that is marked, from cells and rows; what touches is not joined yet."""
        return [
            *joined(self.cleaned_data["cell"]),
            *((period.starts_at, period.ends_at) for period in self.periods()),
        ]


def initial_of(windows: Iterable[Period], *, shortest: timedelta = USUAL_LENGTH, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the form shows before anything is typed: cells where the windows are made of such, else rows."""
    cells: list[str] = []
    rows = []
    for window in windows:
        within = _cells_of(window, zone)
        if joined(within) == ((window.starts_at, window.ends_at),):
            cells += [cell.value for cell in within]
        else:
            rows.append(_row_of(window, zone))
    return {"cell": cells, "times": rows, "shortest": shortest // _MINUTE}


def _cells_of(window: Period, zone: ZoneInfo) -> list[Cell]:
    first, last = (moment.astimezone(zone).date() for moment in (window.starts_at, window.ends_at))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    cells = (cell for day in days for cell in day_cells(day, zone))
    return [cell for cell in cells if window.starts_at <= cell.starts_at and cell.ends_at <= window.ends_at]


def _row_of(window: Period, zone: ZoneInfo) -> dict[str, Any]:
    starts, ends = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    meant = window.starts_at.strftime(FORMAT)
    return {"day": starts.date(), "at": starts.time(), "until": ends.time(), "meant": meant}
