"""The words of their own that people add to an offer, while both have switched that on."""

from typing import ClassVar, Final

from django.db import models

from accounts.fields import EncryptedTextField
from scheduler.models.slot import Offer

LONGEST_NOTE: Final = 280


class OfferNote(models.Model):
    """A few words with an offer, sealed with the couple's key; gone with the offer, after 7 days, or at one press."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="note", primary_key=True)
    text = EncryptedTextField(owner="offer.couple", row="offer_id")
    written_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["written_at"], name="offer_note_age")]

    def __str__(self) -> str:
        return str(self.pk)
