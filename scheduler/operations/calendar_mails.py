"""Calendar mails: what a mailbox is told of its owner's calendar entries, for those who want their plans by mail.

One row a mailbox and entry keeps what was said last. A mail about a plan carries what follows from that row; where no
such mail is due (the wish or the address has changed), a notice of its own brings the mailbox into line. Nothing is
taken back that was never sent, and what was sent is always taken back while it lies ahead.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import Partner, User
from accounts.operations import CoupleGone, couple_locked
from accounts.reading import language_of
from scheduler.ical.calendar import Event
from scheduler.ical.itip import Method, Parties, cancel_bytes, request_bytes
from scheduler.models import CalendarEntry, CalendarMail, Feed, Notice
from scheduler.models.kinds import CALENDAR_NAMES
from scheduler.notifications.messages import CalendarPart, Telling
from scheduler.operations.notices import revive_notices
from scheduler.operations.ways import preferences_of

_CONFIRMED = CalendarEntry.Status.CONFIRMED
_WAITING = (Notice.State.PENDING, Notice.State.CLAIMED)


@dataclass(frozen=True, kw_only=True)
class Step:
    """The next message to one mailbox about one entry; `last` is what it was told before."""

    method: Method
    entry: CalendarEntry
    address: str
    last: CalendarMail | None


def next_step(*, notice: Notice, recipient: Partner, now: datetime) -> Step | None:
    """Return what this notice has to say to its reader's calendar, if anything. Call it under the couple's lock."""
    if notice.channel != Notice.Channel.EMAIL:
        return None
    match notice.kind:
        case Notice.Kind.CONFIRMED:
            return _invite(_entry(recipient, slot_id=notice.cause), recipient, now)
        case Notice.Kind.FREED:
            mail = _mail(recipient, entry__slot_id=notice.cause, address=recipient.user.email)
            return _take_out(mail, notice)
        case Notice.Kind.CALENDAR:
            return _bring_into_line(notice, recipient, now)
        case _other:
            return None


def begin_calendar_mail(*, notice: Notice, recipient: Partner, now: datetime) -> CalendarPart | None:
    """Note that the next message is about to leave with this notice, and return it; None when there is none.

    Call it under the couple's lock, once the notice has begun to leave. Begun again, it is the same message.
    """
    step = next_step(notice=notice, recipient=recipient, now=now)
    if step is None:
        return None
    mail = _noted(step, notice.pk, now)
    return CalendarPart(
        mail_id=mail.pk,
        method=step.method,
        body=_body(step, mail, recipient.user),
        address=step.address,
        starts_at=mail.starts_at,
        was_live=step.last is not None and step.last.live,
    )


def note_not_taken(*, telling: Telling) -> None:
    """Remember that this message has surely not arrived: the mailbox shows what it showed before."""
    if part := telling.calendar:
        CalendarMail.objects.filter(pk=part.mail_id, notice=telling.notice_id).update(live=part.was_live)


def realign_calendar_mails(*, user: User, now: datetime) -> None:
    """Bring the mailboxes of `user` into line after a change of wish or address. Takes the couple's lock.

    What shows a time that lies ahead where it is not wanted any more is taken back; coming plans go where they are.
    """
    seat = Partner.objects.filter(user=user).first()
    if seat is None:
        return
    with suppress(CoupleGone), couple_locked(seat.couple_id):
        recipient = Partner.objects.select_related("user__preferences").get(pk=seat.pk)
        notices = [*_notices_to_take_out(recipient, now), *_notices_to_invite(recipient, now)]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        revive_notices(causes=[notice.cause for notice in notices], kinds=[Notice.Kind.CALENDAR])


def follow_address(sender: object, *, user: User, **_: object) -> None:  # noqa: ARG001  (a receiver's signature)
    """Bring the mailboxes of a user into line whose mail address has just been changed."""
    realign_calendar_mails(user=user, now=timezone.now())


def _entry(recipient: Partner, **which: UUID) -> CalendarEntry | None:
    return CalendarEntry.objects.filter(partner=recipient, **which).first()


def _mail(recipient: Partner, **which: object) -> CalendarMail | None:
    return CalendarMail.objects.select_related("entry").filter(entry__partner=recipient, **which).first()


def _bring_into_line(notice: Notice, recipient: Partner, now: datetime) -> Step | None:
    """Return what is still to do for a notice about a mailbox (take out) or about an entry (invite)."""
    mail = _mail(recipient, pk=notice.cause)
    if mail:
        wanted = preferences_of(recipient.user).wants_calendar_mails and mail.address == recipient.user.email
        return None if wanted or mail.ends_at <= now else _take_out(mail, notice)
    step = _invite(_entry(recipient, pk=notice.cause), recipient, now)
    if step and step.last and step.last.live and not _same_message(step, step.last, notice.pk):
        return None
    return step


def _invite(entry: CalendarEntry | None, recipient: Partner, now: datetime) -> Step | None:
    wanted = preferences_of(recipient.user).wants_calendar_mails
    if entry is None or not wanted or entry.status != _CONFIRMED or entry.starts_at <= now:
        return None
    address = recipient.user.email
    last = _mail(recipient, entry=entry, address=address)
    return Step(method=Method.REQUEST, entry=entry, address=address, last=last)


def _take_out(mail: CalendarMail | None, notice: Notice) -> Step | None:
    if mail is None or not (mail.live or mail.notice == notice.pk):
        return None
    return Step(method=Method.CANCEL, entry=mail.entry, address=mail.address, last=mail)


def _same_message(step: Step, last: CalendarMail, notice_id: UUID) -> bool:
    """Return whether the last message left, or may have left, with this very notice, and still says the same."""
    times = (step.entry.starts_at, step.entry.ends_at)
    same = step.method is Method.CANCEL or times == (last.starts_at, last.ends_at)
    return last.notice == notice_id and same


def _noted(step: Step, notice_id: UUID, now: datetime) -> CalendarMail:
    """Store the message as the last one; its SEQUENCE is above every earlier one, and never below the entry's."""
    entry, last = step.entry, step.last
    live = step.method is Method.REQUEST
    if last and _same_message(step, last, notice_id):
        values: dict[str, object] = {"live": live}
    else:
        timed = last if last and not live else entry
        values = {
            "live": live,
            "sequence": max(entry.sequence, last.sequence + 1) if last else entry.sequence,
            "notice": notice_id,
            "starts_at": timed.starts_at,
            "ends_at": timed.ends_at,
            "stamped_at": max(now, entry.changed_at),
        }
    return CalendarMail.objects.update_or_create(entry=entry, address=step.address, defaults=values)[0]


