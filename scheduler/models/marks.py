"""What each marks in private, and what two have in common since a weekly tick (see `scheduler.domain.marks`)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedTextField
from accounts.models import Couple, Partner
from scheduler.domain.marks import OWN
from scheduler.models.kinds import CALENDAR_NAMES, Kind, Topic, words_of


class Mark(models.Model):
    """One thing that `user` has marked in private. Only its owner ever reads this row, and the tick.

    `what` is a word of the list, or `OWN` and what they wrote. `counts_for` is the seat for which it takes part in the
    tick; nothing until then, and nothing again once that couple has ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(  # its index is the one below
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="marks", db_index=False
    )
    topic = models.CharField(max_length=4, choices=Topic.choices)
    what = EncryptedTextField()
    marked_at = models.DateTimeField()
    counts_for = models.ForeignKey(Partner, on_delete=models.SET_NULL, related_name="marks", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "topic"], name="mark_of_user")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def written(self) -> str:
        """What its owner wrote themselves; empty for a word of the list."""
        return self.what.removeprefix(OWN) if self.what.startswith(OWN) else ""

    @property
    def label(self) -> str:
        """What a page calls it."""
        return _label(self.topic, self.what)


class InCommon(models.Model):
    """One kind or need that both have marked. It is there since a tick, and goes in the moment a mark of the two goes.

    `one` is the mark of the first seat, `other` that of the second.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(  # its index is the one below
        Couple, on_delete=models.CASCADE, related_name="in_common", db_index=False
    )
    topic = models.CharField(max_length=4, choices=Topic.choices)
    what = EncryptedTextField(owner="couple")
    one = models.OneToOneField(Mark, on_delete=models.CASCADE, related_name="common_as_one")
    other = models.OneToOneField(Mark, on_delete=models.CASCADE, related_name="common_as_other")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="in_common_takes_two_marks"),
        ]
        indexes: ClassVar = [models.Index(fields=["couple", "topic"], name="in_common_of_couple")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def code(self) -> str:
        """What a form calls it: the word of the list, or its id where the two wrote it themselves."""
        return str(self.pk) if self.what.startswith(OWN) else self.what

    @property
    def label(self) -> str:
        """What a page calls it."""
        return _label(self.topic, self.what)

    @property
    def calendar_kind(self) -> str:
        """What a calendar may know of it: a word with a name of its own there, else the neutral default."""
        return self.what if self.what in CALENDAR_NAMES else Kind.TOGETHER


BEFORE_ALL = uuid.UUID(int=0)


class MarkTick(models.Model):
    """How far the newest weekly tick has come, for all workers: the couples up to `reached` have had it.

    It is about no person; the row of an earlier tick is deleted by the next.
    """

    at = models.DateTimeField(primary_key=True)
    reached = models.UUIDField(default=BEFORE_ALL)
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.at)


def _label(topic: str, what: str) -> str:
    return what.removeprefix(OWN) if what.startswith(OWN) else str(dict(words_of(topic))[what])
