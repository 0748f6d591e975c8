"""What leaves: rows of an outbox, the mails about accounts among them, and how the ways out have been doing."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models


class OutboxRow(models.Model):
    """What every row of an outbox needs to be sent once: a moment, a lease, and how it went.

    States: pending → claimed → sent; or unknown (the sender died in the middle of it), failed (will never pass),
    expired (its time has passed), dropped (no longer so).
    """

    class State(models.TextChoices):
        PENDING = "pending"
        CLAIMED = "claimed"
        SENT = "sent"
        UNKNOWN = "unknown"
        FAILED = "failed"
        EXPIRED = "expired"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    send_started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error_class = models.CharField(max_length=80, blank=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()
    lane: ClassVar[str] = ""  # the column that says what goes first,
    lanes: ClassVar[Sequence[str]] = ()  # and its values in that order; none: what has been due for longest goes first

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def has_begun(self) -> bool:
        """Whether it has begun to leave, now or in an earlier try."""
        return self.send_started_at is not None or self.attempts > 0

    @property
    def repeat_when_unsure(self) -> bool:
        """Whether a row is sent again when nobody can tell if it arrived: twice is better than never."""
        return True


class Letter(OutboxRow):
    """One mail about an account (codes, changes, invitations), as it will be sent; deleted once it has left."""

    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["Letter"]]

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="letter_due", condition=models.Q(state="pending")),
            models.Index(fields=["lease_until"], name="letter_lease", condition=models.Q(state="claimed")),
        ]


class Breaker(models.Model):
    """How one way on which messages leave has been doing, for all workers; no row: well. It says nothing of anybody.

    `failures` counts failures of the server in a row. `retry_at` is set while the breaker is open: when the next
    worker may probe; `open_since` is since when.
    """

    channel = models.CharField(primary_key=True, max_length=20)
    failures = models.PositiveIntegerField(default=0)
    open_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel
