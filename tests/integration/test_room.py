"""One's own list of what makes room before a plan: written, ticked, ordered, and nobody else's."""

import re
import uuid

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner, User
from scheduler.domain.reminders import Lead
from scheduler.models import Jotting, Preferences, RoomLine
from scheduler.models.room import LONGEST_LINE, MOST_LINES
from scheduler.operations.agreement import withdraw_agreement
from scheduler.operations.couples import leave
from scheduler.operations.jottings import jot_down
from scheduler.operations.room import add_lines, remind_of_room
from scheduler.queries.export import export_of
from tests.cast import NOW
from tests.dump import dump

DISHES, PHONES, BED = "Dishes before eight", "Phones in the hall", "Bed made"


def lines_of(user: User) -> list[tuple[str, bool]]:
    """Return the user's list as it stands: text, and whether it is ticked."""
    return [(row.text, row.ticked) for row in RoomLine.objects.filter(user=user).order_by("place")]


def texts_of(user: User) -> list[str]:
    return [text for text, _ in lines_of(user)]


def write(user: User, *lines: str) -> list[uuid.UUID]:
    """Put lines on the user's list; returns all their ids, first line first."""
    assert add_lines(user=user, lines=lines) == []
    return list(RoomLine.objects.filter(user=user).order_by("place").values_list("pk", flat=True))


def press(client: Client, do: str, line: object) -> None:
    assert client.post("/room/change/", {"do": do, "line": str(line)}).status_code == 303


def test_a_line_is_added_ticked_moved_and_taken_away(ana: Partner, ana_client: Client) -> None:
    for text in (DISHES, PHONES, BED):
        answer = ana_client.post("/room/", {"text": text})
        assert (answer.status_code, answer["Location"]) == (303, "/room/")
    first, second, third = RoomLine.objects.order_by("place").values_list("pk", flat=True)
    press(ana_client, "tick", second)
    press(ana_client, "up", third)
    press(ana_client, "up", first)
    assert lines_of(ana.user) == [(DISHES, False), (BED, False), (PHONES, True)]
    page = ana_client.get("/room/").content.decode()
    assert page.index(DISHES) < page.index(BED) < page.index(PHONES)
    press(ana_client, "untick", second)
    press(ana_client, "remove", first)
    assert lines_of(ana.user) == [(BED, False), (PHONES, False)]
    ana_client.post("/room/", {"text": DISHES})
    assert texts_of(ana.user) == [BED, PHONES, DISHES]


def test_all_ticks_go_by_choice_only(ana: Partner, ana_client: Client) -> None:
    for line in write(ana.user, DISHES, PHONES):
        press(ana_client, "tick", line)
    assert [ticked for _, ticked in lines_of(ana.user)] == [True, True]
    assert ana_client.post("/room/again/").status_code == 303
    assert [ticked for _, ticked in lines_of(ana.user)] == [False, False]
    assert "Untick all" not in ana_client.get("/room/").content.decode()


def test_a_suggestion_is_one_press_and_not_made_twice(ana: Partner, ana_client: Client) -> None:
    assert 'value="Telephone away"' in ana_client.get("/room/").content.decode()
    ana_client.post("/room/", {"text": "Telephone away"})
    assert texts_of(ana.user) == ["Telephone away"]
    assert 'value="Telephone away"' not in ana_client.get("/room/").content.decode()


def test_lines_from_elsewhere_come_once_and_fit(ana: Partner) -> None:
    write(ana.user, DISHES)
    lines = ["  dishes   BEFORE eight", "", " \x00\u202e ", "one\r\ntwo", "x" * 500, PHONES, PHONES.upper()]
    assert add_lines(user=ana.user, lines=lines) == []
    assert texts_of(ana.user) == [DISHES, "one two", "x" * LONGEST_LINE, PHONES]


