"""Whether a notice still holds at the moment of sending. Call it under the couple's lock, with the rows read there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from accounts.models import Partner, User
from scheduler.domain.reminders import MOST_LEADS, ROOM
from scheduler.models import CalendarEntry, KindNote, Notice, RoomLine, Slot, TuckedAway, Yes
from scheduler.operations.calendar_mails import next_step
from scheduler.operations.ways import is_wanted, preferences_of

ONE_OFFER_MAIL = timedelta(hours=24)
_LEFT = (Notice.State.SENT, Notice.State.UNKNOWN, Notice.State.CLAIMED)


def still_so(notice: Notice, recipient: Partner, *, now: datetime) -> bool:
    """Return whether `notice` is still true, still wanted by its recipient, and not one mail too many."""
    return reaches(notice, recipient.user) and _CHECKS[Notice.Kind(notice.kind)](notice, recipient, now)


def reaches(notice: Notice, user: User) -> bool:
    """Return whether anything reaches `user` on the notice's way: the account is open, the address not paused."""
    return user.is_active and not (notice.channel == Notice.Channel.EMAIL and user.mail_is_paused)


def _offer(notice: Notice, recipient: Partner, now: datetime) -> bool:
    wanted = not recipient.on_break and is_wanted(notice=notice, user=recipient.user)
    return wanted and _answerable(notice, recipient, now) and not _told_today(notice, now)


def _answerable(notice: Notice, recipient: Partner, now: datetime) -> bool:
    mine = {"slot": OuterRef("pk"), "partner": recipient, "revision": OuterRef("revision")}
    slots = Slot.objects.filter(offer=notice.cause, confirmed_at__isnull=True, expires_at__gt=now)
    slots = slots.exclude(offer__author=recipient)
    return (
        slots.exclude(Exists(Yes.objects.filter(**mine))).exclude(Exists(TuckedAway.objects.filter(**mine))).exists()
    )


def _told_today(notice: Notice, now: datetime) -> bool:
    told = Notice.objects.filter(
        recipient=notice.recipient_id,
        kind=Notice.Kind.OFFER,
        channel=notice.channel,
        state__in=_LEFT,
        send_started_at__gt=now - ONE_OFFER_MAIL,
    )
    return told.exclude(pk=notice.pk).exists()


def _confirmed(notice: Notice, recipient: Partner, now: datetime) -> bool:
    return is_wanted(notice=notice, user=recipient.user) and _entry(notice, CalendarEntry.Status.CONFIRMED, now)


def _freed(notice: Notice, recipient: Partner, now: datetime) -> bool:  # noqa: ARG001  (the row expires at the end)
    told = is_wanted(notice=notice, user=recipient.user) and _entry(notice, CalendarEntry.Status.CANCELLED, None)
    return told and not _planned_anew(notice, recipient)


def _planned_anew(notice: Notice, recipient: Partner) -> bool:
    """Return whether another plan stands at that moment by now: then it is not free again."""
    plans = Slot.objects.filter(couple_id=recipient.couple_id, confirmed_at__isnull=False)
    return plans.filter(starts_at__lte=notice.starts_at, ends_at__gt=notice.starts_at).exists()


def still_chosen(reminder: Notice, recipient: Partner) -> bool:
    """Return whether the recipient still wants to be reminded so long before, and in this way.

    Of their own list they are reminded only while something on it is not ticked off.
    """
    chosen = preferences_of(recipient.user)
    if not is_wanted(notice=reminder, user=recipient.user):
        return False
    if reminder.lead == ROOM:
        return bool(chosen.room_lead) and RoomLine.objects.filter(user=recipient.user, ticked=False).exists()
    return reminder.lead in chosen.reminder_leads[:MOST_LEADS]


def _reminder(notice: Notice, recipient: Partner, now: datetime) -> bool:
    return still_chosen(notice, recipient) and _entry(notice, CalendarEntry.Status.CONFIRMED, now)


def _note(notice: Notice, recipient: Partner, now: datetime) -> bool:  # noqa: ARG001  (a note has no time of its own)
    wanted = is_wanted(notice=notice, user=recipient.user)
    return wanted and KindNote.objects.filter(pk=notice.cause, recipient=recipient).exists()


def _week(notice: Notice, recipient: Partner, now: datetime) -> bool:  # noqa: ARG001  (the row expires within a day)
    return is_wanted(notice=notice, user=recipient.user)


def _entry(notice: Notice, status: CalendarEntry.Status, before_start: datetime | None) -> bool:
    """Return whether the entry still has the status and the very sequence that the notice is about."""
    rows = CalendarEntry.objects.filter(
        partner=notice.recipient_id, slot_id=notice.cause, sequence=notice.revision, status=status
    )
    if before_start is not None:
        rows = rows.filter(starts_at__gt=before_start)
    return rows.exists()


def _calendar(notice: Notice, recipient: Partner, now: datetime) -> bool:
    return next_step(notice=notice, recipient=recipient, now=now) is not None


_CHECKS: dict[Notice.Kind, Callable[[Notice, Partner, datetime], bool]] = {
    Notice.Kind.OFFER: _offer,
    Notice.Kind.CONFIRMED: _confirmed,
    Notice.Kind.FREED: _freed,
    Notice.Kind.REMINDER: _reminder,
    Notice.Kind.NOTE: _note,
    Notice.Kind.CALENDAR: _calendar,
    Notice.Kind.WEEK: _week,
}
