"""The cards, each for oneself: written, kept, changed in two windows, deleted, taken along; linked or not."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Couple, Partner, User
from scheduler.domain.talk import MOST_CHARACTERS, Card, Often, WelcomeTime, often_text
from scheduler.models import CardAnswer, CardShare, RoomLine
from scheduler.models.room import MOST_LINES
from scheduler.operations.agreement import withdraw_agreement
from scheduler.operations.room import add_lines
from scheduler.queries.export import export_of
from scheduler.queries.talk import welcome_times
from scheduler.web.deck import DECK
from tests.cast import NOW, signed_in
from tests.dump import dump
from tests.integration.card_pages import address, save, text_of, version_in, version_on
from tests.routes import Reach, with_reach
from tests.talk_scene import WORDS, all_answered, answered, shared

pytestmark = pytest.mark.django_db
PAGES = with_reach(Reach.CARD)


def kept(user: User, card: Card = Card.MEANING) -> str:
    answer = CardAnswer.objects.filter(user=user, card=card).first()
    return answer.text if answer else ""


def test_whoever_is_not_linked_yet_answers_all_the_same(cleo: User, cleo_client: Client) -> None:
    assert save(cleo_client, answer="  Being\r\nheld ").status_code == 303
    assert kept(cleo) == "Being\nheld"
    page = text_of(cleo_client.get(address(Card.MEANING)))
    assert "Saved." in page
    assert "Yours alone" in page
    assert "Once you two are linked, you can share it if you like." in page
    assert "Share this card" not in page
    cleo_client.post(address(Card.MEANING, "card-share"), {"version": version_on(cleo_client, Card.MEANING)})
    assert not CardShare.objects.exists()


def test_the_deck_lists_every_card_with_its_standing_in_words(ana: Partner, ben: Partner, ana_client: Client) -> None:
    all_answered(ana.user, ben.user)
    page = text_of(ana_client.get(reverse("talk")))
    for told in (
        "What does it mean to you? shared by you both",
        "How often would you like time together? shared by you both",
        "How do you feel about planning it? blank",
        "What could we cut out to make room? yours alone",
        "Which day and time would suit you? shared from your side",
        "When I am asked: blank When I ask: shared by you both",
    ):
        assert told in page
    assert not re.search(r"\d", page.split("Cards", maxsplit=1)[1].split("Other rooms")[0]), "nothing is counted"


@pytest.mark.parametrize("sheet", DECK, ids=[sheet.address for sheet in DECK])
def test_each_card_has_its_question_and_names_its_source(sheet: Any, cleo_client: Client) -> None:
    answer = cleo_client.get(address(sheet.address))
    page = text_of(answer)
    assert f"{sheet.title} {sheet.hint}" in page
    assert sheet.source.title in page
    assert "<title>Pear</title>" in answer.content.decode()


def test_every_card_is_in_the_deck_once() -> None:
    assert sorted(line.card for sheet in DECK for line in sheet.lines) == sorted(Card)


@pytest.mark.parametrize("card", [Card.MEANING, Card.OFTEN, Card.WHEN, Card.ASKED])
@pytest.mark.parametrize("name", PAGES)
def test_signed_out_leads_to_signing_in(name: str, card: Card, client: Client) -> None:
    for method in (client.get, client.head, client.post):
        assert method(address(card, name)).headers["Location"].startswith(reverse("account_login"))


def test_a_card_that_is_none_is_nowhere(ana_client: Client) -> None:
    for path in ("/talk/cards/x/", "/talk/cards/Meaning/", "/talk/cards/meaning/x/", "/talk/cards/list/share/"):
        for method in (ana_client.get, ana_client.post):
            assert method(path).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "card-to-list"])
def test_without_the_agreement_no_card_opens(name: str, cleo: User, cleo_client: Client) -> None:
    User.objects.filter(pk=cleo.pk).update(consented_at=None)
    path = reverse(name) if name == "card-to-list" else address(Card.MEANING, name)
    for method in (cleo_client.get, cleo_client.post):
        assert method(path).headers["Location"] == reverse("agreement")


def test_another_couple_and_the_outsider_find_their_own_cards_only(
    ana: Partner, ben: Partner, cleo_client: Client, dora_client: Client
) -> None:
    all_answered(ana.user, ben.user)
    before = dump(masked={"accounts_couple": ("rev",)})
    for client in (cleo_client, dora_client):
        for card in (Card.MEANING, Card.OFTEN, Card.ASKED):
            assert WORDS not in text_of(client.get(address(card)))
            for name in ("card-share", "card-stop", "card-delete"):
                assert client.post(address(card, name)).status_code == 303
        assert "shared" not in text_of(client.get(reverse("talk"))).split("Cards", maxsplit=1)[1]
    assert dump(masked={"accounts_couple": ("rev",)}) == before


def test_what_is_too_long_is_kept_in_the_form_and_the_limit_is_said(ana: Partner, ana_client: Client) -> None:
    typed = "a" * (MOST_CHARACTERS + 7)
    answer = save(ana_client, answer=typed)
    assert answer.status_code == 422
    assert "That is 7 characters too many. All of it is still here." in text_of(answer)
    assert typed in answer.content.decode()
    assert "Up to 2,000 characters." in text_of(ana_client.get(address(Card.MEANING)))
    assert "maxlength" not in answer.content.decode(), "a browser would cut off what is pasted, and not say so"
    assert not CardAnswer.objects.exists()
    assert save(ana_client, answer="é" * 999 + "\r\n" + "é" * 1000).status_code == 303
    assert len(kept(ana.user)) == MOST_CHARACTERS


def test_saving_nothing_deletes_and_deleting_is_friendly_twice(ana: Partner, ana_client: Client) -> None:
    save(ana_client, answer=WORDS)
    save(ana_client, answer=" \r\n ")
    assert not CardAnswer.objects.exists()
    save(ana_client, answer=WORDS)
    for _ in range(2):
        assert ana_client.post(address(Card.MEANING, "card-delete")).status_code == 303
        assert "Done. Nothing is kept here." in text_of(ana_client.get(address(Card.MEANING)))
    assert kept(ana.user) == ""


def test_two_windows_keep_both_answers(ana: Partner, ana_client: Client) -> None:
    version = version_on(ana_client, Card.MEANING)
    assert save(ana_client, version=version, answer="From the first").status_code == 303
    answer = save(ana_client, version=version, answer="From the second")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Your answer changed meanwhile" in page
    assert page.index("From the first") < page.index("From the second")
    assert kept(ana.user) == "From the first"
    again = re.search(r'name="meaning-version" value="([^"]+)"', answer.content.decode())
    assert again
    assert save(ana_client, version=again[1], answer="From the second").status_code == 303
    assert kept(ana.user) == "From the second"


def test_a_window_left_open_brings_nothing_deleted_back_unasked(ana: Partner, ana_client: Client) -> None:
    save(ana_client, answer="Once")
    version = version_on(ana_client, Card.MEANING)
    ana_client.post(address(Card.MEANING, "card-delete"))
    answer = save(ana_client, version=version, answer="Later")
    assert (answer.status_code, kept(ana.user)) == (409, "")
    assert "Your answer was deleted meanwhile" in text_of(answer)
    assert save(ana_client, version="", answer="Later").status_code == 303
    assert kept(ana.user) == "Later"


def test_both_lines_of_a_card_are_saved_together(ana: Partner, ana_client: Client) -> None:
    page = ana_client.get(address(Card.ASKED)).content.decode()
    typed = {f"{card}-version": version_in(page, card) for card in (Card.ASKED, Card.ASKING)}
    both = {"asked-answer": "Flattered", "asking-answer": "Shy"}
    assert ana_client.post(address(Card.ASKED), typed | both).status_code == 303
    assert (kept(ana.user, Card.ASKED), kept(ana.user, Card.ASKING)) == ("Flattered", "Shy")
    late = ana_client.post(address(Card.ASKED), typed | both | {"asking-answer": "Brave"})
    assert late.status_code == 409
    assert text_of(late).count("Your answer changed meanwhile") == 1
    assert (kept(ana.user, Card.ASKED), kept(ana.user, Card.ASKING)) == ("Flattered", "Shy")
    long = typed | both | {"asked-answer": "x" * (MOST_CHARACTERS + 1), "asking-answer": "Brave"}
    assert "Brave" in ana_client.post(address(Card.ASKED), long).content.decode()


def test_the_same_form_twice_is_kept_once(ana: Partner, ana_client: Client) -> None:
    for _ in range(2):
        assert save(ana_client, version="", answer=WORDS).status_code == 303
    assert kept(ana.user) == WORDS
    assert save(ana_client, version="made up", answer="x").status_code == 409


@pytest.mark.parametrize("typed", [{}, {"answer": "sometimes"}, {"answer": ""}])
def test_how_often_takes_one_of_its_steps(typed: dict[str, str], ana: Partner, ana_client: Client) -> None:
    answer = save(ana_client, Card.OFTEN, **typed)
    assert answer.status_code == 422
    assert "Choose one of these." in text_of(answer)
    assert save(ana_client, Card.OFTEN, answer="fortnightly").status_code == 303
    assert kept(ana.user, Card.OFTEN) == often_text(Often.FORTNIGHTLY)
    page = ana_client.get(address(Card.OFTEN)).content.decode()
    assert re.findall(r'value="(\w+)"[^>]*\schecked', page) == ["fortnightly"]


def when(number: int, weekday: str, start: str, end: str) -> dict[str, str]:
    """Return one row of the card "which day and time" as it is sent."""
    return {f"{number}-weekday": weekday, f"{number}-from_time": start, f"{number}-until_time": end}


def test_times_are_kept_in_the_order_of_the_week_for_the_own_week(ana: Partner, ana_client: Client) -> None:
    rows = when(1, "4", "20:00", "22:30") | when(2, "", "", "") | when(6, "0", "22:00", "00:00")
    assert save(ana_client, Card.WHEN, **rows).status_code == 303
    assert welcome_times(user=ana.user) == (WelcomeTime.of(0, "22:00", "00:00"), WelcomeTime.of(4, "20:00", "22:30"))
    page = ana_client.get(address(Card.WHEN)).content.decode()
    assert re.findall(r'name="when-\d-from_time" value="([\d:]+)"', page) == ["22:00", "20:00"]
    assert f'href="{reverse("windows-ordinary")}">Look at your week with these' in page
    assert save(ana_client, Card.WHEN).status_code == 303
    assert welcome_times(user=ana.user) == ()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (when(1, "4", "", ""), "From when?"),
        (when(1, "", "20:00", "22:00"), "Which day?"),
        (when(1, "4", "20:00", ""), "Until when?"),
        (when(1, "9", "20:00", "22:00"), "Choose a day from the list."),
        (when(1, "4", "late", "22:00"), "Write the start like 20:00."),
        (when(1, "4", "20:00", "later"), "Write the end like 22:30."),
        (when(1, "4", "22:00", "20:00"), "The end has to come after the start."),
        (when(5, "4", "22:00", "22:00"), "The end has to come after the start."),
    ],
)
def test_half_a_time_is_asked_about_and_kept(row: dict[str, str], told: str, ana_client: Client) -> None:
    answer = save(ana_client, Card.WHEN, **row)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert ("<details open>" in answer.content.decode()) == ("5-weekday" in row)
    assert not CardAnswer.objects.exists()


def test_what_could_go_is_put_on_the_own_list(ana: Partner, ana_client: Client) -> None:
    answered(ana.user, Card.ROOM, "The late news\n\nSunday mails\n" + "x " * 100)
    assert ana_client.post(reverse("card-to-list")).headers["Location"] == reverse("room")
    assert "It is on your list." in text_of(ana_client.get(reverse("room")))
    lines = [line.text for line in RoomLine.objects.filter(user=ana.user).order_by("place")]
    assert lines[:2] == ["The late news", "Sunday mails"]
    assert " ".join(lines[2:]).split() == ["x"] * 100, "a line that is too long for the list goes on in the next"
    assert kept(ana.user, Card.ROOM)


def test_a_full_list_says_so(ana: Partner, ana_client: Client) -> None:
    add_lines(user=ana.user, lines=[f"line {number}" for number in range(MOST_LINES)])
    answered(ana.user, Card.ROOM, "One more")
    ana_client.post(reverse("card-to-list"))
    assert "Your list is full" in text_of(ana_client.get(reverse("room")))


def test_the_export_holds_ones_own_answers_and_presses_alone(ana: Partner, ben: Partner) -> None:
    all_answered(ana.user, ben.user)
    answered(ben.user, Card.NEED, "Canary of ben")
    found = export_of(user=ana.user)
    answers = {row["card"]: row["answer"] for row in found["cards"]}
    assert (answers["meaning"], answers["often"]) == (WORDS, "weekly")
    mine = [row["answer__card"] for row in found["cards_shared_from_my_side"]]
    assert sorted(mine) == ["asking", "meaning", "often", "when"]
    before = repr(found)
    shared(ben.user, Card.NEED, "Canary of ben")
    assert repr(export_of(user=ana.user)) == before
    assert "Canary" not in before


@pytest.mark.parametrize("by", ["leaving", "taking the agreement back"])
def test_leaving_ends_what_is_shared_and_answers_stay_with_their_author(
    by: str, ana: Partner, ben: Partner, ana_client: Client
) -> None:
    all_answered(ana.user, ben.user)
    bens = CardAnswer.objects.filter(user=ben.user).count()
    if by == "leaving":
        ana_client.post(reverse("leave"))
    else:
        withdraw_agreement(user=ana.user, now=NOW)
    assert not Couple.objects.exists()
    assert not CardShare.objects.exists()
    assert CardAnswer.objects.filter(user=ana.user).exists() == (by == "leaving")
    assert CardAnswer.objects.filter(user=ben.user).count() == bens
    page = text_of(signed_in(ben.user).get(address(Card.MEANING)))
    assert "Yours alone" in page
    assert "From your partner" not in page


@pytest.mark.parametrize(
    ("path", "blank", "full"),
    [("/talk/", 4, 4), ("/talk/cards/meaning/", 4, 5), ("/talk/cards/often/", 4, 5), ("/talk/cards/asked/", 6, 7)],
)
def test_a_page_costs_few_queries(
    path: str,
    blank: int,
    full: int,
    ana: Partner,
    ben: Partner,
    ana_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Session, user with seat, answers, presses; for each card that both have shared, the other's answer."""
    with django_assert_num_queries(blank):
        ana_client.get(path)
    all_answered(ana.user, ben.user)
    with django_assert_num_queries(full):
        ana_client.get(path)


def test_the_foot_leads_to_help_on_every_page(ana_client: Client, client: Client) -> None:
    """The dock holds five; help has its place at the foot."""
    for path in ("/", "/offers/new/", "/calendar/", "/settings/", "/talk/", "/talk/cards/often/", "/help/", "/leave/"):
        page = ana_client.get(path).content.decode()
        dock, foot = page.split("<nav", maxsplit=1)[1].split("</nav>")[0], page.split('class="site-foot ')[1]
        assert dock.count("<li>") == 5
        assert f'href="{reverse("talk")}"' in dock
        assert 'href="/help/"' in foot
    assert 'href="/help/"' in client.get("/").content.decode()
