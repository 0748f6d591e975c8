"""Answers to cards, which belong to one user, and the presses that share them, which belong to a couple."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.fields import EncryptedTextField
from accounts.models import Partner
from scheduler.domain.talk import Card


class CardAnswer(models.Model):
    """What one user answered to one card; whether they are linked makes no difference, nor does leaving.

    `text` has the form that `scheduler.domain.talk.kept_form` gives it. `version` is new with every change: it names
    what was seen when a form was opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(  # its index is the constraint's
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_answers", db_index=False
    )
    card = models.CharField(max_length=10, choices=[(card.value, card.value) for card in Card])
    text = EncryptedTextField()
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "card"], name="card_answer_once_a_user")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def answer(self) -> str:
        """The answer without what makes every step of "how often" equally wide."""
        return self.text.rstrip()


class CardShare(models.Model):
    """One partner's press on "Share this card": it counts for one version of their answer, and goes with the couple.

    Only the one who pressed may know of it, until the other has pressed as well.
    """

    answer = models.OneToOneField(CardAnswer, on_delete=models.CASCADE, related_name="share", primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="card_shares")
    version = models.UUIDField()

    def __str__(self) -> str:
        return str(self.pk)
