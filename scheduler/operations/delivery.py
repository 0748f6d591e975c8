"""Sending what is due: each notice is looked at again under its couple's lock, and only then begins to leave.

Freeing a time drops its notices under the same lock, so of "drop" and "begin" exactly one comes first. What has begun
is sent outside any transaction; a crash in the middle is settled by `accounts.outbox`.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.db.models import Q, Subquery

from accounts import outbox
from accounts.clock import DatabaseClock
from accounts.failures import Fate, Verdict
from accounts.mail_ids import message_id, thread_id
from accounts.middleware import zone_of
from accounts.models import Partner
from accounts.operations import CoupleGone, couple_locked
from accounts.reading import language_of
from accounts.sending import Outcome, always, outcome_of, send_due, settle
from scheduler.domain.reminders import QuietHours
from scheduler.models import CalendarEntry, Notice
from scheduler.notifications.channels import CHANNELS, Line
from scheduler.notifications.messages import CalendarPart, Telling, compose
from scheduler.operations.calendar_mails import begin_calendar_mail, note_not_taken
from scheduler.operations.foresight import Foreseen, Foresight, begin_foreseen
from scheduler.operations.mail_pauses import pause_mails
from scheduler.operations.still_so import reaches, still_chosen, still_so
from scheduler.operations.ways import preferences_of

BUSY_PAUSE = outbox.BACK_OFF[0] / 3  # a couple whose lock could not be had holds up no other
GRACE = timedelta(minutes=30)  # a reminder that is late may still leave so long after quiet hours began


def deliver_notices(*, now: datetime, limit: int = 100, keep_going: Callable[[], bool] = always) -> int:
    """Send up to `limit` due notices of each channel, each channel's over one line; returns how many have left.

    `now` is the database's clock. `keep_going` is asked before each: once it says no, the rest is given back.
    """
    foresight = Foresight()
    return sum(
        send_due(
            Notice,
            way=name,
            now=now,
            limit=limit,
            line=channel.line,
            send=partial(_send, foresight),
            keep_going=keep_going,
            look_at=foresight.look_at,
            channel=name,
        )
        for name, channel in CHANNELS.items()
    )


def _send(foresight: Foresight, notice: Notice, line: Line) -> Outcome:
    """Send one notice if it is still so; whatever goes wrong with it is written to its row and holds up no other."""
    telling: Telling | None = None
    try:
        telling = _begin_foreseen(notice, foresight.of(notice)) or _begin(notice)
        if telling is None:
            return Outcome.HELD
        begun_at, stopwatch = _begun_at(notice), time.monotonic()
        line.send(compose(telling, now=begun_at))
    except SoftTimeLimitExceeded:
        raise
    except OperationalError:
        # Somebody holds the couple's lock. When it is the database that is away, the next line says so again.
        outbox.release([notice], due_at=outbox.database_now() + BUSY_PAUSE)
        return Outcome.HELD
    except Exception as error:  # noqa: BLE001  (a poisoned row must not hold up the others)
        verdict = settle(notice, error)
        if telling:
            _note_verdict(notice, telling, verdict)
        return outcome_of(verdict)
    outbox.mark_sent(notice, now=begun_at + timedelta(seconds=time.monotonic() - stopwatch))
    return Outcome.SENT


def _note_verdict(notice: Notice, telling: Telling, verdict: Verdict) -> None:
    """Remember what an error says of the calendar behind the address, and of the address itself."""
    if verdict.fate is not Fate.UNSURE:
        note_not_taken(telling=telling)
    if verdict.of_address and notice.channel == Notice.Channel.EMAIL:
        pause_mails(user_id=telling.user_id, address=telling.address)


def _begin_foreseen(notice: Notice, foreseen: Foreseen | None) -> Telling | None:
    """Mark a reminder as leaving if all is as it was foreseen, and return what it tells; None: nothing was done."""
    if foreseen is None or not reaches(notice, foreseen.recipient.user) or foreseen.starts_at <= foreseen.read_at:
        return None
    recipient = foreseen.recipient
    if not still_chosen(notice, recipient) or _better_moment(notice, recipient, foreseen.read_at) is not None:
        return None
    if not begin_foreseen(notice, foreseen):
        return None
    return _telling(notice, recipient, part=None, thread_id=thread_id(foreseen.entry_id))


def _begin(notice: Notice) -> Telling | None:
    """Mark the notice as leaving and return what it tells; None when it is dropped, waits, or is another sender's."""
    seat = Partner.objects.filter(pk=notice.recipient_id)
    try:
        with couple_locked(Subquery(seat.values("couple_id"))):
            recipient = seat.select_related("user__preferences").annotate(read_at=DatabaseClock()).get()
            now = recipient.read_at
            if not still_so(notice, recipient, now=now):
                outbox.mark_dropped(notice)
                return None
            if (due_at := _better_moment(notice, recipient, now)) is not None:
                outbox.release([notice], due_at=due_at)
                return None
            if not outbox.mark_started(notice, now=now):
                return None
            part = begin_calendar_mail(notice=notice, recipient=recipient, now=now)
            return _telling(notice, recipient, part=part, thread_id=_thread_of(notice))
    except (CoupleGone, Partner.DoesNotExist):
        return None


def _begun_at(notice: Notice) -> datetime:
    """Return when a notice that leaves has begun, by the database's clock."""
    assert notice.send_started_at is not None  # noqa: S101  (`_begin` has just said so)
    return notice.send_started_at


def _better_moment(notice: Notice, recipient: Partner, now: datetime) -> datetime | None:
    """Return when a notice that would now fall into quiet hours may leave; None: at once.

    That is the word that a week has turned, and a reminder that is late: it was meant to come before them.
    """
    if notice.kind not in {Notice.Kind.REMINDER, Notice.Kind.WEEK}:
        return None
    chosen, zone = preferences_of(recipient.user), zone_of(recipient.user)
    quiet = QuietHours(chosen.quiet_from, chosen.quiet_until)
    if notice.kind == Notice.Kind.REMINDER and quiet.end_around(now - GRACE, zone) is None:
        return None
    return quiet.end_around(now, zone)


def _telling(notice: Notice, recipient: Partner, *, part: CalendarPart | None, thread_id: str) -> Telling:
    return Telling(
        notice_id=notice.pk,
        message_id=message_id(notice),
        kind=notice.kind,
        address=part.address if part else recipient.user.email,
        user_id=recipient.user_id,
        zone=zone_of(recipient.user),
        language=language_of(recipient.user),
        clock=recipient.user.clock,
        starts_at=part.starts_at if part and notice.kind == Notice.Kind.CALENDAR else notice.starts_at,
        expires_at=notice.expires_at,
        lead=notice.lead,
        thread_id=thread_id,
        calendar=part,
    )


def _thread_of(notice: Notice) -> str:
    """Return the thread of the plan that this is about: one for each reader, and the same before and after a move."""
    mine = Q(slot_id=notice.cause) | Q(former_slots__slot_id=notice.cause) | Q(pk=notice.cause)
    entry = CalendarEntry.objects.filter(mine, partner=notice.recipient_id).values_list("pk", flat=True).first()
    return thread_id(entry) if entry else ""
