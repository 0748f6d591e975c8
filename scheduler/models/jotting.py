"""Notes to oneself."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.fields import EncryptedTextField

MOST_JOTTINGS = 100
LONGEST_JOTTING = 2000


class Jotting(models.Model):
    """A note of a user to themselves. Nobody else ever learns that it exists; it goes by itself after 30 days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(  # its index is the one below
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jottings", db_index=False
    )
    text = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "written_at"], name="jotting_newest"),
            models.Index(fields=["written_at"], name="jotting_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
