"""What follows on the signals of Django and allauth, which are the only word that they give of these moments."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.operations import note_browser_language
from accounts.reading import browser_language
from accounts.signin import devices, idle


@receiver(user_logged_in, dispatch_uid="accounts.shown_by_signing_in")
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Note that signing in shows who one is, and in which language one is spoken to here."""
    idle.show(request.session, now=timezone.now())
    note_browser_language(user=user, language=browser_language(request))


@receiver(authentication_step_completed, dispatch_uid="accounts.shown_once_more")
def _shown(request: HttpRequest, *, reauthenticated: bool = False, **_: Any) -> None:
    """Note that the password, a code or a passkey was given once more."""
    if reauthenticated:
        idle.show(request.session, now=timezone.now())


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def _signed_out(request: HttpRequest, **_: Any) -> None:
    """Take a device that signs out off the list, and have its browser forget what it keeps."""
    request.has_signed_out = True  # type: ignore[attr-defined]
    if request.session.session_key:
        devices.forget_session(session_key=request.session.session_key)


@receiver((password_changed, password_set), dispatch_uid="accounts.password_changed")
def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """End every session but the one that set a new password."""
    idle.show(request.session, now=timezone.now())
    devices.end_devices(user=user, but=request.session.session_key)


@receiver(password_reset, dispatch_uid="accounts.password_reset")
def _password_reset(user: User, **_: Any) -> None:
    """End every session: the password was set by a code from the mailbox."""
    devices.end_devices(user=user)


@receiver(pre_save, sender=UserSession, dispatch_uid="accounts.neutral_device")
def _device_saved(instance: UserSession, **_: Any) -> None:
    """Store neither network address nor version of the browser."""
    devices.neutralise(instance)
