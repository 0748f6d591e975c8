"""Sharing a card takes both; before that nobody can tell, and either ends it at once."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Letter, Partner
from scheduler.domain.talk import Card, Finding, Often, Standing, compared, often_text
from scheduler.models import CardAnswer, CardShare, Notice
from scheduler.operations.talk import delete_answer, keep_answer, share_card, stop_sharing
from scheduler.queries.talk import card_view
from tests.cast import signed_in
from tests.integration.card_pages import address, save, text_of, version_in, version_on
from tests.talk_scene import WORDS, answered, is_shared, shared
from tests.twins import answer_of, statements

pytestmark = pytest.mark.django_db
OTHER_WORDS = "A walk at night, hands in one pocket."


def press(client: Client, card: Card = Card.MEANING, name: str = "card-share") -> Any:
    return client.post(address(card, name), {"version": version_on(client, card)})


def kept_words(card: Card, words: str) -> str:
    """Return an answer that fits the card: of "how often" the words name a step."""
    steps = {WORDS: Often.WEEKLY, OTHER_WORDS: Often.RARER}
    return often_text(steps[words]) if card is Card.OFTEN else words


def test_both_read_each_other_once_both_have_shared(ana_client: Client, ben_client: Client) -> None:
    for client, words in ((ana_client, WORDS), (ben_client, OTHER_WORDS)):
        save(client, answer=words)
        assert "you can read each other's answers" in text_of(client.get(address(Card.MEANING)))
        press(client)
    for client, theirs in ((ana_client, OTHER_WORDS), (ben_client, WORDS)):
        page = text_of(client.get(address(Card.MEANING)))
        assert f"From your partner {theirs}" in page
        assert "Shared by you both" in page
    assert not Notice.objects.exists()
    assert not Letter.objects.exists()


def test_one_press_alone_says_so_to_nobody_else(ana: Partner, ben: Partner, ana_client: Client) -> None:
    answered(ben.user)
    shared(ana.user)
    page = text_of(ana_client.get(address(Card.MEANING)))
    assert "Shared from your side" in page
    assert "until then nobody can tell" in page
    assert not is_shared(ana)
    assert card_view(user=ben.user, card=Card.MEANING).standing is Standing.ALONE


def test_times_are_shared_by_the_clocks_of_who_wrote_them(ana: Partner, ben: Partner, ben_client: Client) -> None:
    shared(ana.user, Card.WHEN, "4 20:00 22:30")
    shared(ben.user, Card.WHEN, "6 10:00 00:00")
    page = text_of(ben_client.get(address(Card.WHEN)))
    assert "From your partner Friday, 20:00\N{EN DASH}22:30 By your partner's own clocks." in page


def test_the_two_lines_are_shared_each_by_itself(ana: Partner, ben: Partner, ana_client: Client) -> None:
    for partner in (ana, ben):
        answered(partner.user, Card.ASKED, f"asked {partner.seat}")
        shared(partner.user, Card.ASKING, f"asking {partner.seat}")
    page = text_of(ana_client.get(address(Card.ASKED)))
    assert "From your partner: When I ask asking 2" in page
    assert "asked 2" not in page


@pytest.mark.parametrize("card", [Card.MEANING, Card.OFTEN])
def test_what_was_shared_is_what_was_on_the_page(card: Card, ana: Partner, ben: Partner, ana_client: Client) -> None:
    shared(ben.user, card, kept_words(card, WORDS))
    answered(ana.user, card, kept_words(card, WORDS))
    version = version_on(ana_client, card)
    answered(ana.user, card, kept_words(card, OTHER_WORDS))
    for stale in (version, "", "x"):
        ana_client.post(address(card, "card-share"), {"version": stale})
        assert "This changed meanwhile." in text_of(ana_client.get(address(card)))
    assert not is_shared(ana, card)
    press(ana_client, card)
    assert is_shared(ana, card)


def test_saving_it_unchanged_keeps_it_shared(ana: Partner, ben: Partner, ana_client: Client) -> None:
    for partner in (ana, ben):
        shared(partner.user)
    save(ana_client, answer=f" {WORDS}\r\n")
    assert is_shared(ana)


ENDINGS: dict[str, Callable[[Partner, Card], object]] = {
    "stop": lambda me, card: stop_sharing(user=me.user, card=card),
    "delete": lambda me, card: delete_answer(user=me.user, card=card),
    "change": lambda me, card: answered(me.user, card, kept_words(card, OTHER_WORDS)),
}


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("card", [Card.MEANING, Card.OFTEN])
def test_either_ends_it_at_once_for_both(card: Card, name: str, who: str, ana: Partner, ben: Partner) -> None:
    """The other's press stays, for their answer is as it was; of "how often" it ends too."""
    me, other = (ana, ben) if who == "ana" else (ben, ana)
    for partner in (ana, ben):
        shared(partner.user, card, kept_words(card, WORDS))
    assert is_shared(other, card)
    ENDINGS[name](me, card)
    assert not is_shared(me, card)
    assert not is_shared(other, card)
    page = text_of(signed_in(other.user).get(address(card)))
    assert "From your partner" not in page
    assert "Your answers are close." not in page
    left = card_view(user=other.user, card=card).standing
    assert left is (Standing.ALONE if card is Card.OFTEN else Standing.PRESSED)


