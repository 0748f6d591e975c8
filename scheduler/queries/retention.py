"""The table of retention in words: for the privacy page, and for whoever asks `manage.py retention`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from scheduler.domain.retention import Subject, kept_for

_Text = object  # a lazy translation, or a plain string
WORDS: dict[Subject, tuple[_Text, _Text]] = {
    Subject.OFFERS: (_("Offers, and the answers to them"), _("until they are over, then %(time)s at most")),
    Subject.PLANS: (_("Plans"), _("%(time)s after their end")),
    Subject.ENTRIES: (_("What your own calendar is told of a plan"), _("at most %(time)s after the plan's end")),
    Subject.UNDOS: (_("What it takes to undo a press on “Free this time”"), "%(time)s"),
    Subject.NOTES: (_("A kind note"), "%(time)s"),
    Subject.OFFER_NOTES: (_("A note on an offer"), _("until the offer is over, %(time)s at most")),
    Subject.MARKS: (
        _("What you marked as welcome, or as doing you good"),
        _("until you take it out or delete the account, then gone at once"),
    ),
    Subject.IN_COMMON: (
        _("What you have both marked"),
        _("until one of you takes it out or leaves, then gone at once"),
    ),
    Subject.JOTTINGS: (_("A note to yourself"), _("%(time)s, unless you take it away sooner")),
    Subject.LISTS: (
        _("Your own list for making room"),
        _("until you take a line away or delete the account, then gone at once"),
    ),
    Subject.RHYTHMS: (
        _("A rhythm that one of you put forward"),
        _("until you both say yes or it is taken back, %(time)s at most"),
    ),
    Subject.CARDS: (_("Your answers to cards"), _("until you delete them or the account, then gone at once")),
    Subject.SHARED_CARDS: (
        _("That you have shared a card"),
        _("until you change the answer or stop sharing it, or one of you leaves, then gone at once"),
    ),
    Subject.WINDOWS: (_("What you marked as welcome in a week"), _("until the week's draw, %(time)s at most")),
    Subject.NOTICES: (
        _("That a notice is due to you, without its words"),
        _("until the time it is about, then %(time)s at most"),
    ),
    Subject.LETTERS: (_("Mails about your account"), _("until they have left, %(time)s at most")),
    Subject.MAIL_FILES: (_("Mails that this server writes as files, where it can't send any"), "%(time)s"),
    Subject.INVITATIONS: (_("An invitation to link"), _("until it is used, %(time)s at most")),
    Subject.ENDED_FEEDS: (
        _("A calendar address that you took away"),
        _("%(time)s; it shows no times in them"),
    ),
    Subject.GONE_DEVICES: (_("A device that takes no messages any more"), "%(time)s"),
    Subject.SESSIONS: (_("That you are signed in"), _("until you sign out, %(time)s at most")),
    Subject.LIMITS: (_("How often a code or a password was tried"), _("%(time)s at most")),
    Subject.ACCOUNT: (
        _("Your account, settings, calendar addresses and devices"),
        _("until you delete the account, then gone at once"),
    ),
    Subject.LINK: (
        _("That you two are linked, and your rhythm if there is one"),
        _("until one of you leaves, or stops the rhythm, then gone at once"),
    ),
    Subject.STOPS: (
        _("That an address wishes no invitations"),
        _("for good, as a keyed hash that names nobody"),
    ),
    Subject.CLOSED: (
        _("That somebody whom you left can't invite you"),
        _("until you two link again, as a keyed hash that names nobody"),
    ),
    Subject.LOGS: (
        _("What the server notes about its own work"),
        _("as long as its host likes; no name, address or text stands in it"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class KeptRow:
    """One line for people: what is kept, and how long."""

    what: str
    how_long: str


def kept_rows() -> Iterator[KeptRow]:
    """Yield what is kept of people and how long, in the reader's language."""
    for subject, (what, how_long) in WORDS.items():
        yield KeptRow(what=str(what), how_long=str(how_long) % {"time": spelled(kept_for(subject))})


def spelled(length: timedelta) -> str:
    """Return a length as people say it, in the largest unit of which it has two: 60 seconds, 24 hours, 7 days."""
    seconds = int(length.total_seconds())
    days, hours = seconds // 86400, seconds // 3600
    if days > 1:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if hours > 1:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
