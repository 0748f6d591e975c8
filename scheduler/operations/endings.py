"""The end of times and offers: their rows go, with all that hangs on them. Call it within the couple's turn.

Django would first look for what hangs on them, table by table. The statements below name it, and
tests/integration/test_endings.py holds that they name all of it; where one were missing, the database would refuse.
"""

from collections.abc import Collection

from accounts.statements import changed
from scheduler.models import Offer, Slot

_YESES = "DELETE FROM scheduler_yes WHERE slot_id = %s"
_TUCKED_AWAY = "DELETE FROM scheduler_tuckedaway WHERE slot_id = %s"
_SLOT = "DELETE FROM scheduler_slot WHERE id = %s"
_OFFER_WITHOUT_SLOTS = (
    "DELETE FROM scheduler_offer WHERE id = %s"
    " AND NOT EXISTS (SELECT 1 FROM scheduler_slot s WHERE s.offer_id = scheduler_offer.id)"
)
_NOTE = "DELETE FROM scheduler_offernote WHERE offer_id = %s"
_OPEN_BESIDE = "offer_id = %s AND id <> %s AND confirmed_at IS NULL"
_ALTERNATIVES = f"(SELECT id FROM scheduler_slot WHERE {_OPEN_BESIDE})"  # noqa: S608  (our own text, here and below)
_YESES_TO_ALTERNATIVES = f"DELETE FROM scheduler_yes WHERE slot_id IN {_ALTERNATIVES}"  # noqa: S608
_ALTERNATIVES_TUCKED_AWAY = f"DELETE FROM scheduler_tuckedaway WHERE slot_id IN {_ALTERNATIVES}"  # noqa: S608
_ALL_ALTERNATIVES = f"DELETE FROM scheduler_slot WHERE {_OPEN_BESIDE}"  # noqa: S608


def end_slot(slot: Slot, *, moves: Collection[Offer]) -> bool:
    """Delete a slot and the offers that would move it, which are `moves`.

    Its own offer goes too where it has no other slot; returns whether it did.
    """
    if moves:
        Offer.objects.filter(moves=slot).delete()
    if slot.confirmed_at is None:
        changed(_TUCKED_AWAY, slot.pk)  # a plan is not tucked away
    changed(_YESES, slot.pk)
    changed(_SLOT, slot.pk)
    whole = changed(_OFFER_WITHOUT_SLOTS, slot.offer_id) == 1
    if whole:
        changed(_NOTE, slot.offer_id)
    return whole


def end_alternatives(slot: Slot) -> None:
    """Delete the other slots of the same offer, which are open; and of this one, what was tucked away."""
    for statement in (_YESES_TO_ALTERNATIVES, _ALTERNATIVES_TUCKED_AWAY, _ALL_ALTERNATIVES):
        changed(statement, slot.offer_id, slot.pk)
    changed(_TUCKED_AWAY, slot.pk)
