"""What a link in a mail leads to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Partner, User
from scheduler.models import CalendarEntry, Notice


@dataclass(frozen=True, kw_only=True)
class LinkedTime:
    """The time of one notice, as its reader's own calendar entry has it now. Both instants are UTC."""

    partner: Partner
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    is_planned: bool


def linked_time(*, notice_id: UUID, now: datetime) -> LinkedTime | None:
    """Return the time that this notice is about, until its end; None once there is nothing left to free.

    A plan that was moved since then is shown, and freed, as it is now.
    """
    kinds = (Notice.Kind.CONFIRMED, Notice.Kind.REMINDER)
    notice = Notice.objects.filter(pk=notice_id, kind__in=kinds).first()
    if notice is None:
        return None
    entries = CalendarEntry.objects.select_related("partner__user").filter(
        Q(slot_id=notice.cause) | Q(former_slots__slot_id=notice.cause),
        partner=notice.recipient_id,
        ends_at__gt=now,
        partner__user__is_active=True,
    )
    entry = entries.first()
    if entry is None:
        return None
    return LinkedTime(
        partner=entry.partner,
        slot_id=entry.slot_id,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        is_planned=entry.status == CalendarEntry.Status.CONFIRMED,
    )


def mail_reader(user_id: UUID) -> User | None:
    """Return the user to whom a mail went, while they have an account."""
    return User.objects.filter(pk=user_id).first()
