"""The forms of the calendar page: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduler.domain.text import single_line
from scheduler.models import Feed
from scheduler.operations.feeds import FeedSettings
from scheduler.queries.feed_pages import FeedView
from scheduler.web.fields import WordsField

LONGEST = 40
ALARMS = (
    ("", _("None")),
    ("10", _("10 minutes before")),
    ("30", _("30 minutes before")),
    ("60", _("1 hour before")),
    ("120", _("2 hours before")),
)


class NameField(WordsField):
    """A short name on one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def to_python(self, value: Any) -> str:
        """Return the name without what has no place on a line."""
        return single_line(super().to_python(value) or "")


class NewFeedForm(forms.Form):
    """One more device."""

    label = NameField(
        label=_("Which device or calendar is it for?"),
        help_text=_("For example: phone, laptop. Only you see it."),
        error_messages={"required": _("Please give it a name, so that you can tell your devices apart.")},
    )


class FeedForm(forms.Form):
    """What one device shows."""

    label = NameField(label=_("Device"), error_messages={"required": _("Please give it a name.")})
    calendar_name = NameField(
        label=_("Name of the calendar"),
        help_text=_("Your calendar program shows it. Keep it neutral if others look over your shoulder."),
        error_messages={"required": _("Please give the calendar a name.")},
    )
    title = forms.ChoiceField(
        label=_("What each entry is called"),
        choices=(
            (Feed.Title.BUSY, _("Busy")),
            (Feed.Title.COVER, _("My cover title, from the settings")),
            (Feed.Title.KIND, _("What the time is for")),
        ),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    alarm_minutes = forms.TypedChoiceField(
        label=_("Alarm by your calendar"),
        help_text=_(
            "Many calendars leave out alarms of subscribed calendars; a reminder by mail does not depend on it."
        ),
        choices=ALARMS,
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    link = forms.BooleanField(
        label=_("Link each entry to its page here"),
        help_text=_("Whoever sees the entry then sees this site's address too."),
        required=False,
    )

    def chosen(self) -> FeedSettings:
        """Return what was chosen."""
        return FeedSettings(**self.cleaned_data)


def form_of(feed: FeedView, posted: Any = None) -> FeedForm:
    """Return the settings form of one feed, with ids of its own on a page that holds several."""
    fields = {name: getattr(feed, name) for name in FeedForm.base_fields}
    return FeedForm(posted, initial=fields, auto_id=f"id_{feed.id.hex[:8]}_%s")
