"""Forms check shape only: what a time may be is the domain's to say. Whatever was typed is kept."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.text import is_plain
from scheduler.models import Kind, Sentence
from scheduler.models.notes import LONGEST_NOTE
from scheduler.web.fields import WordsField
from scheduler.web.problems import sentence_of
from scheduler.web.time_row import FAR, StartRow, TimeRow
from scheduler.web.week import FORMAT, Cell, cell_at, joined


class CellsField(forms.Field):
    """The chosen cells of the week grid, each by the instant at which it begins."""

    widget = forms.MultipleHiddenInput
    not_a_cell = gettext_lazy("One of the chosen times isn't in the week any more. Choose it again.")

    def __init__(self, *, zone: ZoneInfo, now: datetime) -> None:
        super().__init__(required=False)
        self.zone = zone
        self.now = now

    def clean(self, value: list[str] | None) -> list[Cell]:
        """Return the cells; anything that names no cell of these clocks is one plain error."""
        cells = [self._cell(instant) for instant in map(instant_of, value or ())]
        return sorted(set(cells))

    def _cell(self, instant: datetime | None) -> Cell:
        cell = cell_at(instant, self.zone) if instant and abs(instant - self.now) < FAR else None
        if cell is None:
            raise ValidationError(self.not_a_cell)
        return cell


def instant_of(value: str) -> datetime | None:
    """Return the UTC instant that a cell's value names, or None."""
    try:
        return datetime.strptime(value, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


class TimesForm(forms.Form):
    """What every form with plain rows of times has in common."""

    rows: tuple[StartRow, ...] = ()
    zone: ZoneInfo

    def is_valid(self) -> bool:
        """Return whether the form and each of its rows are in shape."""
        rows = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(rows)

    def periods(self) -> tuple[Period, ...]:
        """Return the times of the rows, soonest first."""
        return tuple(sorted(row.period for row in self.rows if row.period))

    def tell(self, problem: Problem) -> None:
        """Show a problem where it belongs: at the row of that time, else at the head of the form."""
        period = problem.facts.get("period")
        row = next((row for row in self.rows if period and row.period == period), None)
        if row:
            row.add_error("at", sentence_of(problem))
        else:
            self.add_error(None, sentence_of(problem, self.zone))

    @property
    def is_wrong(self) -> bool:
        """Whether there is anything to put right."""
        return bool(self.errors or any(row.errors for row in self.rows))


class NoteField(WordsField):
    """A few words on several lines, kept as they were typed: whatever a page can show, emoji too."""

    not_plain = gettext_lazy("There is something in it that can't be shown. Write it in plain letters.")

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("A note, if you like"),
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext_lazy("It is deleted with the offer, or after 7 days."),
        )

    def to_python(self, value: str | None) -> str:
        """Return the words with one character for each line break; browsers send two."""
        return re.sub(r"\r\n?", "\n", value or "").replace("\t", " ").strip()

    def validate(self, value: str) -> None:
        """Ask for other words where a page could not show these as they are."""
        if not is_plain(value):
            raise ValidationError(self.not_plain)


class GridForm(TimesForm):
    """Times from the week grid, from plain rows (`ROWS` of the class `ROW`), or from both."""

    ROW: ClassVar[type[StartRow]] = TimeRow
    ROWS: ClassVar[int] = 3

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.zone = zone
        self.fields["cell"] = CellsField(zone=zone, now=now)
        initials = [*self.initial.get("times", ()), *[{}] * self.ROWS][: self.ROWS]
        self.rows = tuple(
            self.ROW(data, zone=zone, now=now, prefix=f"t{number}", initial=dict(initial))
            for number, initial in enumerate(initials, start=1)
        )

    def chosen(self) -> frozenset[datetime]:
        """Return the instants at which the chosen cells begin, in whatever state the form is."""
        return frozenset(filter(None, map(instant_of, self["cell"].value() or ())))


class OfferForm(GridForm):
    """An offer: a kind, and one to three times from the week grid, from plain rows, or from both.

    `kinds` are those that the two have in common, as (code, label); `notes` says that both have switched notes on.
    `key` is the one-time key by which the same form sent twice makes one offer.
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("What for"),
        initial=Kind.TOGETHER,
        error_messages={"invalid_choice": gettext_lazy("Choose one from the list.")},
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Please press the button once more.")),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        zone: ZoneInfo,
        now: datetime,
        kinds: Sequence[tuple[str, str]] = (),
        notes: bool = False,
        **rest: Any,
    ) -> None:
        super().__init__(data, zone=zone, now=now, **rest)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [(Kind.TOGETHER, Kind.TOGETHER.label), *kinds]
        if notes:
            self.fields["note"] = NoteField()

    @property
    def one_time_key(self) -> uuid.UUID:
        """The key that came along, or a new one where none did."""
        try:
            return uuid.UUID(str(self["key"].value()))
        except ValueError:
            return uuid.uuid4()

    def periods(self) -> tuple[Period, ...]:
        """Return the times put forward, soonest first; raises `Problem` for a chosen stretch that is too long."""
        chosen = [Period(*stretch) for stretch in joined(self.cleaned_data["cell"])]
        return tuple(sorted([*super().periods(), *chosen]))


class ChangeForm(TimesForm):
    """Another time for one's own open slot, at the revision that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.zone = zone
        self.rows = (TimeRow(data, zone=zone, now=now, prefix="t1", initial=dict(self.initial.get("time", {}))),)

    def period(self) -> Period:
        """Return the one time; raises `Problem` (NO_TIMES) when the row is empty."""
        if not self.rows[0].period:
            raise Problem(Reason.NO_TIMES)
        return self.rows[0].period


def typed_in(data: QueryDict) -> dict[str, Any]:
    """Return what stands in an offer form as the initial values of a new one: kept, and not yet judged."""
    rows = [
        {name: data.get(f"t{number}-{name}", "") for name in ("day", "at", "minutes", "meant")}
        for number in range(1, OfferForm.ROWS + 1)
    ]
    kept = {name: data.get(name) for name in ("kind", "key", "note")}
    return {**kept, "cell": data.getlist("cell"), "times": rows}


class NoteForm(forms.Form):
    """One of the fixed warm sentences."""

    sentence = forms.ChoiceField(
        label=gettext_lazy("Your note"),
        choices=Sentence.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the sentences."),
            "invalid_choice": gettext_lazy("Choose one of the sentences."),
        },
    )