def test_it_ends_on_the_hub_at_one_press(ana: Partner, ben: Partner, ana_client: Client) -> None:
    for partner in (ana, ben):
        shared(partner.user)
    answer = ana_client.post(address(Card.MEANING, "card-stop"), {"hub": "1"})
    assert answer.headers["Location"] == reverse("talk")
    assert "Done. Your answer is yours alone again." in text_of(ana_client.get(reverse("talk")))
    assert not is_shared(ben)
    assert ana_client.post(address(Card.MEANING, "card-stop")).headers["Location"] == address(Card.MEANING)


def test_the_page_says_that_a_change_ends_the_sharing(ana: Partner, ana_client: Client) -> None:
    shared(ana.user)
    assert "it is yours alone again until you press share once more" in text_of(ana_client.get(address(Card.MEANING)))
    shared(ana.user, Card.OFTEN, often_text(Often.WEEKLY))
    assert "takes a press of each again" in text_of(ana_client.get(address(Card.OFTEN)))


# How often -------------------------------------------------------------------------------------------------------


def test_a_finding_tells_the_same_bytes_whatever_was_answered(ana: Partner, ben: Partner, ana_client: Client) -> None:
    shared(ana.user, Card.OFTEN, often_text(Often.WEEKLY))
    told: dict[Finding, list[Any]] = {}
    for step in Often:
        with transaction.atomic():
            shared(ben.user, Card.OFTEN, often_text(step))
            pages = [answer_of(partial(ana_client.get, path)) for path in (reverse("talk"), address(Card.OFTEN))]
            told.setdefault(compared(Often.WEEKLY, step), []).append(pages)
            transaction.set_rollback(True)
    assert {finding: len(pages) for finding, pages in told.items()} == {Finding.CLOSE: 3, Finding.TALK: 3}
    for finding, pages in told.items():
        assert all(page == pages[0] for page in pages)
        sentence = {Finding.CLOSE: b"Your answers are close.", Finding.TALK: b"Worth a talk."}[finding]
        assert sentence in pages[0][1][3]


def test_a_second_finding_takes_a_second_press_of_both(ana: Partner, ben: Partner) -> None:
    """Ana tries every step; without ben she learns what the first told, and nothing more."""
    shared(ben.user, Card.OFTEN, often_text(Often.MONTHLY))
    found = []
    for step in Often:
        shared(ana.user, Card.OFTEN, often_text(step))
        found.append(card_view(user=ana.user, card=Card.OFTEN).finding)
        stop_sharing(user=ana.user, card=Card.OFTEN)
    assert found == [Finding.TALK, *[None] * 5]
    shared(ana.user, Card.OFTEN, often_text(Often.MONTHLY))
    assert not is_shared(ana, Card.OFTEN)
    shared(ben.user, Card.OFTEN, often_text(Often.MONTHLY))
    assert card_view(user=ana.user, card=Card.OFTEN).finding is Finding.CLOSE


def test_what_the_other_does_alone_leaves_a_press_where_it_is(ana: Partner, ben: Partner) -> None:
    """If it did not, ben would notice that ana is writing."""
    shared(ben.user, Card.OFTEN, often_text(Often.MONTHLY))
    for step in (Often.WEEKLY, Often.RARER):
        answered(ana.user, Card.OFTEN, often_text(step))
    delete_answer(user=ana.user, card=Card.OFTEN)
    assert card_view(user=ben.user, card=Card.OFTEN).standing is Standing.PRESSED


