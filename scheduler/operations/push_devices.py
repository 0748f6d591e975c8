"""A user's own devices: switched on, tried out, and taken away. Nobody else ever notices."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts import outbox
from accounts.failures import NotNow, Undeliverable, Unsure
from accounts.models import User
from scheduler.domain.problem import Problem, Reason
from scheduler.models import PushDevice
from scheduler.models.push import MOST_DEVICES
from scheduler.notifications.webpush import PushChannel
from scheduler.operations.notices import plan_reminders_of_user

MOST_TESTS = 20


def switch_on(*, user: User, endpoint: str, p256dh: str, auth: str, label: str, now: datetime) -> None:
    """Have messages come to this browser, and plan the user's reminders for it. Pressing twice is harmless.

    The form has checked address and keys. A browser belongs to whoever switched it on last: with a new row, so that
    nothing it was given before is good any longer. Raises Problem(NOT_POSSIBLE) once the user has MOST_DEVICES.
    """
    with transaction.atomic():
        PushDevice.objects.filter(endpoint=endpoint).delete()
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


def deliver_tests(*, now: datetime) -> int:
    """Send the test messages that were asked for, each once, whatever comes of it; returns how many were taken."""
    waiting = PushDevice.objects.filter(test_due_at__isnull=False).select_related("user").order_by("test_due_at")
    devices = list(waiting[:MOST_TESTS])
    if not devices:
        return 0
    taken = 0
    with PushChannel().line() as line:
        for device in devices:
            mine = PushDevice.objects.filter(pk=device.pk, test_due_at=device.test_due_at).update(test_due_at=None)
            if mine and device.gone_at is None:
                with suppress(NotNow, Undeliverable, Unsure):
                    line.send_test(device, now=now)
                    taken += 1
    return taken


def _free_place(user: User) -> int:
    taken = set(PushDevice.objects.filter(user=user).values_list("place", flat=True))
    free = [place for place in range(1, MOST_DEVICES + 1) if place not in taken]
    if not free:
        raise Problem(Reason.NOT_POSSIBLE)
    return free[0]
