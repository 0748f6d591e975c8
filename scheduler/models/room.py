"""What a user keeps for themselves alone: the list that makes room before a plan."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.fields import EncryptedTextField

MOST_LINES = 40
LONGEST_LINE = 120


class RoomLine(models.Model):
    """One line of a user's own list, such as "Dishes before eight". Nobody else ever learns that it exists.

    `place` orders a user's lines, smallest first. When a line was written or ticked is not stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(  # its index is the one below
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="room_lines", db_index=False
    )
    text = EncryptedTextField()
    place = models.PositiveSmallIntegerField()
    ticked = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "place"], name="room_line_place")]

    def __str__(self) -> str:
        return str(self.pk)
