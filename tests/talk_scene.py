"""Cards as people answer and share them: through the operations."""

from accounts.models import Partner, User
from scheduler.domain.talk import Card, Often, Standing, WelcomeTime, often_text, times_text
from scheduler.models import CardAnswer
from scheduler.operations.talk import delete_answer, keep_answer, share_card, stop_sharing
from scheduler.queries.talk import card_view

WORDS = "Time without telephones, and no clock on the wall."


def answered(user: User, card: Card = Card.MEANING, text: str = WORDS) -> None:
    """Let somebody answer a card, whatever stands there."""
    before = CardAnswer.objects.filter(user=user, card=card).first()
    assert keep_answer(user=user, card=card, text=text, version=before.version if before else None)


def shared(user: User, card: Card = Card.MEANING, text: str = WORDS) -> None:
    """Let somebody answer a card and press share."""
    answered(user, card, text)
    assert share_card(user=user, card=card, version=CardAnswer.objects.get(user=user, card=card).version)


def is_shared(partner: Partner, card: Card = Card.MEANING) -> bool:
    """Return whether this partner has the other's answer, or what was found, before their eyes."""
    view = card_view(user=User.objects.get(pk=partner.user_id), card=card)
    assert bool(view.theirs or view.finding) == (view.standing is Standing.SHARED)
    return view.standing is Standing.SHARED


def all_answered(ana: User, ben: User) -> None:
    """Let two have cards in every state: shared by both, by either one alone, by nobody."""
    for card in (Card.MEANING, Card.ASKING):
        shared(ana, card)
        shared(ben, card)
    shared(ana, Card.OFTEN, often_text(Often.WEEKLY))
    shared(ben, Card.OFTEN, often_text(Often.MONTHLY))
    shared(ana, Card.WHEN, times_text([WelcomeTime.of(4, "20:00", "22:30")]))
    shared(ben, Card.ASKED)
    answered(ana, Card.ROOM, "The late news\nSunday mails")
    answered(ben, Card.ROOM)


def shared_alone(user: User) -> None:
    """Let somebody press share on a card that the other has not."""
    shared(user, Card.NEW, "A dance class")


def shared_and_stopped(user: User) -> None:
    """Let somebody press share on such a card, and take it back."""
    shared(user, Card.MORE)
    stop_sharing(user=user, card=Card.MORE)


def shared_and_deleted(user: User) -> None:
    """Let somebody press share on such a card, and delete the answer."""
    shared(user, Card.NEED)
    delete_answer(user=user, card=Card.NEED)
