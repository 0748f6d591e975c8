"""A user's own devices: switched on, tried out, and taken away. Nobody else ever notices."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest

from accounts import outbox
from accounts.models import User
from accounts.sending import always
from scheduler.domain.problem import Problem, Reason
from scheduler.models import PushDevice
from scheduler.models.push import MOST_DEVICES
from scheduler.notifications.webpush import PushChannel, PushLine
from scheduler.operations.notices import plan_reminders_of_user

log = logging.getLogger("pear.delivery")

MOST_TESTS = 20


def switch_on(
    *, user: User, endpoint: str, p256dh: str, auth: str, label: str, now: datetime, replaces: str = ""
) -> None:
    """Have messages come to this browser, and plan the user's reminders for it. Pressing twice is harmless.

    The form has checked address and keys; `replaces` is the address that the same browser had before. A browser
    belongs to whoever switched it on last: with a new row, so that nothing it was given before is good any longer.
    Raises Problem(NOT_POSSIBLE) once the user has MOST_DEVICES that take messages.
    """
    with transaction.atomic():
        PushDevice.objects.filter(Q(endpoint=endpoint) | Q(endpoint=replaces, user=user)).delete()
        device = PushDevice(user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, label=label, created_at=now)
        device.place = _free_place(user)
        try:
            with transaction.atomic():
                device.save(force_insert=True)
        except IntegrityError:  # the same press, or another device, in the same moment
            if PushDevice.objects.filter(user=user, endpoint=endpoint).exists():
                return
            raise Problem(Reason.NOT_POSSIBLE) from None
        plan_reminders_of_user(user=user, now=now)


def switch_off(*, user: User, device_id: UUID) -> None:
    """Take a device away. Raises PushDevice.DoesNotExist unless it is this user's."""
    PushDevice.objects.get(pk=device_id, user=user).delete()


def follow_sign_out(*, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Take away the device that the form of signing out names, if it is this user's (receives Django's signal)."""
    endpoint = request.POST.get("endpoint", "").replace("\0", "")
    if user is not None and endpoint:
        PushDevice.objects.filter(user=user, endpoint=endpoint).delete()


def ask_for_test(*, user: User, device_id: UUID, now: datetime) -> None:
    """Have a test message sent to a device. Raises PushDevice.DoesNotExist unless it is this user's and takes any."""
    with transaction.atomic():
        device = PushDevice.objects.get(pk=device_id, user=user, gone_at=None)
        PushDevice.objects.filter(pk=device.pk).update(test_due_at=now)
        outbox.nudge()


def deliver_tests(*, now: datetime, keep_going: Callable[[], bool] = always) -> int:
    """Send the test messages that were asked for, each once, whatever comes of it; returns how many were taken.

    `keep_going` is asked before each; what is left when it says no waits for the next tick.
    """
    waiting = PushDevice.objects.filter(test_due_at__isnull=False).select_related("user").order_by("test_due_at")
    devices = list(waiting[:MOST_TESTS])
    if not devices:
        return 0
    taken = 0
    with PushChannel().line() as line:
        for device in devices:
            if not keep_going():
                break
            mine = PushDevice.objects.filter(pk=device.pk, test_due_at=device.test_due_at).update(test_due_at=None)
            if mine and device.gone_at is None:
                taken += _send_test(device, line, now)
    return taken


def _free_place(user: User) -> int:
    """Return a place that no device has; where each has one, that of the oldest that takes no messages any more."""
    devices = list(PushDevice.objects.filter(user=user).order_by("gone_at"))
    taken = {device.place for device in devices}
    free = next((place for place in range(1, MOST_DEVICES + 1) if place not in taken), None)
    if free is not None:
        return free
    gone = next((device for device in devices if device.gone_at), None)
    if gone is None:
        raise Problem(Reason.NOT_POSSIBLE)
    gone.delete()
    return gone.place


def _send_test(device: PushDevice, line: PushLine, now: datetime) -> bool:
    try:
        line.send_test(device, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # noqa: BLE001  (nothing about one device may hold up what others wait for)
        log.warning("device %s not tried: %s", device.pk, type(error).__name__)
        return False
    return True
