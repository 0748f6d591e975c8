"""Cards: answering for oneself, and the two presses that show both answers to both. Rules: `scheduler.domain.talk`.

Nothing here writes a notice or a log line: of a press nobody learns before both pages show it.
"""

from uuid import UUID, uuid4

from accounts.fields import save_columns
from accounts.models import Partner, User
from scheduler.domain.talk import Card, ends_both_presses, kept_form
from scheduler.models import CardAnswer, CardShare
from scheduler.operations.turn import turn_of_user


def keep_answer(*, user: User, card: Card, text: str, version: UUID | None) -> bool:
    """Keep `text` as the user's answer, and take back their press: what was shared is what was seen.

    `version` is that of the answer which the form showed, None where there was none. False when another one is kept
    meanwhile; then nothing changes, and neither does it for the text that is kept already. The empty text deletes the
    answer. Raises ValueError for what no form lets through.
    """
    text = kept_form(card, text)
    with turn_of_user(user):
        answer = _answer(user, card)
        if (answer.text if answer else "") == text:
            return True
        if (answer.version if answer else None) != version:
            return False
        if answer is None:
            CardAnswer.objects.create(user=user, card=card, text=text)
        else:
            _change(answer, text)
    return True


def delete_answer(*, user: User, card: Card) -> None:
    """Delete the user's answer, and with it their press. Repeating it changes nothing."""
    with turn_of_user(user):
        answer = _answer(user, card)
        if answer:
            _take_back(answer)
            answer.delete()


def share_card(*, user: User, card: Card, version: UUID | None) -> bool:
    """Press "Share this card" for the answer that the page showed; both answers show once the other has pressed too.

    False while unlinked, and when the answer is another one meanwhile: consent is bound to what was seen. Pressing
    twice is pressing once.
    """
    with turn_of_user(user):
        answer = _answer(user, card)
        seat = Partner.objects.filter(user=user).first()
        if answer is None or seat is None or answer.version != version:
            return False
        CardShare.objects.get_or_create(answer=answer, defaults={"partner": seat, "version": answer.version})
    return True


def stop_sharing(*, user: User, card: Card) -> None:
    """Take the user's press back: at once neither sees the other's answer. Repeating it changes nothing."""
    with turn_of_user(user):
        answer = _answer(user, card)
        if answer:
            _take_back(answer)


def _answer(user: User, card: Card) -> CardAnswer | None:
    return CardAnswer.objects.select_related("user").filter(user=user, card=card).first()


def _change(answer: CardAnswer, text: str) -> None:
    """Keep the text under a new version, which no press is for; of the empty text nothing is kept."""
    _take_back(answer)
    if text:
        save_columns(answer, text=text, version=uuid4())
    else:
        answer.delete()


def _take_back(answer: CardAnswer) -> None:
    """End a press, and where the rules say so the other's too, if both have pressed.

    While only the other has pressed there is no press to end, and nothing of theirs is touched.
    """
    gone, _ = CardShare.objects.filter(answer=answer).delete()
    if gone and ends_both_presses(Card(answer.card)):
        both = CardShare.objects.filter(partner__couple__partners__user=answer.user_id, answer__card=answer.card)
        both.delete()