def test_what_is_typed_badly_is_kept(ana_client: Client) -> None:
    for typed, words in (("", "Write a few words first."), ("<i>" + "y" * LONGEST_LINE, "at most 120 characters")):
        answer = ana_client.post("/room/", {"text": typed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert typed.replace("<i>", "&lt;i&gt;") in answer.content.decode()
    assert not RoomLine.objects.exists()


def test_a_full_list_says_so_and_keeps_what_was_typed(ana: Partner, ana_client: Client) -> None:
    write(ana.user, *map(str, range(MOST_LINES)))
    answer = ana_client.post("/room/", {"text": DISHES})
    assert answer.status_code == 422
    assert "as many lines as fit" in answer.content.decode()
    assert f'value="{DISHES}"' in answer.content.decode()
    assert add_lines(user=ana.user, lines=[DISHES, "0"]) == [DISHES]
    assert RoomLine.objects.count() == MOST_LINES


def test_an_old_page_is_answered_kindly(ana: Partner, ana_client: Client) -> None:
    """Two tabs: what the one took away, the other still shows."""
    gone, stays = write(ana.user, DISHES, PHONES)
    press(ana_client, "remove", gone)
    before = dump()
    for do, line in (("tick", gone), ("up", gone), ("remove", gone), ("untick", "x"), ("burn", stays), ("", "")):
        answer = ana_client.post("/room/change/", {"do": do, "line": str(line)}, follow=True)
        assert answer.status_code == 200
        assert "That line isn&#x27;t there any more." in answer.content.decode()
    press(ana_client, "tick", stays)
    press(ana_client, "tick", stays)
    assert lines_of(ana.user) == [(PHONES, True)]
    RoomLine.objects.update(ticked=False)
    assert dump() == before


@pytest.mark.parametrize("do", ["tick", "untick", "up", "remove"])
def test_a_list_is_nobody_elses(
    do: str, ana: Partner, ben_client: Client, cleo_client: Client, dora_client: Client
) -> None:
    _, second = write(ana.user, DISHES, PHONES)
    before = dump()
    for client in (ben_client, cleo_client, dora_client):
        mine = client.post("/room/change/", {"do": do, "line": str(second)}, follow=True).content
        nobodys = client.post("/room/change/", {"do": do, "line": str(uuid.uuid4())}, follow=True).content
        assert bare(mine) == bare(nobodys)
        assert DISHES.encode() not in client.get("/room/").content
    assert dump() == before


def bare(page: bytes) -> list[bytes]:
    return [line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line]


def test_the_list_can_be_written_before_there_is_a_partner(cleo: User, cleo_client: Client) -> None:
    assert cleo_client.post("/room/", {"text": DISHES}).status_code == 303
    assert cleo_client.post("/room/reminder/", {"lead": "2h"}).status_code == 303
    assert texts_of(cleo) == [DISHES]
    assert Preferences.objects.get(user=cleo).room_lead == "2h"


def test_leaving_keeps_it_and_deleting_the_account_takes_it(ana: Partner, ben: Partner) -> None:
    write(ana.user, DISHES)
    write(ben.user, PHONES)
    leave(partner=ana, tell_partner=False, now=NOW)
    assert (texts_of(ana.user), texts_of(ben.user)) == ([DISHES], [PHONES])
    ana.user.delete()
    assert [row.text for row in RoomLine.objects.all()] == [PHONES]


def test_it_goes_with_the_agreement(ana: Partner) -> None:
    write(ana.user, DISHES)
    jot_down(user=ana.user, text=PHONES, now=NOW)
    remind_of_room(user=ana.user, lead=Lead.TWO_HOURS, now=NOW)
    withdraw_agreement(user=ana.user, now=NOW)
    for model in (RoomLine, Jotting, Preferences):
        assert not model.objects.filter(user=ana.user).exists()


@pytest.mark.parametrize("lead", ["15m", "yesterday", "room"])
def test_only_the_leads_on_the_page_are_taken(ana: Partner, ana_client: Client, lead: str) -> None:
    answer = ana_client.post("/room/reminder/", {"lead": lead})
    assert answer.status_code == 422
    assert "Please choose from the reminders below." in answer.content.decode()
    assert not Preferences.objects.exists()
    if lead == "15m":
        with pytest.raises(ValueError, match="15m"):
            remind_of_room(user=ana.user, lead="15m", now=NOW)  # type: ignore[arg-type]  # a lead all the same


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_the_page_costs_the_same_with_many_lines(
    ana: Partner, ana_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(ana.user, *map(str, range(rows)))
    with django_assert_num_queries(4):
        ana_client.get("/room/")


def test_the_list_has_no_date_and_no_number(ana: Partner, ana_client: Client) -> None:
    for line in write(ana.user, DISHES, PHONES):
        press(ana_client, "tick", line)
    page = ana_client.get("/room/").content.decode()
    shown = re.sub(r"<[^>]+>", " ", page.split("<h1", 1)[1].split("Untick all", 1)[0])
    assert DISHES in shown
    assert not re.search(r"\d|%", shown)


def test_an_export_holds_ones_own_list_only(ana: Partner, ben: Partner) -> None:
    write(ana.user, DISHES)
    write(ben.user, PHONES)
    assert export_of(user=ana.user)["own_list"] == [{"text": DISHES, "ticked": False}]