# What nobody can tell --------------------------------------------------------------------------------------------


def _press_alone(me: Partner, card: Card) -> None:
    shared(me.user, card, kept_words(card, WORDS))


def _answer(me: Partner, card: Card) -> None:
    answered(me.user, card, kept_words(card, WORDS))


def _press_and_stop(me: Partner, card: Card) -> None:
    _press_alone(me, card)
    stop_sharing(user=me.user, card=card)


def _press_and_delete(me: Partner, card: Card) -> None:
    _press_alone(me, card)
    delete_answer(user=me.user, card=card)


def _press_and_change(me: Partner, card: Card) -> None:
    _press_alone(me, card)
    answered(me.user, card, kept_words(card, OTHER_WORDS))


ALONE: list[Callable[[Partner, Card], None]] = [_answer, _press_and_stop, _press_and_delete, _press_and_change]
STATES: dict[str, tuple[Callable[[Partner, Card], None], list[Callable[[Partner, Card], None]]]] = {
    "blank": (lambda me, card: None, [*ALONE, _press_alone]),
    "answered": (_answer, [_press_and_change, _press_alone]),
    "pressed": (_press_alone, [_answer]),
}


def looks(client: Client, card: Card) -> dict[str, Any]:
    """Return what one of the two gets from the pages, and from every press that does not complete a sharing."""
    hub, page = reverse("talk"), address(card)
    found: dict[str, Any] = {path: answer_of(partial(client.get, path)) for path in (hub, page)}
    typed = {f"{card}-answer": "monthly", f"{card}-version": version_in(found[page][3].decode(), card)}
    for name, fields in (("card", typed), ("card-stop", {}), ("card-delete", {})):
        with transaction.atomic():
            found[name] = answer_of(partial(client.post, address(card, name), fields))
            found[f"{name}, then"] = answer_of(partial(client.get, hub))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("card", [Card.MEANING, Card.OFTEN])
@pytest.mark.parametrize("state", STATES)
def test_no_page_and_no_press_tells_what_the_other_did_alone(
    state: str, card: Card, ana: Partner, ben: Partner, ana_client: Client
) -> None:
    """Bytes, headers and statements are the same; so is the time that they take."""
    begin, secrets = STATES[state]
    begin(ana, card)
    never = in_a_copy(ana_client, card, None)
    for secret in secrets:
        did = in_a_copy(ana_client, card, partial(secret, ben, card))
        for look, was in never.items():
            assert was == did[look], f"{look} tells: {secret.__name__}"


def in_a_copy(client: Client, card: Card, secret: Callable[[], object] | None) -> dict[str, Any]:
    """Return what one of the two gets in a copy of the world in which the other did `secret`, or nothing."""
    with transaction.atomic():
        if secret:
            secret()
        found = looks(client, card)
        transaction.set_rollback(True)
    return found


def test_pressing_costs_the_same_whether_the_other_has_answered_or_not(ana: Partner, ben: Partner) -> None:
    answered(ana.user)
    version = CardAnswer.objects.get(user=ana.user).version
    told = []
    for secret in (None, answered, shared):
        with transaction.atomic():
            if secret:
                secret(ben.user)
            with statements() as taken:
                assert share_card(user=ana.user, card=Card.MEANING, version=version)
            told.append(list(taken))
            transaction.set_rollback(True)
    assert all(one == other for one, other in itertools.pairwise(told))


def test_an_edit_that_somebody_else_writes_past_the_rules_shows_nothing(ana: Partner, ben: Partner) -> None:
    """A press is for one version: a row that were left over shows nothing."""
    for partner in (ana, ben):
        shared(partner.user)
    row = CardShare.objects.get(partner=ben)
    assert keep_answer(user=ben.user, card=Card.MEANING, text=OTHER_WORDS, version=row.version)
    CardShare.objects.create(answer_id=row.pk, partner=ben, version=row.version)
    assert not is_shared(ana)
    assert card_view(user=ben.user, card=Card.MEANING).standing is Standing.ALONE
