"""The forms of the cards: shape only. Whatever was typed is kept, and nothing is cut off unsaid."""

from datetime import time
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from scheduler.domain.problem import Problem, Reason
from scheduler.domain.talk import (
    MOST_CHARACTERS,
    MOST_TIMES,
    Card,
    WelcomeTime,
    often_in,
    times_in,
    times_text,
)
from scheduler.domain.text import several_lines
from scheduler.web.deck import LABELS, SHEETS, STEPS
from scheduler.web.fields import ClockField, WordsField, id_in
from scheduler.web.moments import weekday_choices
from scheduler.web.problems import sentence_of

AT_HAND = 2  # rows of times that are there without unfolding


def version_in(value: object) -> UUID | None:
    """Return the version that a form names; None for none, and one that no answer has for what names none."""
    return (id_in(value) or UUID(int=0)) if value else None


class AnswerForm(forms.Form):
    """An answer to one card; `version` is that of the answer which the page showed, empty when there was none."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, card: Card, text: str = "", version: UUID | None = None
    ) -> None:
        super().__init__(data, prefix=card.value, initial={"version": str(version or ""), **self.first_values(text)})
        if "answer" in self.fields:
            self.fields["answer"].label = str(LABELS[card])

    @staticmethod
    def first_values(text: str) -> dict[str, Any]:
        """Return what the form shows of an answer that is kept."""
        return {"answer": text}

    def text(self) -> str:
        """Return the answer as text; the form must be valid."""
        return str(self.cleaned_data["answer"])

    def seen_version(self) -> UUID | None:
        """Return the version that this answer is to take the place of; the form must be valid."""
        return version_in(self.cleaned_data["version"])


class WordsForm(AnswerForm):
    """An answer in words of one's own. Left empty, it is none."""

    answer = WordsField(
        required=False,
        strip=False,
        help_text=gettext_lazy("Up to 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_answer(self) -> str:
        """Return the words; say by how much they are too long, instead of cutting them off."""
        words = several_lines(self.cleaned_data["answer"])
        over = len(words) - MOST_CHARACTERS
        if over > 0:
            sentence = ngettext(
                "That is %(over)d character too many. All of it is still here.",
                "That is %(over)d characters too many. All of it is still here.",
                over,
            )
            raise forms.ValidationError(sentence % {"over": over}, code="too_long")
        return words


class OftenForm(AnswerForm):
    """One of a few plain steps."""

    answer = forms.ChoiceField(
        choices=[(step.value, label) for step, label in STEPS.items()],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose one of these.")),
    )

    @staticmethod
    def first_values(text: str) -> dict[str, Any]:
        """Return the step that is kept."""
        return {"answer": often_in(text).value if text else None}


class TimeOfWeekRow(forms.Form):
    """One stretch of the week by plain inputs; all empty means none. After `is_valid`, `found` is it, or None."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"),
        required=False,
        choices=lambda: [("", gettext_lazy("No day")), *weekday_choices()],
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("Choose a day from the list.")},
    )
    from_time = ClockField(
        label=gettext_lazy("From"), required=False, wrong=gettext_lazy("Write the start like 20:00.")
    )
    until_time = ClockField(
        label=gettext_lazy("Until"), required=False, wrong=gettext_lazy("Write the end like 22:30.")
    )
    found: WelcomeTime | None = None
    QUESTIONS: ClassVar[dict[str, Promise]] = {
        "weekday": gettext_lazy("Which day?"),
        "from_time": gettext_lazy("From when?"),
        "until_time": gettext_lazy("Until when?"),
    }

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in this row."""
        return any(self[name].value() not in {None, ""} for name in self.fields)

    def clean(self) -> dict[str, Any]:
        """Put the parts together; each error stands at the input that it is about."""
        typed = self.cleaned_data
        if self.errors or not self.is_filled:
            return typed
        for name, question in self.QUESTIONS.items():
            if typed.get(name) is None:
                self.add_error(name, str(question))
        if not self.errors:
            self._take(typed["weekday"], typed["from_time"], typed["until_time"])
        return typed

    def _take(self, weekday: int, from_time: time, until_time: time) -> None:
        found = WelcomeTime(weekday, from_time, until_time)
        if found.has_length:
            self.found = found
        else:
            self.add_error("until_time", sentence_of(Problem(Reason.ENDS_BEFORE_START)))


class WhenForm(AnswerForm):
    """Stretches of the week, up to six. With none it is no answer."""

    def __init__(
        self, data: QueryDict | None = None, *, card: Card, text: str = "", version: UUID | None = None
    ) -> None:
        super().__init__(data, card=card, text=text, version=version)
        initials = [*({**vars(each)} for each in times_in(text)), *[{}] * MOST_TIMES][:MOST_TIMES]
        self.rows = tuple(
            TimeOfWeekRow(data, prefix=f"{card.value}-{number}", initial=initial)
            for number, initial in enumerate(initials, start=1)
        )

    @staticmethod
    def first_values(text: str) -> dict[str, Any]:  # noqa: ARG004  (the rows show it)
        """Return nothing: the rows show what is kept."""
        return {}

    @property
    def at_hand(self) -> tuple[TimeOfWeekRow, ...]:
        """The rows that are always in sight."""
        return self.rows[:AT_HAND]

    @property
    def folded(self) -> tuple[TimeOfWeekRow, ...]:
        """The rows that unfold."""
        return self.rows[AT_HAND:]

    @property
    def unfolds(self) -> bool:
        """Whether anything stands in the rows that unfold."""
        return any(row.is_filled for row in self.folded)

    def is_valid(self) -> bool:
        """Return whether the form and each of its rows are in shape."""
        rows = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(rows)

    def text(self) -> str:
        """Return the times of all rows as text; the form must be valid."""
        return times_text(row.found for row in self.rows if row.found)


_FORMS: dict[Card, type[AnswerForm]] = {Card.OFTEN: OftenForm, Card.WHEN: WhenForm}


def answer_form(
    data: QueryDict | None = None, *, card: Card, text: str = "", version: UUID | None = None
) -> AnswerForm:
    """Return the form of a card: filled with what is kept, or with what was typed."""
    return _FORMS.get(card, WordsForm)(data, card=card, text=text, version=version)


def forms_of(data: QueryDict, *, card: Card) -> dict[Card, AnswerForm]:
    """Return what was typed on the page of a card: a form for each of its lines, for the page saves them together."""
    return {line.card: answer_form(data, card=line.card) for line in SHEETS[card].lines}
