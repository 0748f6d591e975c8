"""A user's own devices, and the time that one of them may free."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Partner, User
from scheduler.models import CalendarEntry, Notice, PushDevice
from scheduler.models.push import MOST_DEVICES

_ABOUT_A_PLAN = (Notice.Kind.CONFIRMED, Notice.Kind.REMINDER)


@dataclass(frozen=True, kw_only=True)
class DeviceView:
    """One device on its owner's page. `mark` lets the browser know itself by its address, which no page shows."""

    id: UUID
    label: str
    mark: str
    is_gone: bool
    is_testing: bool
    last_delivered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PushedTime:
    """The time of a push: whose device it came to, and which slot."""

    partner: Partner
    slot_id: UUID


def devices_of(user: User) -> list[DeviceView]:
    """Return the user's devices, in the order in which they came."""
    rows = PushDevice.objects.filter(user=user).order_by("created_at", "place")[:MOST_DEVICES]
    return [
        DeviceView(
            id=row.pk,
            label=row.label,
            mark=hashlib.sha256(row.endpoint.encode()).hexdigest(),
            is_gone=row.gone_at is not None,
            is_testing=row.test_due_at is not None,
            last_delivered_at=row.last_delivered_at,
        )
        for row in rows
    ]


def pushed_time(*, device_id: UUID, notice_id: UUID, now: datetime) -> PushedTime | None:
    """Return the time that this device may free, until its end; None when there is nothing left for it to do.

    The notice must have gone to the owner of the device, who must still have both. It is good for the plan as it stood
    then: freeing uses it up, and neither an undo nor a move brings it back.
    """
    owned = PushDevice.objects.filter(pk=device_id, user__is_active=True, user__partner__isnull=False)
    device = owned.select_related("user__partner__user").first()
    if device is None:
        return None
    partner: Partner = device.user.partner
    notice = Notice.objects.filter(
        pk=notice_id, recipient=partner, channel=Notice.Channel.PUSH, kind__in=_ABOUT_A_PLAN
    ).first()
    if notice is None or not _stands(notice, now):
        return None
    return PushedTime(partner=partner, slot_id=notice.cause)


def _stands(notice: Notice, now: datetime) -> bool:
    """Return whether the plan is as the notice told it, or was freed from that very state.

    Whoever frees what the other has just freed presses too: that press must count, or an undo would take it away.
    """
    entry = CalendarEntry.objects.filter(partner=notice.recipient_id, slot_id=notice.cause, ends_at__gt=now).first()
    if entry is None:
        return False
    freed = entry.status == CalendarEntry.Status.CANCELLED
    return entry.sequence == notice.revision + freed
