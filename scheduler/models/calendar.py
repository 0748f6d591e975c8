"""Calendar entries and the feeds that carry them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedTextField
from accounts.models import Partner


class CalendarEntry(models.Model):
    """The VEVENT of one confirmed slot for one partner (RFC 5545, 3.6.1).

    `uid` is this partner's alone and never changes; `sequence` rises by one with every change of time or status
    (RFC 5545, 3.8.7.4). `slot_id` is a plain value: the entry outlives its slot as a tombstone.
    """

    class Status(models.TextChoices):
        CONFIRMED = "CONFIRMED"
        CANCELLED = "CANCELLED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(  # three indexes below begin with it
        Partner, on_delete=models.CASCADE, related_name="calendar_entries", db_index=False
    )
    slot_id = models.UUIDField()
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.CONFIRMED)
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "slot_id"], name="calendar_entry_once_a_slot"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="calendar_entry_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["CONFIRMED", "CANCELLED"]),
                name="calendar_entry_status_is_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "ends_at"], name="calendar_entry_feed"),
            models.Index(fields=["slot_id"], name="calendar_entry_slot"),
            models.Index(fields=["status", "ends_at"], name="calendar_entry_age"),
            models.Index(fields=["partner", "changed_at"], name="calendar_entry_newest"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class FormerSlot(models.Model):
    """An id that a plan had before it was moved, by which old pages and old mails still name it."""

    entry = models.ForeignKey(CalendarEntry, on_delete=models.CASCADE, related_name="former_slots")
    slot_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slot_id", "entry"], name="former_slot_once_an_entry"),
        ]

    def __str__(self) -> str:
        return str(self.slot_id)


class CalendarMail(models.Model):
    """What one mailbox was last told of a calendar entry (iTIP, RFC 5546), so that the next message follows that one.

    `live` while a calendar may show the entry because of it. `notice` is the id of the notice that it left with: sent
    again, it is the same message. A mailbox keeps its row when its owner's address changes, because what it shows has
    to be taken back there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(  # its index is the constraint's
        CalendarEntry, on_delete=models.CASCADE, related_name="mails", db_index=False
    )
    address = models.EmailField(max_length=254)
    live = models.BooleanField()
    sequence = models.PositiveIntegerField()
    notice = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stamped_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "address"], name="calendar_mail_once_a_mailbox"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Feed(models.Model):
    """One secret subscription address of one user, for one device. Only the SHA-256 of its token is stored.

    `ended_at` is set when it is revoked or its owner's couple ends: from then on it carries nothing but the
    "Calendar connected" entry for 30 days, then it is gone.
    """

    class Title(models.TextChoices):
        BUSY = "busy"
        COVER = "cover"
        KIND = "kind"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    label = EncryptedTextField()
    calendar_name = EncryptedTextField()
    title = models.CharField(max_length=5, choices=Title.choices, default=Title.BUSY)
    alarm_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    link = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    last_client = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["ended_at"],
                name="feed_ended",
                condition=Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
