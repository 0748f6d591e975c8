"""The offer form through the front door: the week, the plain rows, clock changes, and what is kept."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from scheduler.models import Kind, Offer, Slot
from tests.cast import signed_in
from tests.integration.test_pages import fields_of, press, text_of, words
from tests.scenes import FRIDAY, SATURDAY, in_common, offered, planned, wall

KEY = "5b3f0a52-6f0c-4a58-9d3a-0e7c4d1f2a3b"


def form(**fields: Any) -> dict[str, Any]:
    """Return an offer form that is filled in with a kind and a key, and with `fields` (t1_day for t1-day)."""
    named = {re.sub(r"^(t\d)_", r"\1-", name): value for name, value in fields.items()}
    return {"kind": "together", "key": KEY} | named


def send(client: Client, name: str = "offer-new", /, *args: object, **fields: Any) -> HttpResponse:
    """Send the form to one of the pages that take times."""
    return client.post(reverse(name, args=args), form(**fields))  # type: ignore[return-value]


def stretches() -> list[tuple[datetime, datetime]]:
    """Return every time there is, soonest first."""
    return list(Slot.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


def checked(response: HttpResponse) -> list[str]:
    """Return the values of ticked boxes and of hidden cells."""
    page = response.content.decode()
    return re.findall(r'name="cell" value="([^"]+)" checked', page) + re.findall(
        r'type="hidden" name="cell" value="([^"]+)"', page
    )


def test_boxes_next_to_each_other_become_one_time(ana_client: Client) -> None:
    response = send(ana_client, cell=["2026-03-06T20:00Z", "2026-03-06T19:00Z", "2026-03-07T19:00Z"])
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert stretches() == [(FRIDAY, FRIDAY + timedelta(hours=2)), (SATURDAY, SATURDAY + timedelta(hours=1))]
    assert "Offered. If it suits you both, it will appear in your plans." in text_of(ana_client, "agenda")


def test_a_quick_pick_is_written_in_and_offers_nothing_yet(ana_client: Client) -> None:
    asked = ana_client.get(reverse("offer-new")).content.decode()
    friday = next(value for value in re.findall(r'name="pick" value="([^"]+)"', asked) if value == "2026-03-06T19:00Z")
    response = send(ana_client, pick=friday, cell=["2026-03-07T19:00Z"], t1_day="2026-03-05", t1_at="20:00")
    page = " ".join(response.content.decode().split())
    assert 'name="t1-day" value="2026-03-05"' in page
    assert 'name="t2-day" value="2026-03-06"' in page
    assert 'name="t2-at" value="20:00"' in page
    assert checked(response) == ["2026-03-07T19:00Z"]
    assert f'value="{KEY}"' in page
    assert stretches() == []


def test_plain_rows_alone_make_an_offer(ana_client: Client) -> None:
    sent = send(ana_client, t1_day="2026-03-06", t1_at="20:00", t3_day="2026-03-07", t3_at="20:00", t3_minutes="45")
    assert sent.status_code == 303
    assert stretches() == [(FRIDAY, FRIDAY + timedelta(hours=2)), (SATURDAY, SATURDAY + timedelta(minutes=45))]


def test_the_same_form_sent_twice_makes_one_offer(ana_client: Client) -> None:
    first, second = (send(ana_client, cell=["2026-03-06T19:00Z"]) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Offer.objects.count() == 1


def test_meeting_the_partners_identical_time_makes_a_plan_at_once(ben: Partner, ana_client: Client) -> None:
    slot, *_ = offered(ben, FRIDAY)
    sent = send(ana_client, t1_day="2026-03-06", t1_at="20:00")
    assert sent.headers["Location"] == reverse("time-detail", args=[slot.pk])
    assert "You both said yes to Friday, 20:00. It's a plan, not a promise." in text_of(
        ana_client, "time-detail", slot.pk
    )


def test_a_skipped_time_brings_the_next_real_one_along(ana_client: Client) -> None:
    typed: dict[str, Any] = {"t1_day": "2026-03-29", "t1_at": "02:30", "cell": ["2026-03-06T19:00Z"]}
    response = send(ana_client, **typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "The clocks skip that time on this day." in page
    assert 'name="t1-meant" value="2026-03-29T01:00Z" checked' in " ".join(page.split())
    assert checked(response) == ["2026-03-06T19:00Z"]
    assert 'value="2026-03-29"' in page
    assert send(ana_client, **typed, t1_meant="2026-03-29T01:00Z").status_code == 303
    assert stretches()[1][0] == wall("2026-03-29 03:00")


def test_a_repeated_time_asks_which_and_keeps_the_rest(ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 10, 1, tzinfo=UTC))
    in_common(ana, Kind.BATH)
    client = signed_in(ana.user)
    typed: dict[str, Any] = {
        "t1_day": "2026-10-25",
        "t1_at": "02:30",
        "t2_day": "2026-10-24",
        "t2_at": "20:00",
        "kind": "bath",
    }
    response = send(client, **typed)
    page = words(response.content)
    assert response.status_code == 422
    assert "02:30 (first)" in page
    assert "02:30 (second)" in page
    assert 'value="bath" selected' in response.content.decode()
    assert send(client, **typed, t1_meant="2026-10-25T01:30Z").status_code == 303
    assert stretches()[1] == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, 30, tzinfo=UTC))


def test_a_choice_for_another_time_is_not_taken_for_this_one(ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 10, 1, tzinfo=UTC))
    response = send(signed_in(ana.user), t1_day="2026-10-25", t1_at="02:30", t1_meant="2026-10-25T00:00Z")
    assert response.status_code == 422


def test_a_time_over_a_clock_change_has_its_true_length(ana_client: Client) -> None:
    send(ana_client, t1_day="2026-03-28", t1_at="23:00", t1_minutes="240")
    ((starts_at, ends_at),) = stretches()
    assert ends_at - starts_at == timedelta(hours=4)
    assert "23:00 – Sunday, 04:00" in text_of(ana_client, "agenda")  # noqa: RUF001


def test_the_week_shows_both_clocks_and_what_stands_there(ana: Partner, ben: Partner, ana_client: Client) -> None:
    planned(ana, SATURDAY)
    offered(ben, FRIDAY)
    page = ana_client.get(reverse("offer-new")).content.decode()
    assert "Friday 20:00 14:00 in New York Offered to you" in words(page.encode())
    assert "<td>20:00 <em>Planned</em></td>" in page
    assert 'value="2026-03-07T19:00Z"' not in page
    assert 'value="2026-03-02T08:00Z"' not in page
    assert "The small times are in New York." in page


def test_turning_the_week_keeps_everything_and_judges_nothing(ana: Partner, ana_client: Client) -> None:
    in_common(ana, Kind.BATH)
    typed: dict[str, Any] = {
        "cell": ["2026-03-06T19:00Z", "2026-03-06T20:00Z"],
        "t1_day": "2026-03-08",
        "t1_minutes": "45",
    }
    response = send(ana_client, **typed, kind="bath", week="2026-03-09")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Week of Monday, 9 March" in page
    assert checked(response) == typed["cell"]
    assert "Chosen in other weeks: Friday, 6 March, 20:00–22:00" in words(response.content)  # noqa: RUF001
    assert all(kept in page for kept in ('value="bath" selected', 'value="2026-03-08"', 'value="45" selected', KEY))
    assert "error" not in page
    back = send(ana_client, **typed, week="2026-03-02", shown="2026-03-09")
    assert checked(back) == typed["cell"]
    assert not Offer.objects.exists()


@pytest.mark.parametrize("week", ["", "x", "0001-01-01", "9999-12-31", "2026-13-40", "2020-01-01\0"])
def test_any_week_that_is_asked_for_gives_one_that_can_be_shown(ana_client: Client, week: str) -> None:
    assert send(ana_client, week=week).status_code == 200
    assert ana_client.get(reverse("offer-new"), {"week": week}).status_code == 200


def test_a_time_can_be_offered_again_from_a_link(ana_client: Client) -> None:
    page = ana_client.get(reverse("offer-new"), {"again": "2026-03-06T19:00Z", "minutes": "75"}).content.decode()
    assert all(part in page for part in ('value="2026-03-06"', 'value="20:00"', 'value="75" selected'))


@pytest.mark.parametrize("again", ["", "x", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "2020-01-01T00:00Z"])
def test_a_strange_link_gives_an_empty_form(ana_client: Client, again: str) -> None:
    response = ana_client.get(reverse("offer-new"), {"again": again, "minutes": "120"})
    assert response.status_code == 200
    assert 'value="120" selected' in response.content.decode()


def test_another_suggestion_takes_the_place_of_the_offer(ana: Partner, ben_client: Client) -> None:
    slot, *_ = offered(ana)
    path = reverse("time-suggest", args=[slot.pk])
    assert "Suggest another time" in words(ben_client.get(path).content)
    ref = fields_of(ben_client, slot)["ref"]
    for _ in range(2):
        sent = ben_client.post(path, form(cell="2026-03-08T19:00Z", ref=ref))
        assert (sent.status_code, sent.headers["Location"]) == (303, "/")
    assert not Slot.objects.filter(pk=slot.pk).exists()
    assert Offer.objects.count() == 1


def test_a_move_replaces_the_plan_only_when_both_said_yes(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    plan = planned(ana)
    page = ana_client.get(reverse("time-move", args=[plan.pk]))
    assert "Until you have both said yes to another time, this one stands:" in words(page.content)
    assert 'value="2026-03-06T20:00Z"' in page.content.decode()  # its own cells can be chosen
    sent = send(ana_client, "time-move", plan.pk, t1_day="2026-03-06", t1_at="21:00")
    assert sent.status_code == 303
    moved = Slot.objects.get(confirmed_at=None)
    assert "Would take the place of Friday, 14:00." in text_of(ben_client, "agenda")
    assert "You both said yes" in text_of(ana_client, "time-detail", plan.pk)
    assert press(ben_client, "yes", moved, **fields_of(ben_client, moved))[0] == 303
    assert list(Slot.objects.values_list("pk", flat=True)) == [moved.pk]


def test_a_change_is_a_new_revision_and_voids_the_yes_on_the_old_one(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot, *_ = offered(ana)
    seen = fields_of(ben_client, slot)
    page = ana_client.get(reverse("time-change", args=[slot.pk])).content.decode()
    assert all(part in page for part in ('value="2026-03-06"', 'value="20:00"', 'value="120" selected'))
    sent = send(ana_client, "time-change", slot.pk, revision=1, t1_day="2026-03-06", t1_at="21:30")
    assert sent.status_code == 303
    assert "no longer open" in press(ben_client, "yes", slot, **seen)[1]
    assert Slot.objects.get().starts_at == wall("2026-03-06 21:30")
    assert press(ben_client, "yes", slot, **fields_of(ben_client, slot))[0] == 303


@pytest.mark.parametrize("fields", [{"t1_day": "", "t1_at": ""}, {"t1_day": "2020-01-01", "t1_at": "20:00"}])
def test_a_change_to_no_time_is_said_at_the_form(ana: Partner, ana_client: Client, fields: dict[str, str]) -> None:
    slot, *_ = offered(ana)
    assert send(ana_client, "time-change", slot.pk, revision=1, **fields).status_code == 422


def test_a_change_of_what_has_changed_meanwhile_is_no_longer_open(ana: Partner, ana_client: Client) -> None:
    slot, *_ = offered(ana)
    response = send(ana_client, "time-change", slot.pk, revision=7, t1_day="2026-03-06", t1_at="21:30")
    assert "This time is no longer open" in words(response.content)


@pytest.mark.parametrize(
    ("name", "make"), [("time-suggest", planned), ("time-change", planned), ("time-move", lambda ana: offered(ana)[0])]
)
def test_a_page_for_what_is_not_possible_says_so_kindly(
    ana: Partner, ana_client: Client, name: str, make: Callable[[Partner], Slot]
) -> None:
    response = ana_client.get(reverse(name, args=[make(ana).pk]))
    assert response.status_code == 200
    assert "This time is no longer open" in words(response.content)


def test_a_fresh_form_has_a_fresh_key(ana_client: Client) -> None:
    pages = [ana_client.get(reverse("offer-new")).content.decode() for _ in range(2)]
    one, two = (re.findall(r'name="key" value="([^"]+)"', page) for page in pages)
    assert one != two
    assert len({uuid.UUID(key) for key in one + two}) == 2


def test_the_form_fits_in_its_budget_even_with_both_clocks_and_a_long_day(
    ana: Partner, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 10, 18, tzinfo=UTC))
    content = signed_in(ana.user).get(reverse("offer-new"), {"week": "2026-10-19"}).content
    assert "02:00 (second)" in content.decode()
    assert len(content) < 60_000
