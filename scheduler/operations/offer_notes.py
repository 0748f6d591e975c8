"""A few words of one's own with an offer: there are none but while both partners have switched them on."""

from datetime import datetime

from accounts.models import Partner
from scheduler.domain.slot import KEYS_TO_OPEN
from scheduler.models import Offer, OfferNote
from scheduler.operations.turn import turn_of


def switch_notes(*, partner: Partner, on: bool) -> None:
    """Turn this partner's key to notes on offers. While the other's is not turned too, nobody can tell.

    Off, every note of the two is deleted in that moment, whoever wrote it; nobody is told. On again brings none back.
    Raises `Problem` (NO_LONGER_OPEN) when the couple has ended.
    """
    with turn_of(partner):
        Partner.objects.filter(pk=partner.pk).update(notes_on=on)
        if not on:
            OfferNote.objects.filter(offer__couple=partner.couple_id).delete()


def keep_note(*, offer: Offer, text: str, now: datetime) -> None:
    """Keep these words with an offer that has just been made, within the couple's turn.

    Nothing is kept of them where not both have switched notes on: they did until a moment ago, or a form was old.
    """
    if text and Partner.objects.filter(couple_id=offer.couple_id, notes_on=True).count() == KEYS_TO_OPEN:
        OfferNote.objects.create(offer=offer, text=text, written_at=now)
