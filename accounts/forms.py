"""Forms about a person's account: they check shape, never rules."""

import re
import zoneinfo

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import one_spelling
from accounts.models import User
from accounts.zones import places_by_region

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


class SignupStatements(forms.Form):
    """What a person states when they sign up, beside address and password. Neither box is ticked beforehand."""

    name = forms.CharField(
        label=_("What your partner may call you here (optional)"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    adult = forms.BooleanField(label=_("I am 18 or older."))
    consent = forms.BooleanField(
        label=_("I agree that Pear stores what I enter here about our closeness, to show it to the two of us only."),
        help_text=_(
            "The law treats such entries as especially private (GDPR, Article 9). "
            "You can take this back at any time: deleting your account deletes them."
        ),
    )
    time_zone = forms.CharField(
        label=_("Your time zone"),
        help_text=_("Whose clocks you go by. Your device proposes it."),
        max_length=64,
        required=False,
        widget=forms.Select(choices=[("", _("Choose later")), *places_by_region()]),
    )

    field_order = ("email", "password1", "name", "time_zone", "adult", "consent")

    def clean_name(self) -> str:
        """Return the name on one line, without control characters and marks that turn the reading direction."""
        return _UNSEEN.sub("", self.cleaned_data["name"]).strip()

    def clean_time_zone(self) -> str:
        """Return the chosen zone if this server knows it, else UTC: the first page then says so, and asks."""
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002  (allauth's signature)
        """Keep the statements with their moment and the version of the words they were made to."""
        now = timezone.now()
        user.name = self.cleaned_data["name"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.adult_stated_at = user.consented_at = now
        user.consent_version = settings.CONSENT_VERSION
        user.save(update_fields=["name", "time_zone", "adult_stated_at", "consented_at", "consent_version"])


class RedeemForm(forms.Form):
    """A code as a person types it."""

    code = forms.CharField(
        label=_("The code you were given"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class InvitationMailForm(forms.Form):
    """The address an inviter types."""

    address = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def clean_address(self) -> str:
        """Return it in one spelling."""
        return one_spelling(self.cleaned_data["address"])


class MailedCodeForm(forms.Form):
    """A code from a mail."""

    code = forms.CharField(
        label=_("Code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )


class LockForm(forms.Form):
    """After how much idleness a session locks."""

    lock_minutes = forms.TypedChoiceField(
        label=_("Lock Pear when it has not been used for"),
        coerce=int,
        choices=((5, _("5 minutes")), (15, _("15 minutes")), (60, _("an hour")), (0, _("Never; stay signed in"))),
    )