def _body(step: Step, mail: CalendarMail, user: User) -> bytes:
    """Return the calendar's bytes; a cancellation names the time that the mailbox was told last."""
    parties = Parties(organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1], attendee=mail.address)
    title, private = _title(step.entry.kind, user)
    event = Event(
        uid=step.entry.uid,
        sequence=mail.sequence,
        cancelled=step.method is Method.CANCEL,
        starts_at=mail.starts_at,
        ends_at=mail.ends_at,
        created_at=step.entry.created_at,
        changed_at=mail.stamped_at,
        title=title,
    )
    if step.method is Method.CANCEL:
        return cancel_bytes(event=event, parties=parties)
    return request_bytes(event=event, parties=parties, private=private)


def _title(kind: str, user: User) -> tuple[str, bool]:
    """Return the title by the reader's own choice, in their language, and whether it is the default one."""
    chosen = preferences_of(user)
    with translation.override(language_of(user)):
        if chosen.calendar_mail_title == Feed.Title.KIND:
            return str(CALENDAR_NAMES.get(kind, gettext("Busy"))), False
        cover = chosen.cover_title.strip() if chosen.calendar_mail_title == Feed.Title.COVER else ""
        return cover or gettext("Busy"), not cover


def _notices_to_take_out(recipient: Partner, now: datetime) -> Iterator[Notice]:
    rows = CalendarMail.objects.filter(entry__partner=recipient, live=True, ends_at__gt=now)
    if preferences_of(recipient.user).wants_calendar_mails:
        rows = rows.exclude(address=recipient.user.email)
    for mail in rows:
        yield _notice(recipient, mail.pk, mail.sequence + 1, mail.starts_at, mail.ends_at, now)


def _notices_to_invite(recipient: Partner, now: datetime) -> Iterator[Notice]:
    """Yield one for each coming plan that the mailbox does not show, but where a mail about it is yet to leave."""
    if not preferences_of(recipient.user).wants_calendar_mails:
        return
    here = CalendarMail.objects.filter(entry=OuterRef("pk"), address=recipient.user.email)
    to_leave = Notice.objects.filter(
        recipient=recipient,
        kind=Notice.Kind.CONFIRMED,
        channel=Notice.Channel.EMAIL,
        cause=OuterRef("slot_id"),
        revision=OuterRef("sequence"),
        state__in=_WAITING,
        send_started_at=None,
    )
    coming = CalendarEntry.objects.filter(partner=recipient, status=_CONFIRMED, starts_at__gt=now)
    rows = coming.exclude(Exists(here.filter(live=True))).exclude(Exists(to_leave))
    for entry in rows.annotate(said=Coalesce(Subquery(here.values("sequence")), -1)):
        revision = max(entry.sequence, entry.said + 1)
        yield _notice(recipient, entry.pk, revision, entry.starts_at, entry.starts_at, now)


def _notice(
    recipient: Partner, cause: UUID, revision: int, starts_at: datetime, expires_at: datetime, now: datetime
) -> Notice:
    return Notice(
        recipient=recipient,
        kind=Notice.Kind.CALENDAR,
        cause=cause,
        revision=revision,
        due_at=now,
        expires_at=expires_at,
        starts_at=starts_at,
    )
