"""The form for a rhythm: shape only; what a rhythm may be is the domain's to say. Whatever was typed is kept."""

from datetime import date, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from scheduler.domain.problem import Problem, Reason
from scheduler.domain.rhythm import Pattern, first_day
from scheduler.queries.rhythm import RhythmView
from scheduler.web.fields import ClockField, DayField
from scheduler.web.moments import length_text, place_text, weekday_choices
from scheduler.web.problems import sentence_of
from scheduler.web.time_row import FAR, MINUTES, USUAL_MINUTES
from scheduler.web.viewer import Viewer

TRIAL, OPEN = "trial", "open"
_PLAIN = {"weeks": 1, "weekday": 4, "at": "20:00", "minutes": USUAL_MINUTES, "lasts": TRIAL}  # a Friday evening
_CHOOSE = {"required": _("Please choose one of these."), "invalid_choice": _("Please choose one of these.")}
_FIELDS = {
    Reason.IN_THE_PAST: "from_on",
    Reason.TOO_FAR: "from_on",
    Reason.TOO_SHORT: "minutes",
    Reason.TOO_LONG: "minutes",
}


class RhythmForm(forms.Form):
    """How often, on which day, when, for how long, and until when."""

    weeks = forms.TypedChoiceField(
        label=_("How often"),
        choices=((1, _("Every week")), (2, _("Every other week"))),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    weekday = forms.TypedChoiceField(label=_("Day"), choices=weekday_choices, coerce=int, error_messages=_CHOOSE)
    at = ClockField(label=_("Start"), wrong=_("Write the start like 20:00."))
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int, error_messages=_CHOOSE)
    zone = forms.ChoiceField(label=_("By the clocks in"), widget=forms.RadioSelect, error_messages=_CHOOSE)
    from_on = DayField(label=_("Not before"), wrong=_("Write the day like 2026-03-06."))
    lasts = forms.ChoiceField(
        label=_("For how long"),
        choices=((TRIAL, _("For four weeks, then it ends by itself")), (OPEN, _("Until one of you stops it"))),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )

    def __init__(self, data: QueryDict | None = None, *, viewer: Viewer, known: RhythmView | None) -> None:
        self.today = viewer.now.astimezone(viewer.zone).date()
        plain = {"zone": viewer.zone.key, "from_on": self.today}
        super().__init__(data, initial=plain | (_shown(known) if known else _PLAIN))
        names = [viewer.zone.key, *([viewer.other_zone.key] if viewer.other_zone else []), self.initial["zone"]]
        self.zones = [(name, place_text(ZoneInfo(name))) for name in dict.fromkeys(names)]
        cast("forms.ChoiceField", self.fields["zone"]).choices = self.zones
        lengths = sorted({*MINUTES, self.initial["minutes"]})
        shown = [(value, length_text(timedelta(minutes=value))) for value in lengths]
        cast("forms.ChoiceField", self.fields["minutes"]).choices = shown

    def clean_from_on(self) -> date:
        """Return the day, unless it is so far off that no calendar could count on from it."""
        day: date = self.cleaned_data["from_on"]
        if abs(day - self.today) > FAR:
            reason = Reason.IN_THE_PAST if day < self.today else Reason.TOO_FAR
            raise forms.ValidationError(sentence_of(Problem(reason)))
        return day

    def pattern(self) -> Pattern:
        """Return what was filled in; the form must be valid. The first day is the first such weekday."""
        typed = self.cleaned_data
        return Pattern(
            weeks=typed["weeks"],
            first_on=first_day(weekday=typed["weekday"], on_or_after=typed["from_on"]),
            at=typed["at"],
            zone=typed["zone"],
            length=timedelta(minutes=typed["minutes"]),
            trial=typed["lasts"] == TRIAL,
        )

    def tell(self, problem: Problem) -> None:
        """Show a problem at the input that it is about, else at the head of the form."""
        self.add_error(_FIELDS.get(problem.reason), sentence_of(problem))


def _shown(known: RhythmView) -> dict[str, Any]:
    """Return the values of a rhythm that there is, counted from its next time."""
    pattern = known.pattern
    start = {"from_on": known.next.starts_at.astimezone(ZoneInfo(pattern.zone)).date()} if known.next else {}
    return start | {
        "weeks": pattern.weeks,
        "weekday": pattern.first_on.weekday(),
        "at": pattern.at,
        "zone": pattern.zone,
        "minutes": int(pattern.length.total_seconds()) // 60,
        "lasts": TRIAL if pattern.trial else OPEN,
    }
