"""Reads of the cards: one's own answers, how each card stands, and what both have shared."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import F

from accounts.models import User
from scheduler.domain.talk import (
    Card,
    Finding,
    Standing,
    WelcomeTime,
    compared,
    often_in,
    shows_answers,
    standing_of,
    times_in,
)
from scheduler.models import CardAnswer, CardShare

Presses = set[tuple[Card, bool]]  # which card was pressed, and whether by the reader


@dataclass(frozen=True, kw_only=True)
class CardView:
    """One card as its reader sees it. `theirs` and `finding` are there only once both have shared it."""

    card: Card
    text: str = ""
    version: UUID | None = None
    standing: Standing = Standing.BLANK
    theirs: str = ""
    finding: Finding | None = None


def standings(*, user: User) -> dict[Card, Standing]:
    """Return how each card stands for `user`: two queries while linked, one while not, whatever is written."""
    answered = {Card(card) for card in CardAnswer.objects.filter(user=user).values_list("card", flat=True)}
    presses = _presses(user)
    return {card: _standing(card, presses, answered=card in answered) for card in Card}


def card_view(*, user: User, card: Card) -> CardView:
    """Return one card. The other's answer is read only where both have shared it, and never for "how often".

    Two queries while linked, one while not, and one more for a card that both have shared.
    """
    mine = CardAnswer.objects.filter(user=user, card=card).first()
    standing = _standing(card, _presses(user, card), answered=mine is not None)
    if mine is None:
        return CardView(card=card, standing=standing)
    mine.user = user
    mine_alone = CardView(card=card, text=mine.text, version=mine.version, standing=standing)
    return _with_theirs(mine_alone, user) if standing is Standing.SHARED else mine_alone


def welcome_times(*, user: User) -> tuple[WelcomeTime, ...]:
    """Return the stretches of the week that `user` wrote on the card "which day and time", in the order of the week.

    Wall times of the user's own zone; six at most, none where the card is blank. One query.
    """
    answer = CardAnswer.objects.select_related("user").filter(user=user, card=Card.WHEN).first()
    return times_in(answer.text) if answer else ()


def _with_theirs(view: CardView, user: User) -> CardView:
    """Return the card with what two presses show; as pressed by one alone when the other took theirs back just now."""
    rows = CardAnswer.objects.filter(share__partner__couple__partners__user=user, card=view.card).exclude(user=user)
    theirs = rows.filter(share__version=F("version")).select_related("user").first()
    if theirs is None:
        return replace(view, standing=Standing.PRESSED)
    if shows_answers(view.card):
        return replace(view, theirs=theirs.text)
    return replace(view, finding=compared(often_in(view.text), often_in(theirs.text)))


def _presses(user: User, *cards: Card) -> Presses:
    """Return the presses of the couple that still count: for the version of the answer as it is."""
    seat = getattr(user, "partner", None)
    if seat is None:
        return set()
    rows = CardShare.objects.filter(partner__couple_id=seat.couple_id, version=F("answer__version"))
    if cards:
        rows = rows.filter(answer__card__in=cards)
    return {(Card(card), who == seat.pk) for card, who in rows.values_list("answer__card", "partner_id")}


def _standing(card: Card, presses: Presses, *, answered: bool) -> Standing:
    return standing_of(answered=answered, pressed=(card, True) in presses, other_pressed=(card, False) in presses)
