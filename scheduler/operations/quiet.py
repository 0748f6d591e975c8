"""Silence at one press: nothing more is sent to a user, on no way, until they switch something on again."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from scheduler.models import Preferences
from scheduler.operations.calendar_mails import realign_calendar_mails
from scheduler.operations.notices import plan_reminders_of_user


def go_quiet(*, user: User, now: datetime) -> None:
    """Switch off every sort of message to `user` and drop their reminders. Times and feeds stay as they are.

    What stands in their calendar by mail is taken out by one last mail each: nobody would update it any more.
    """
    switches = [field.name for field in Preferences._meta.fields if isinstance(field, models.BooleanField)]  # noqa: SLF001
    with transaction.atomic():
        Preferences.objects.get_or_create(user=user)
        Preferences.objects.filter(user=user).update(reminder_leads=[], room_lead="", **dict.fromkeys(switches, False))
        plan_reminders_of_user(user=User.objects.get(pk=user.pk), now=now)
        realign_calendar_mails(user=user, now=now)
