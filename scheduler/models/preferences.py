"""How one user likes calendar, reminders and notices; a user without a row has the defaults."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedTextField
from scheduler.models.calendar import Feed


def default_leads() -> list[str]:
    """Return the reminder leads of a new user: one, two hours before."""
    return ["2h"]


class Preferences(models.Model):
    """One user's choices. Nobody but this user ever reads them.

    `reminder_leads` holds up to two codes of `scheduler.domain.reminders.Lead`, `room_lead` one, or nothing, for the
    reminder of one's own list; quiet hours are local wall time.
    `mail_…` and `push_…` say on which ways each sort of message comes; a push needs a device as well.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    cover_title = EncryptedTextField(row="user_id")
    partner_label = EncryptedTextField(row="user_id")
    reminder_leads = models.JSONField(default=default_leads, blank=True)
    room_lead = models.CharField(max_length=14, blank=True)
    quiet_from = models.TimeField(default=datetime.time(22, 0))
    quiet_until = models.TimeField(default=datetime.time(8, 0))
    mail_offers = models.BooleanField(default=True)
    mail_changes = models.BooleanField(default=True)
    mail_reminders = models.BooleanField(default=True)
    push_offers = models.BooleanField(default=True)
    push_changes = models.BooleanField(default=True)
    push_reminders = models.BooleanField(default=True)
    mail_week = models.BooleanField(default=True)
    push_week = models.BooleanField(default=True)
    calendar_mails = models.BooleanField(default=False)
    calendar_mail_title = models.CharField(max_length=5, choices=Feed.Title.choices, default=Feed.Title.BUSY)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_an_end",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def wants_calendar_mails(self) -> bool:
        """Whether mails about changes carry the calendar entry: they cannot where no such mail is wanted."""
        return self.calendar_mails and self.mail_changes
