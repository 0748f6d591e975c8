"""Devices on which one user takes messages by web push (RFC 8030)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

MOST_DEVICES = 5
LONGEST_ENDPOINT = 1000


class PushDevice(models.Model):
    """One browser of one user. Nobody but this user ever learns that it exists.

    `endpoint` is the address of its push service, a secret that nobody else knows; `p256dh` and `auth` are the keys
    that a message to it is encrypted with (RFC 8291), in base64url. `gone_at` is when the push service said that it
    takes no more; `test_due_at` is set while a test message is on its way. `place` holds the number of a user's
    devices down, whatever happens at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(  # its index is the constraint's
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices", db_index=False
    )
    place = models.PositiveSmallIntegerField()
    endpoint = models.CharField(max_length=LONGEST_ENDPOINT, unique=True)
    p256dh = models.CharField(max_length=87)
    auth = models.CharField(max_length=22)
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_delivered_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    test_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "place"], name="push_device_place"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_DEVICES)), name="push_device_places"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["test_due_at"], name="push_device_test", condition=Q(test_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
