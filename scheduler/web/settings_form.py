"""The form of the settings page: shape only, every refusal in plain words."""

from datetime import time
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Clock, User
from accounts.reading import hour_text
from scheduler.domain.period import zone_named
from scheduler.domain.problem import Problem
from scheduler.domain.reminders import EVENING, MORNING, MOST_LEADS, Lead
from scheduler.models import Feed
from scheduler.models.preferences import Preferences
from scheduler.operations.preferences import Choices, Person
from scheduler.web.fields import ClockField, WordsField
from scheduler.web.zones import full_zone_name

LONGEST_NAME = 60
PERSON = ("name", "time_zone", "language", "clock")
CLOCKS = (
    ("", _("As my language has it")),
    (Clock.TWENTY_FOUR, _("24 hours, such as 20:00")),
    (Clock.TWELVE, _("12 hours, such as 8:00 PM")),
)


def lead_choices() -> list[tuple[Lead, str]]:
    """Return the leads that a reminder can have, by the clock of whoever reads."""
    return [
        (Lead.FIFTEEN_MINUTES, gettext("15 minutes before")),
        (Lead.TWO_HOURS, gettext("2 hours before")),
        (Lead.SAME_MORNING, gettext("The same morning, at %(time)s") % {"time": hour_text(MORNING)}),
        (Lead.EVENING_BEFORE, gettext("The evening before, at %(time)s") % {"time": hour_text(EVENING)}),
    ]


class SettingsForm(forms.Form):
    """Everything a person sets about themselves, on one page with one button."""

    error_css_class = "field-with-error"

    name = WordsField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("How Pear greets you. Leave it empty if you like."),
    )
    time_zone = forms.CharField(
        label=_("Your time zone"),
        max_length=64,
        help_text=_("Type a city: Berlin, New York, Auckland."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Please choose a time zone, such as Europe/Berlin.")},
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    clock = forms.ChoiceField(label=_("Clock"), choices=CLOCKS, required=False)
    cover_title = WordsField(
        required=False,
        max_length=LONGEST_NAME,
        label=_("Cover title"),
        help_text=_("What your calendar shows instead of “Busy”, if you choose so for a device. Others may see it."),
    )
    partner_label = WordsField(
        label=_("What you call your partner"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("Only you see it. Left empty, Pear says “your partner”."),
    )
    reminder_leads = forms.MultipleChoiceField(
        label=_("Gentle reminders of your plans"),
        help_text=_("Up to two, only to you. Tick none, and none will come."),
        choices=lead_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose from the reminders below.")},
    )
    quiet_from = ClockField(label=_("Quiet from"), wrong=_("Write the start like 20:00."))
    quiet_until = ClockField(label=_("Quiet until"), wrong=_("Write the end like 22:30."))
    mail_offers = forms.BooleanField(label=_("A mail when there is a new offer or a kind note"), required=False)
    mail_changes = forms.BooleanField(label=_("A mail when a plan is made or changes"), required=False)
    mail_reminders = forms.BooleanField(label=_("By mail"), required=False)
    push_reminders = forms.BooleanField(label=_("On my devices"), required=False)
    push_offers = forms.BooleanField(label=_("When there is a new offer or a kind note"), required=False)
    push_changes = forms.BooleanField(label=_("When a plan is made or changes"), required=False)
    mail_week = forms.BooleanField(label=_("A mail when a new week begins, once you have marked one"), required=False)
    push_week = forms.BooleanField(label=_("When a new week begins, once you have marked one"), required=False)
    calendar_mails = forms.BooleanField(
        label=_("Send each plan as a calendar invitation by mail"),
        help_text=_(
            "It comes with the mail above, so that one has to be on too. When you switch this off, one mail for each "
            "coming plan takes it out of your calendar again. After unlinking, or once the account is deleted, no "
            "mail does that any more: what was sent then stays in your calendar until you remove it yourself."
        ),
        required=False,
    )
    calendar_mail_title = forms.ChoiceField(
        label=_("What these invitations are called"),
        choices=(
            (Feed.Title.BUSY, _("Busy")),
            (Feed.Title.COVER, _("My cover title")),
            (Feed.Title.KIND, _("What the time is for")),
        ),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )

    SENTENCES: ClassVar[dict[str, Any]] = {
        "zone": _("This time zone isn't known here. Please choose one from the list, such as Europe/Berlin."),
        "quiet": _("Quiet hours need a beginning and a different end, such as 22:00 and 08:00."),
        "leads": ngettext_lazy(
            "Please choose at most %(most)d reminder.", "Please choose at most %(most)d reminders.", MOST_LEADS
        ),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = self.fields["language"]
        if isinstance(language, forms.ChoiceField):
            language.choices = [("", _("As my browser says")), *settings.LANGUAGES]

    def clean_time_zone(self) -> str:
        """Return the full name of the zone, also for a bare city in any case."""
        name = full_zone_name(str(self.cleaned_data["time_zone"]))
        try:
            zone_named(name)
        except Problem:
            raise forms.ValidationError(self.SENTENCES["zone"], code="unknown_zone") from None
        return name

    def clean_reminder_leads(self) -> tuple[Lead, ...]:
        """Return the chosen leads, two at most."""
        leads = tuple(Lead(code) for code in self.cleaned_data["reminder_leads"])
        if len(leads) > MOST_LEADS:
            raise forms.ValidationError(self.SENTENCES["leads"] % {"most": MOST_LEADS}, code="too_many")
        return leads

    def clean_calendar_mail_title(self) -> str:
        """Return what was chosen; nothing chosen means the title that tells least."""
        return str(self.cleaned_data["calendar_mail_title"]) or Feed.Title.BUSY

    def clean(self) -> None:
        """Refuse quiet hours that begin when they end: nobody could say what is meant."""
        begins, ends = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until")
        if isinstance(begins, time) and begins == ends:
            self.add_error("quiet_until", forms.ValidationError(self.SENTENCES["quiet"], code="no_end"))

    def person(self) -> Person:
        """Return the part that belongs to the account; the form must be valid."""
        return Person(**{key: self.cleaned_data[key] for key in PERSON})

    def choices(self) -> Choices:
        """Return the part that belongs to the schedule; the form must be valid."""
        return Choices(**{key: self.cleaned_data[key] for key in Choices.__dataclass_fields__})


def stored_settings(*, user: User, preferences: Preferences) -> dict[str, Any]:
    """Return what the form shows before anything is typed."""
    return {key: getattr(user, key) for key in PERSON} | {
        key: getattr(preferences, key) for key in Choices.__dataclass_fields__
    }
