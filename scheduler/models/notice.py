"""The outbox: one row per message to one person, reminders included."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import OutboxRow, Partner


class Notice(OutboxRow):
    """One message to one partner about one cause. It holds no title, no text and no address.

    `cause` is the offer (kind OFFER), the kind note (NOTE), the calendar entry or calendar mail (CALENDAR), the
    recipient (WEEK) or the slot (all others) it is about; `revision` is its revision or calendar sequence or, for
    WEEK, the day; `lead` tells the reminders of one slot apart and is empty for the others; `starts_at` is the start
    of the slot, which no row holds any longer once it is freed; `reached` names the devices that a push has reached
    already, or never will.
    """

    class Kind(models.TextChoices):
        OFFER = "offer"
        CONFIRMED = "confirmed"
        FREED = "freed"
        REMINDER = "reminder"
        NOTE = "note"
        CALENDAR = "calendar"
        WEEK = "week"

    class Channel(models.TextChoices):
        EMAIL = "email"
        PUSH = "push"

    recipient = models.ForeignKey(  # its index is the constraint's
        Partner, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    cause = models.UUIDField()
    revision = models.PositiveIntegerField(default=0)
    lead = models.CharField(max_length=14, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    reached = models.JSONField(default=list, blank=True)

    lane: ClassVar[str] = "kind"
    # A freed time comes first, so that ten thousand reminders never hold up one; what is not named comes last.
    lanes: ClassVar[Sequence[str]] = tuple(dict.fromkeys((Kind.FREED, Kind.CONFIRMED, Kind.REMINDER, *Kind)))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "cause", "revision", "lead", "channel"],
                name="notice_once_a_cause",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "kind", "due_at"],
                name="notice_lane",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["channel", "due_at"], name="notice_waiting", condition=Q(state="pending")),
            models.Index(
                fields=["expires_at"],
                name="notice_too_late",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["lease_until"],
                name="notice_lease",
                condition=Q(state="claimed"),
            ),
            models.Index(fields=["cause"], name="notice_cause"),
            models.Index(fields=["expires_at"], name="notice_age"),
        ]

    @property
    def repeat_when_unsure(self) -> bool:
        """Twice is better than never, but for reminders: nobody is reminded twice."""
        return self.kind != self.Kind.REMINDER
