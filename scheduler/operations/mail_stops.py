"""Stopping one kind of mail, from a link in it and without signing in. It never touches a time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from scheduler.models import Preferences
from scheduler.notifications.links import Topic
from scheduler.operations.calendar_mails import realign_calendar_mails
from scheduler.operations.notices import plan_reminders_of_user

_CHANGES: dict[Topic, dict[str, object]] = {
    Topic.REMINDERS: {"reminder_leads": [], "room_lead": ""},
    Topic.AHEAD: {"room_lead": ""},
    Topic.OFFERS: {"mail_offers": False},
    Topic.CHANGES: {"mail_changes": False},
    Topic.WEEK: {"mail_week": False},
}


def stop_mails(*, user_id: UUID, topic: Topic, now: datetime) -> bool:
    """Stop one kind of mail to this user; returns False when there is no such user. Repeating it is harmless."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return False
    with transaction.atomic():
        Preferences.objects.get_or_create(user=user)
        Preferences.objects.filter(user=user).update(**_CHANGES[topic])
        if topic in {Topic.REMINDERS, Topic.AHEAD}:
            plan_reminders_of_user(user=user, now=now)
        if topic is Topic.CHANGES:
            realign_calendar_mails(user=user, now=now)
    return True
