"""Devices of the cast that take messages from the push service of the tests."""

from accounts import outbox
from accounts.models import User
from scheduler.models import Preferences, PushDevice
from scheduler.operations.push_devices import switch_on
from tests.push_service import PushBrowser, Pushed, PushService

NO_MAIL = {"mail_offers": False, "mail_changes": False, "mail_reminders": False}


def device_of(user: User, service: PushService, *, label: str = "Chrome, Android") -> tuple[PushDevice, PushBrowser]:
    """Switch one more browser of `user` on; returns its row and the browser itself."""
    browser = service.browser()
    switch_on(user=user, label=label, now=outbox.database_now(), **browser.subscription())
    return PushDevice.objects.get(endpoint=browser.subscription()["endpoint"]), browser


def without_mail(*users: User) -> None:
    """Let messages come to devices alone."""
    for user in users:
        Preferences.objects.update_or_create(user=user, defaults=NO_MAIL)


def token_in(pushed: Pushed) -> str:
    """Return the token with which this message frees its time."""
    return str(pushed.said["free"]["token"])
