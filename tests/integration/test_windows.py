"""The page about the week ahead: one's own marks in the grid and in plain rows, until they lock; for oneself alone."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.models import Partner
from scheduler.models import Lane, Window
from scheduler.operations.couples import set_break
from scheduler.operations.windows import draw_weeks
from tests.cast import BERLIN, signed_in
from tests.scenes import planned, wall
from tests.windows_scene import HOUR, draw_of, marked

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
FORMAT = "%Y-%m-%dT%H:%MZ"
DRAW = wall("2026-03-08 18:00")  # the Sunday after NOW, in Berlin
MONDAY = wall("2026-03-09 00:00")
BOX = re.compile(r'<input type="checkbox" name="cell" value="([^"]+)"( checked)?')


def cells(*hours: float) -> list[str]:
    """Return the values of the boxes so many hours after Monday, midnight, in Berlin."""
    return [(MONDAY + hour * HOUR).strftime(FORMAT) for hour in hours]


def row(number: int, day: str, at: str, until: str, **more: str) -> dict[str, str]:
    values = {"day": day, "at": at, "until": until} | more
    return {f"t{number}-{name}": value for name, value in values.items()}


def send(client: Client, *boxes: str, shortest: str = "60", **rows: str) -> Any:
    return client.post("/week/", {"cell": list(boxes), "shortest": shortest, **rows})


def windows_of(partner: Partner, zone: ZoneInfo = BERLIN) -> list[tuple[str, str]]:
    """Return the windows as the clocks of `zone` show them."""
    rows = Window.objects.filter(partner=partner).order_by("starts_at")
    return [(f"{r.starts_at.astimezone(zone):%a %H:%M}", f"{r.ends_at.astimezone(zone):%a %H:%M}") for r in rows]


def shown(client: Client) -> str:
    answer = client.get("/week/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_boxes_that_touch_become_one_block_and_are_shown_again(ana: Partner, ana_client: Client) -> None:
    assert send(ana_client, *cells(20, 19, 44, 70), shortest="90").status_code == 303
    assert windows_of(ana) == [("Mon 19:00", "Mon 21:00"), ("Tue 20:00", "Tue 21:00"), ("Wed 22:00", "Wed 23:00")]
    assert set(Window.objects.values_list("shortest_minutes", "draw_at")) == {(90, DRAW)}
    page = shown(ana_client)
    assert [value for value, checked in BOX.findall(page) if checked] == sorted(cells(19, 20, 44, 70))
    assert '<option value="90" selected>' in page
    assert "Noted. Only you see it." in page


def test_the_grid_is_one_week_by_ones_own_clocks(ana_client: Client, ben_client: Client) -> None:
    for client, zone, first in ((ana_client, BERLIN, MONDAY), (ben_client, "America/New_York", MONDAY + 5 * HOUR)):
        boxes = [value for value, _ in BOX.findall(shown(client))]
        assert len(boxes) == 7 * 24, zone
        assert boxes[0] == first.strftime(FORMAT)


@pytest.mark.parametrize(("at", "boxes"), [("2026-03-18 10:00", 167), ("2026-10-14 10:00", 169)])
def test_weeks_with_a_change_of_the_clocks(at: str, boxes: int, ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(wall(at))
    client = signed_in(ana.user)
    values = [value for value, _ in BOX.findall(shown(client))]
    assert len(values) == len(set(values)) == boxes
    assert send(client, *values[-23:-20]).status_code == 303  # the first hours of the Sunday on which they change
    window = Window.objects.get()
    assert window.ends_at - window.starts_at == 3 * HOUR


def test_plain_rows_mark_as_well_and_over_midnight(ana: Partner, ana_client: Client) -> None:
    rows = row(1, "2026-03-11", "19:30", "21:15") | row(2, "2026-03-13", "22:30", "00:30")
    assert send(ana_client, *cells(20), **rows).status_code == 303
    expected = [("Mon 20:00", "Mon 21:00"), ("Wed 19:30", "Wed 21:15"), ("Fri 22:30", "Sat 00:30")]
    assert windows_of(ana) == expected
    page = shown(ana_client)
    for value in ("2026-03-11", "19:30", "21:15", "2026-03-13", "22:30", "00:30"):
        assert f'value="{value}"' in page
    assert [value for value, checked in BOX.findall(page) if checked] == cells(20)


def test_a_row_and_boxes_that_touch_become_one(ana: Partner, ana_client: Client) -> None:
    send(ana_client, *cells(20), **row(1, "2026-03-09", "21:00", "21:30"))
    assert windows_of(ana) == [("Mon 20:00", "Mon 21:30")]


def test_hours_that_the_clocks_skip(ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(wall("2026-03-18 10:00"))
    client = signed_in(ana.user)
    answer = send(client, **row(1, "2026-03-29", "02:30", "04:00"))
    assert answer.status_code == 422
    assert "The clocks skip that time on this day." in html.unescape(answer.content.decode())
    send(client, **row(1, "2026-03-29", "01:30", "02:30"))  # it ends when they jump
    assert windows_of(ana) == [("Sun 01:30", "Sun 03:00")]


def test_hours_that_the_clocks_show_twice(ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(wall("2026-10-14 10:00"))
    client, typed = signed_in(ana.user), row(1, "2026-10-25", "02:30", "04:00")
    assert "Which one do you mean?" in send(client, **typed).content.decode()
    assert send(client, **typed, **{"t1-meant": "2026-10-25T01:30Z"}).status_code == 303
    window = Window.objects.get()
    assert window.ends_at - window.starts_at == 1.5 * HOUR


@pytest.mark.parametrize(
    ("boxes", "rows", "said"),
    [
        (cells(*range(0, 28, 4)), {}, "Six blocks are the most."),
        (cells(*range(6, 19)), {}, "Twelve hours in all are the most."),
        (cells(-3), {}, "That lies outside the week that you can mark now."),
        ((), row(1, "2026-03-20", "19:00", "20:00"), "That lies outside the week that you can mark now."),
        ((), row(1, "2026-03-10", "19:00", ""), "Until when?"),
        ((), row(1, "2026-03-10", "", "20:00"), "Which start?"),
        ((), row(1, "", "", "20:00"), "Which day?"),
        ((), row(1, "x", "19:00", "20:00"), "Write the day like 2026-03-06."),
        ((), row(1, "2026-03-10", "19:00", "x"), "Write the end like 22:30."),
        ((), row(1, "2026-03-10", "19:00", "19:05"), "A time lasts at least 15 minutes."),
        (["x"], {}, "One of the chosen times isn't in the week any more."),
    ],
)
def test_what_cannot_be_marked_is_said_at_the_form_and_changes_nothing(
    boxes: list[str], rows: dict[str, str], said: str, ana: Partner, ana_client: Client
) -> None:
    marked(ana, (1, 19, 2))
    answer = send(ana_client, *boxes, **rows)
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert windows_of(ana) == [("Tue 19:00", "Tue 21:00")]


@pytest.mark.parametrize("shortest", ["", "45", "x", "999999"])
def test_only_a_length_from_the_list_is_taken(shortest: str, ana_client: Client) -> None:
    answer = send(ana_client, *cells(20), shortest=shortest)
    assert answer.status_code == 422
    assert "Choose a length from the list." in answer.content.decode()
    assert not Window.objects.exists()


def test_marking_again_replaces_and_nothing_takes_all_out(ana: Partner, ben: Partner, ana_client: Client) -> None:
    marked(ben, (4, 20, 2))
    for boxes, expected in ((cells(20), 1), (cells(44, 68), 2), ((), 0)):
        assert send(ana_client, *boxes).status_code == 303
        assert Window.objects.filter(partner=ana).count() == expected
    assert Window.objects.filter(partner=ben).count() == 1


def test_marks_lock_an_hour_before_the_draw_and_later_ones_are_for_the_week_after(
    ana_client: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(DRAW - HOUR - SECOND)
    send(ana_client, *cells(20))
    assert "are locked now" not in shown(ana_client)
    clock.move_to(DRAW - HOUR)
    page = shown(ana_client)
    assert "The marks for the coming week are locked now." in page
    assert [value for value, checked in BOX.findall(page) if checked] == []
    assert send(ana_client, *cells(20)).status_code == 422  # the page was open since before the lock
    following = [value for value, _ in BOX.findall(page)]
    assert following[0] == (MONDAY + 7 * DAY).strftime(FORMAT)
    assert send(ana_client, following[20]).status_code == 303
    assert sorted(Window.objects.values_list("draw_at", flat=True)) == [DRAW, DRAW + 7 * DAY]
    clock.move_to(DRAW)
    draw_weeks(now=DRAW)
    assert "are locked now" not in shown(ana_client)
    assert list(Window.objects.values_list("draw_at", flat=True)) == [DRAW + 7 * DAY]


def test_all_of_it_is_forgotten_at_one_press_also_what_is_locked(
    ana: Partner, ben: Partner, ana_client: Client, clock: time_machine.Traveller
) -> None:
    marked(ana, (1, 19, 2))
    marked(ben, (1, 19, 2))
    clock.move_to(DRAW - HOUR / 2)
    marked(ana, (1, 19, 2), now=DRAW - HOUR / 2)
    for _ in range(2):
        assert ana_client.post("/week/forget/").status_code == 303
        assert set(Window.objects.values_list("partner", flat=True)) == {ben.pk}
    assert "Forgotten. Nobody is told." in shown(ana_client)


def test_a_plan_stands_in_the_grid_and_cannot_be_marked_there(ana: Partner, ana_client: Client) -> None:
    planned(ana, MONDAY + 20 * HOUR, length=2 * HOUR)
    page = shown(ana_client)
    assert not {*cells(20, 21)} & {value for value, _ in BOX.findall(page)}
    assert page.count("Planned</em>") == 2


def test_a_break_is_said_to_oneself_alone(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    set_break(partner=ana, on=True)
    assert "your marks don't count" in shown(ana_client)
    assert "your marks don't count" not in shown(ben_client)


def test_what_lined_up_is_said_until_the_next_draw(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client, clock: time_machine.Traveller
) -> None:
    marked(ana, (1, 19, 2))
    marked(ben, (1, 19, 2), by=ana)
    draw_weeks(now=DRAW)
    for at, lined_up in ((DRAW, True), (DRAW + 7 * DAY - SECOND, True), (draw_of(ana, now=DRAW), False)):
        clock.move_to(at)
        draw_weeks(now=at)
        for client in (ana_client, ben_client):
            assert ("Something lined up this week." in shown(client)) is lined_up
            assert ("Nothing lined up this week." in shown(client)) is not lined_up


def test_whoever_is_not_linked_reads_what_it_is_and_changes_nothing(cleo_client: Client) -> None:
    for answer in (cleo_client.get("/week/"), send(cleo_client, *cells(20))):
        assert answer.status_code == 200
        assert "Once you two are linked" in answer.content.decode()
    assert cleo_client.post("/week/forget/").headers["Location"] == "/week/"
    assert not Window.objects.exists()
    assert not Lane.objects.exists()


@pytest.mark.parametrize("path", ["/week/", "/week/forget/"])
def test_nobody_gets_there_signed_out(path: str, client: Client) -> None:
    assert client.post(path).headers["Location"].startswith("/account/login/")


def test_the_draw_is_said_by_ones_own_clocks(ana_client: Client, ben_client: Client) -> None:
    assert "Sunday, 8 March, 18:00" in shown(ana_client)
    assert "Sunday, 8 March, 13:00" in shown(ben_client)


def test_the_page_asks_the_same_however_much_is_marked(
    ana: Partner, ana_client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    for blocks in ((), ((1, 19, 2),), tuple((day, 19, 2) for day in range(6))):
        marked(ana, *blocks)
        with django_assert_num_queries(7):
            shown(ana_client)
    for day in (10, 20):
        planned(ana, MONDAY + day * DAY)
        with django_assert_num_queries(7):
            shown(ana_client)
