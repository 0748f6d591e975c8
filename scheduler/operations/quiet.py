"""Silence at one press: nothing more is sent to a user, on no way, until they switch something on again."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from scheduler.models import Preferences
from scheduler.operations.notices import plan_reminders_of_user


def go_quiet(*, user: User, now: datetime) -> None:
    """Switch off every sort of message to `user` and drop their reminders. Times and calendars stay as they are."""
    switches = [field.name for field in Preferences._meta.fields if isinstance(field, models.BooleanField)]  # noqa: SLF001
    with transaction.atomic():
        Preferences.objects.get_or_create(user=user)
        Preferences.objects.filter(user=user).update(reminder_leads=[], **dict.fromkeys(switches, False))
        plan_reminders_of_user(user=User.objects.get(pk=user.pk), now=now)
