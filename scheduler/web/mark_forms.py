"""The form of one list of marks, and the words around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduler.domain.marks import LONGEST_OWN
from scheduler.models import Topic
from scheduler.models.kinds import words_of
from scheduler.queries.marks import MarkList
from scheduler.web.fields import WordsField


@dataclass(frozen=True)
class ListWords:
    """What the page of one list says."""

    heading: str | Promise
    intro: str | Promise
    common: str | Promise


WORDS = {
    Topic.KIND: ListWords(
        heading=_("Kinds of time"),
        intro=_("Mark what you would welcome in a time for the two of you."),
        common=_("You both welcome"),
    ),
    Topic.NEED: ListWords(
        heading=_("What does you good"),
        intro=_("Mark what would do you good."),
        common=_("It would do you both good"),
    ),
}


class _OwnField(forms.MultipleChoiceField):
    """The ticked ones among one's own; what is there no more, on an old page, is no reason to stop."""

    def validate(self, value: Any) -> None:
        """Take anything."""

    def clean(self, value: Any) -> list[str]:
        """Return the ids that are one's own."""
        return [key for key in super().clean(value) if self.valid_value(key)]


class MarksForm(forms.Form):
    """All marks of one list: its words, one's own, and room for one more."""

    chosen = forms.MultipleChoiceField(
        label=_("From the list"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    kept = _OwnField(label=_("Your own"), required=False, widget=forms.CheckboxSelectMultiple)
    written = WordsField(
        label=_("Something of your own"),
        required=False,
        max_length=LONGEST_OWN,
        help_text=_("Your partner sees it only if they write the same."),
    )

    def __init__(self, data: QueryDict | None = None, *, topic: Topic, marks: MarkList) -> None:
        own = [(str(key), text) for key, text in marks.own]
        super().__init__(data, initial={"chosen": sorted(marks.chosen), "kept": [key for key, _ in own]})
        self._offer("chosen", words_of(topic))
        self._offer("kept", own)
        if not own:
            del self.fields["kept"]

    @property
    def kept_ids(self) -> frozenset[UUID]:
        """Which of one's own stay; the form must be valid."""
        return frozenset(map(UUID, self.cleaned_data.get("kept", ())))

    def _offer(self, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)
