"""The inputs that several forms share. Each takes what a browser without any script sends, too."""

from datetime import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms import Widget

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def id_in(text: object) -> UUID | None:
    """Return the id that a form or an address names, or None for what is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


class WordsField(forms.CharField):
    """Free words, in whatever direction they are written.

    Control characters are no reason to stop: whoever keeps the words leaves those out.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]

    def widget_attrs(self, widget: Widget) -> dict[str, Any]:
        """Return the attributes of the input: what is typed decides its direction."""
        return {"dir": "auto"} | super().widget_attrs(widget)


class DayField(forms.DateField):
    """A day of the calendar; `wrong` says how one is written."""

    def __init__(self, *, wrong: "_StrOrPromise", **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages=dict.fromkeys(("required", "invalid"), wrong),
            **options,
        )


class ClockField(forms.TimeField):
    """A time of day to the minute; `wrong` says how one is written."""

    def __init__(self, *, wrong: "_StrOrPromise", **options: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages=dict.fromkeys(("required", "invalid"), wrong),
            **options,
        )

    def to_python(self, value: str | time | None) -> time | None:
        """Return the time without the seconds that a browser may send along."""
        typed = super().to_python(value)
        return typed and typed.replace(second=0, microsecond=0)
