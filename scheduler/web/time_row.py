"""One time by plain inputs, and what the clocks make of it."""

import re
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduler.domain.period import LONGEST, SHORTEST, Period, resolve_wall
from scheduler.domain.problem import Problem, Reason
from scheduler.web.fields import ClockField, DayField
from scheduler.web.moments import clock_text, length_text
from scheduler.web.problems import sentence_of
from scheduler.web.week import FORMAT

USUAL_MINUTES = 120
MINUTES = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480, 720, 1440)
FAR = timedelta(days=400)  # beyond any offer, and well within what a date can hold


def row_of(period: Period, zone: ZoneInfo) -> dict[str, Any]:
    """Return the initial values of a row that shows `period`."""
    local = period.starts_at.astimezone(zone)
    return {
        "day": local.date(),
        "at": local.time(),
        "minutes": int(period.length.total_seconds()) // 60,
        "meant": period.starts_at.strftime(FORMAT),
    }


class StartRow(forms.Form):
    """Where one stretch of time begins, by plain inputs, as the clocks of `zone` show it. All empty means none.

    Where the clocks skip the start, or show it twice, `choices` holds the instants that may be meant instead, as
    (value, label); `meant` carries the one that was chosen. After `is_valid`, `starts_at` is the start, or None. Up to
    where the stretch goes is for a subclass to ask; it sets `period`.
    """

    day = DayField(label=gettext_lazy("Day"), required=False, wrong=gettext_lazy("Write the day like 2026-03-06."))
    at = ClockField(label=gettext_lazy("Start"), required=False, wrong=gettext_lazy("Write the start like 20:00."))
    meant = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.zone = zone
        self.now = now
        self.starts_at: datetime | None = None
        self.period: Period | None = None
        self.choices: list[tuple[str, str]] = []

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in this row."""
        return any(self[name].value() for name in ("day", "at"))

    @property
    def asks(self) -> bool:
        """Whether one of two instants has to be chosen; a single one is only an offer."""
        return len(self.choices) > 1

    def clean(self) -> dict[str, Any]:
        """Put the parts together; each error stands at the input that it is about."""
        typed = self.cleaned_data
        day, at = typed.get("day"), typed.get("at")
        if self.errors or not (day or at):
            return typed
        if not day or not at:
            self.add_error("at" if day else "day", _("Which start?") if day else _("Which day?"))
        elif abs(day - self.now.astimezone(self.zone).date()) > FAR:
            past = day < self.now.date()
            self.add_error("day", sentence_of(Problem(Reason.IN_THE_PAST if past else Reason.TOO_FAR)))
        else:
            self.starts_at = self._resolve(datetime.combine(day, at))
        return typed

    def _resolve(self, wall: datetime) -> datetime | None:
        try:
            return resolve_wall(wall=wall, zone=self.zone)
        except Problem as problem:
            return self._take_choice(problem)

    def _take_choice(self, problem: Problem) -> datetime | None:
        """Return the instant that was chosen for a skipped or repeated time; else ask for it."""
        next_at = problem.facts.get("next_at")
        instants = cast("tuple[datetime, ...]", (next_at,) if next_at else problem.facts.get("choices", ()))
        self.choices = [(instant.strftime(FORMAT), clock_text(instant, self.zone)) for instant in instants]
        for instant in instants:
            if instant.strftime(FORMAT) == self.cleaned_data["meant"]:
                return instant
        self.add_error("at", sentence_of(problem))
        return None


class TimeRow(StartRow):
    """One time by plain inputs: day, start and length."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Length"),
        required=False,
        widget=forms.Select,
        error_messages={"invalid": gettext_lazy("Choose a length from the list.")},
    )

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, zone=zone, now=now, **rest)
        self.initial.setdefault("minutes", USUAL_MINUTES)
        self._offer_lengths()

    def _offer_lengths(self) -> None:
        """Offer the usual lengths, and the one at hand where it is another."""
        at_hand = self["minutes"].value()
        lengths = {*MINUTES, *([int(at_hand)] if re.fullmatch(r"[0-9]{1,4}", str(at_hand)) else [])}
        shown = [(value, length_text(timedelta(minutes=value))) for value in sorted(lengths)]
        cast("forms.Select", self.fields["minutes"].widget).choices = shown

    def clean(self) -> dict[str, Any]:
        """Put the parts together: a start with no length has the usual one."""
        typed = super().clean()
        if self.starts_at:
            self._measure(self.starts_at, minutes=typed["minutes"])
        return typed

    def _measure(self, starts_at: datetime, *, minutes: int | None) -> None:
        length = timedelta(minutes=USUAL_MINUTES if minutes is None else minutes)
        if SHORTEST <= length <= LONGEST:
            self.period = Period(starts_at, starts_at + length)
        else:
            reason = Reason.TOO_SHORT if length < SHORTEST else Reason.TOO_LONG
            self.add_error("minutes", sentence_of(Problem(reason)))
