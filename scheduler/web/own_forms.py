"""Forms for what a user keeps for themselves: shape only. Whatever was typed is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduler.domain.reminders import ROOM_LEADS, Lead
from scheduler.models.jotting import LONGEST_JOTTING
from scheduler.models.room import LONGEST_LINE
from scheduler.web.fields import WordsField
from scheduler.web.settings_form import lead_choices

_NOTHING = {"required": _("Write a few words first.")}


class LineForm(forms.Form):
    """One more line for one's own list."""

    text = WordsField(
        label=_("Something that makes room"),
        max_length=LONGEST_LINE,
        error_messages=_NOTHING,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RoomReminderForm(forms.Form):
    """Whether to be reminded of one's own list, and how long before a plan."""

    lead = forms.ChoiceField(
        label=_("Remind me of this list"),
        choices=lambda: [("", _("No")), *[choice for choice in lead_choices() if choice[0] in ROOM_LEADS]],
        required=False,
        error_messages={"invalid_choice": _("Please choose from the reminders below.")},
        widget=forms.RadioSelect,
    )

    def clean_lead(self) -> Lead | None:
        """Return the chosen lead; None for no reminder."""
        code = str(self.cleaned_data["lead"])
        return Lead(code) if code else None


class JottingForm(forms.Form):
    """A note to oneself."""

    text = WordsField(
        label=_("A note to yourself"),
        max_length=LONGEST_JOTTING,
        error_messages=_NOTHING,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
