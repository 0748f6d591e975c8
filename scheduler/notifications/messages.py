"""What a notice says: neutral words in the reader's own language and zone, and never more than a reader must know.

No name, no partner, no kind: a mail may be read over a shoulder, on a lock screen or by a mail provider.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.reading import hour_text, reading
from scheduler.domain.reminders import ROOM
from scheduler.models import Notice
from scheduler.notifications.links import Topic, overview_link, stop_link, time_link, week_link

TOPICS = {
    Notice.Kind.OFFER: Topic.OFFERS,
    Notice.Kind.NOTE: Topic.OFFERS,
    Notice.Kind.CONFIRMED: Topic.CHANGES,
    Notice.Kind.FREED: Topic.CHANGES,
    Notice.Kind.CALENDAR: Topic.CHANGES,
    Notice.Kind.WEEK: Topic.WEEK,
    Notice.Kind.REMINDER: Topic.REMINDERS,
}
ABOUT_A_PLAN = frozenset({Notice.Kind.CONFIRMED, Notice.Kind.REMINDER})
_A_WEEKDAY_SAYS_WHICH = timedelta(days=6)


@dataclass(frozen=True, kw_only=True)
class CalendarPart:
    """What a mail says to its reader's calendar (RFC 6047): the bytes of one message, and its method.

    `mail_id` is the row of the mailbox at `address`, `was_live` what that row said before.
    """

    mail_id: UUID
    method: str
    body: bytes
    address: str
    starts_at: datetime
    was_live: bool


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What there is to tell, to whom, read once under the couple's lock. `starts_at` is UTC, `lead` a reminder's.

    `language` and `clock` are how the reader reads it; empty means the default, and what the language is used to.
    """

    notice_id: UUID
    message_id: str
    kind: str
    address: str
    user_id: UUID
    zone: ZoneInfo
    language: str
    clock: str = ""
    starts_at: datetime | None
    expires_at: datetime
    lead: str = ""
    thread_id: str = ""
    calendar: CalendarPart | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, ready for any channel. `stop_url` is the address that ends this kind of message.

    `can_free`: it is about a plan, which can be freed from it. After `expires_at` it is not worth telling any more.
    `thread_id` is shared by all messages about one plan to this reader, and empty where there is none. `calendar` is
    for channels that reach a calendar, which is mail alone.
    """

    notice_id: UUID
    user_id: UUID
    expires_at: datetime
    can_free: bool
    address: str
    message_id: str
    language: str
    subject: str
    line: str
    call: str
    url: str
    stop: str
    stop_url: str
    thread_id: str = ""
    calendar: CalendarPart | None = None

    def text(self) -> str:
        """Return the whole message as plain text."""
        return render_to_string("mail/notice.txt", {"message": self})

    def html(self) -> str:
        """Return the whole message as HTML, which says in which language it is written."""
        with translation.override(self.language):
            return render_to_string("mail/notice.html", {"message": self})


def compose(telling: Telling, *, now: datetime) -> Message:
    """Return the message for a notice, in its reader's language and zone; `now` decides if a weekday is enough."""
    with reading(language=telling.language or settings.LANGUAGE_CODE, clock=telling.clock):
        day, clock = _when(telling, now)
        subject, line, call = _words(_said_as(telling), day, clock)
        return Message(
            notice_id=telling.notice_id,
            user_id=telling.user_id,
            expires_at=telling.expires_at,
            can_free=telling.kind in ABOUT_A_PLAN,
            address=telling.address,
            message_id=telling.message_id,
            language=translation.get_language() or settings.LANGUAGE_CODE,
            subject=subject,
            line=line,
            call=call,
            url=_url(telling),
            stop=_stop_words(_topic(telling)),
            stop_url=stop_link(_topic(telling), telling.user_id),
            thread_id=telling.thread_id,
            calendar=telling.calendar,
        )


def _topic(telling: Telling) -> Topic:
    return Topic.AHEAD if telling.lead == ROOM else TOPICS[Notice.Kind(telling.kind)]


def _said_as(telling: Telling) -> str:
    """Return whose words fit: what comes into a calendar later is told like what comes at once."""
    if telling.lead == ROOM:
        return ROOM
    if telling.calendar and (telling.kind, telling.calendar.method) == (Notice.Kind.CALENDAR, "REQUEST"):
        return Notice.Kind.CONFIRMED
    return telling.kind


def _words(kind: str, day: str, clock: str) -> tuple[str, str, str]:
    """Return subject, body and the words that stand before the link."""
    when = {"day": day, "time": clock}
    details = _("Details or changes:")
    match kind:
        case Notice.Kind.OFFER | Notice.Kind.NOTE | Notice.Kind.WEEK:
            return *_news(kind), _("Your calendar page:")
        case Notice.Kind.CONFIRMED:
            return _("%(day)s, %(time)s") % when, _("%(day)s, %(time)s is in your calendar now.") % when, details
        case Notice.Kind.FREED:
            return _("%(day)s changed") % when, _("%(day)s %(time)s is free again.") % when, _("Your calendar page:")
        case Notice.Kind.CALENDAR:
            line = _("%(day)s, %(time)s leaves this calendar. Nothing else changes.") % when
            return _("%(day)s, %(time)s") % when, line, _("Your calendar page:")
        case _reminder:
            early = _("You asked for an early word about %(day)s at %(time)s.")
            line = early if kind == ROOM else _("You have something planned on %(day)s at %(time)s.")
            return _("%(day)s, %(time)s") % when, line % when, details


def _news(kind: str) -> tuple[str, str]:
    """Return subject and body of what is about no time in particular."""
    if kind == Notice.Kind.WEEK:
        return _("A new week"), _("On your calendar page a new week has begun.")
    subject = _("A new time") if kind == Notice.Kind.OFFER else _("Something new")
    return subject, _("There is something new on your calendar page.")


def _when(telling: Telling, now: datetime) -> tuple[str, str]:
    """Return day and wall time: "Friday" and "20:00", or "Friday, 6 March" where the weekday alone could mislead."""
    if telling.starts_at is None:
        return "", ""
    local = telling.starts_at.astimezone(telling.zone)
    near = (local.date() - now.astimezone(telling.zone).date()) <= _A_WEEKDAY_SAYS_WHICH
    style = "l" if near else pgettext("date format: weekday, day, month", "l, j F")
    return date_format(local.date(), style), hour_text(local.time()) + _which_showing(local)


def _which_showing(local: datetime) -> str:
    """Return which of the two it is, in an hour that the clocks show twice (PEP 495)."""
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first >= second:
        return ""
    return " " + (_("(second)") if local.fold else _("(first)"))


def _url(telling: Telling) -> str:
    if telling.kind in ABOUT_A_PLAN:
        return time_link(telling.notice_id)
    return week_link() if telling.kind == Notice.Kind.WEEK else overview_link()


def _stop_words(topic: Topic) -> str:
    if topic is Topic.REMINDERS:
        return _("No more reminders:")
    if topic is Topic.AHEAD:
        return _("No more early words:")
    if topic is Topic.OFFERS:
        return _("No more mails about new times:")
    if topic is Topic.WEEK:
        return _("No more mails about the week:")
    return _("No more mails about changes:")
