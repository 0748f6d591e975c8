"""The main pages through the front door: the overview, one time, and what both may do with it."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from scheduler.models import KindNote, Notice, Slot, TuckedAway
from scheduler.operations.couples import set_break
from scheduler.operations.slots import free, tuck_away
from tests.cast import NOW, signed_in
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, agreed, drafted, offered, planned, wall

ACTS = ("yes", "tuck", "bring-back", "note", "free", "undo")
LATER = timedelta(hours=1)


def text_of(client: Client, name: str, *args: object) -> str:
    """Return the words of a page."""
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return words(response.content)


def words(content: bytes) -> str:
    """Return what stands between the tags, blanks joined."""
    body = content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#x27;", "'").split())


def fields_of(client: Client, slot: Slot) -> dict[str, str]:
    """Return the hidden fields of the forms on a time's page."""
    page = client.get(reverse("time-detail", args=[slot.pk])).content.decode()
    return dict(re.findall(r'name="(ref|revision)" value="([^"]+)"', page))


def press(client: Client, act: str, slot: Slot, **fields: object) -> tuple[int, str]:
    """Press a button of a time's page; returns status and words, or status and address of a redirect."""
    response = client.post(reverse(f"time-{act}", args=[slot.pk]), fields)
    return response.status_code, response.headers.get("Location") or words(response.content)


def test_signed_out_the_start_explains_pear(client: Client, db: None) -> None:  # noqa: ARG001
    assert "private scheduler for two" in client.get("/").content.decode()


def test_without_a_partner_the_overview_leads_on_to_linking(cleo_client: Client) -> None:
    page = cleo_client.get("/").content.decode()
    assert reverse("link") in page
    assert cleo_client.get(reverse("offer-new")).headers["Location"] == reverse("link")


def test_an_empty_overview_leads_on_to_an_offer(ana_client: Client) -> None:
    response = ana_client.get("/")
    assert "Nothing lined up. That happens a lot, for all sorts of reasons." in words(response.content)
    assert f'href="{reverse("offer-new")}"' in response.content.decode()


@pytest.mark.parametrize(
    ("day", "there"),
    [("2026-03-06", "14:00"), ("2026-03-20", "15:00"), ("2026-04-03", "14:00"), ("2026-10-30", "15:00")],
)
def test_both_see_the_same_instant_by_their_own_clocks(
    ana: Partner, ben: Partner, clock: time_machine.Traveller, day: str, there: str
) -> None:
    now = wall(f"{day} 09:00") - timedelta(days=4)
    clock.move_to(now)
    slot, *_ = offered(ana, wall(f"{day} 20:00"), now=now)
    for partner, own in ((ana, f"20:00 · {there} in New York"), (ben, f"{there} · 20:00 in Berlin")):
        client = signed_in(partner.user)
        assert own in text_of(client, "agenda")
        assert own in text_of(client, "time-detail", slot.pk)


def test_on_the_other_side_of_midnight_the_other_day_is_named(ana: Partner, ana_client: Client) -> None:
    offered(ana, wall("2026-03-07 01:00"))
    assert "01:00 · Friday, 19:00 in New York" in text_of(ana_client, "agenda")


def test_an_offer_is_open_to_one_and_offered_by_the_other(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    offered(ana, FRIDAY, SATURDAY)
    mine, theirs = text_of(ana_client, "agenda"), text_of(ben_client, "agenda")
    assert "Offered by you" in mine
    assert "Open to you" not in mine
    assert "Open to you" in theirs
    assert theirs.count("Yes, I'd like that") == theirs.count("Not this time") == 2
    assert "Yes, I'd like that" not in mine


def test_partly_overlapping_offers_are_shown_together(ana: Partner, ben: Partner, ben_client: Client) -> None:
    offered(ana, FRIDAY)
    offered(ben, FRIDAY + timedelta(hours=1))
    assert "You offered Friday, 15:00–17:00, which is partly the same time." in text_of(ben_client, "agenda")  # noqa: RUF001


def test_a_yes_makes_a_plan_for_both(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    slot, *_ = offered(ana, FRIDAY, SATURDAY)
    status, to = press(ben_client, "yes", slot, **fields_of(ben_client, slot))
    assert (status, to) == (303, reverse("time-detail", args=[slot.pk]))
    sentence = "You both said yes to Friday, 14:00. It's a plan, not a promise. Either of you can free it, any time."
    assert sentence in text_of(ben_client, "time-detail", slot.pk)
    assert sentence.replace("14:00", "20:00") in text_of(ana_client, "time-detail", slot.pk)
    assert "Saturday" not in text_of(ana_client, "agenda")


def test_a_second_press_on_yes_is_as_friendly(ana: Partner, ben_client: Client) -> None:
    slot, *_ = offered(ana)
    fields = fields_of(ben_client, slot)
    assert press(ben_client, "yes", slot, **fields) == press(ben_client, "yes", slot, **fields)


def test_yes_to_ones_own_offer_changes_nothing(ana: Partner, ana_client: Client) -> None:
    slot, *_ = offered(ana)
    assert press(ana_client, "yes", slot, revision=1)[0] == 303
    assert Slot.objects.get().confirmed_at is None


@pytest.mark.parametrize("revision", ["", "0", "2", "-1", "x", "9" * 40, "\u0661", "1.0"])
def test_a_stale_yes_gets_the_neutral_page(ana: Partner, ben_client: Client, revision: str) -> None:
    slot, *_ = offered(ana)
    status, page = press(ben_client, "yes", slot, revision=revision)
    assert (status, "This time is no longer open" in page) == (200, True)
    assert Slot.objects.get().confirmed_at is None


@pytest.mark.parametrize("cause", ["withdrawn", "faded", "sibling"])
def test_a_late_yes_gets_the_neutral_page_whatever_ended_the_time(
    ana: Partner, ben_client: Client, clock: time_machine.Traveller, cause: str
) -> None:
    slot, other = offered(ana, FRIDAY, SATURDAY)
    fields = fields_of(ben_client, slot)
    if cause == "withdrawn":
        free(partner=ana, slot_id=slot.pk, now=NOW)
    elif cause == "sibling":
        agreed(other)
    else:
        clock.move_to(NOW + timedelta(days=7))
    status, page = press(ben_client, "yes", slot, **fields)
    assert status == 200
    assert "This time is no longer open" in page
    assert "That time has passed by. There will be others." in page
    assert ben_client.get(reverse("time-detail", args=[slot.pk])).status_code == 404
    assert not Slot.objects.filter(pk=slot.pk, confirmed_at__isnull=False).exists()


def test_yes_to_what_overlaps_a_plan_gets_the_neutral_page(ana: Partner, ben_client: Client) -> None:
    slot, *_ = offered(ana, FRIDAY)
    planned(ana, FRIDAY + LATER)
    status, page = press(ben_client, "yes", slot, **fields_of(ben_client, slot))
    assert (status, "no longer open" in page) == (200, True)
    assert "There is a plan at this time already." in text_of(ben_client, "time-detail", slot.pk)


def test_not_this_time_tucks_away_and_sends_nothing(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    slot, *_ = offered(ana)
    before, notices = text_of(ana_client, "agenda"), Notice.objects.count()
    assert press(ben_client, "tuck", slot) == (303, "/")
    page = text_of(ben_client, "agenda")
    assert "That's fine. Nothing was sent." in page
    assert "Tucked away" in page
    assert "Open to you" not in page
    assert (text_of(ana_client, "agenda"), Notice.objects.count()) == (before, notices)
    assert press(ben_client, "bring-back", slot)[0] == 303
    assert not TuckedAway.objects.exists()
    assert "Open to you" in text_of(ben_client, "agenda")


def test_a_tucked_away_time_can_still_be_answered(ana: Partner, ben: Partner, ben_client: Client) -> None:
    slot, *_ = offered(ana)
    tuck_away(partner=ben, slot_id=slot.pk, now=NOW)
    assert press(ben_client, "yes", slot, **fields_of(ben_client, slot))[0] == 303
    assert Slot.objects.get().confirmed_at


def test_a_kind_note_ends_the_offer_and_reaches_its_author(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot, *_ = offered(ana)
    assert press(ben_client, "note", slot, sentence="hold") == (303, "/")
    assert "Could we just hold each other?" in text_of(ana_client, "agenda")
    assert not Slot.objects.exists()


@pytest.mark.parametrize("sentence", ["", "nothing of ours", "hold\0", "x" * 5000])
def test_only_the_fixed_sentences_can_be_sent(ana: Partner, ben_client: Client, sentence: str) -> None:
    slot, *_ = offered(ana)
    status, page = press(ben_client, "note", slot, sentence=sentence)
    assert (status, "Choose one of the sentences." in page) == (422, True)
    assert not KindNote.objects.exists()


def test_freeing_a_plan_takes_one_press_and_can_be_undone(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot = planned(ana)
    status, page = press(ana_client, "free", slot)
    assert status == 200
    assert "Done. Friday evening is free again. No explanation needed." in page
    assert "Undo" in page
    assert "Friday evening is free again." in text_of(ana_client, "agenda")
    assert "Friday" not in text_of(ben_client, "agenda")
    assert press(ana_client, "undo", slot)[0] == 303
    assert "You both said yes" in text_of(ben_client, "time-detail", slot.pk)


def test_a_freed_time_can_be_offered_again_as_a_new_offer(ana: Partner, ana_client: Client) -> None:
    slot = planned(ana)
    page = ana_client.post(reverse("time-free", args=[slot.pk])).content.decode()
    to = re.search(r'href="(/offers/new/[^"]+)"', page)
    assert to
    assert 'value="2026-03-06"' in ana_client.get(to[1].replace("&amp;", "&")).content.decode()


def test_freeing_again_or_by_both_is_the_same_friendly_page(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot = planned(ana)
    first, again, other = (press(client, "free", slot) for client in (ana_client, ana_client, ben_client))
    assert first == again
    assert other[0] == 200
    assert "Done. Friday afternoon is free again. No explanation needed." in other[1]
    assert "Undo" not in other[1]
    status, to = press(ana_client, "undo", slot)
    assert (status, to) == (303, "/")
    assert "It stays free." in text_of(ana_client, "agenda")


def test_only_who_pressed_can_undo_and_only_for_a_minute(
    ana: Partner, ana_client: Client, ben_client: Client, clock: time_machine.Traveller
) -> None:
    slot = planned(ana)
    press(ana_client, "free", slot)
    assert press(ben_client, "undo", slot) == (303, "/")
    assert not Slot.objects.exists()
    clock.shift(timedelta(seconds=61))
    assert "Undo" not in text_of(ana_client, "agenda")
    assert press(ana_client, "undo", slot) == (303, "/")
    assert not Slot.objects.exists()


def test_freeing_what_is_over_is_friendly_too(ana: Partner, ben_client: Client, clock: time_machine.Traveller) -> None:
    slot, open_slot = planned(ana), offered(ana, SATURDAY)[0]
    ref = fields_of(ben_client, open_slot)["ref"]
    clock.move_to(SUNDAY)
    status, page = press(ben_client, "free", slot)
    assert (status, "is free again. No explanation needed." in page) == (200, True)
    status, page = press(ben_client, "free", open_slot, ref=ref)
    assert (status, "Done. This time is free again. No explanation needed." in page) == (200, True)


def test_a_past_plan_is_no_longer_open_and_not_listed(
    ana: Partner, ben_client: Client, clock: time_machine.Traveller
) -> None:
    slot = planned(ana)
    clock.move_to(SUNDAY)
    assert "This time is no longer open" in text_of(ben_client, "time-detail", slot.pk)
    assert "Friday" not in text_of(ben_client, "agenda")


def test_withdrawing_an_open_time_looks_to_the_other_as_if_it_had_faded(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot, *_ = offered(ana)
    assert "Undo" in press(ana_client, "free", slot)[1]
    page = ben_client.get(reverse("time-detail", args=[slot.pk]))
    strange = ben_client.get(reverse("time-detail", args=[uuid.uuid4()]))
    assert page.status_code == strange.status_code == 404
    assert words(page.content) == words(strange.content)


def test_on_a_break_only_the_one_who_takes_it_is_told(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    offered(ana)
    before = text_of(ana_client, "agenda")
    set_break(partner=ben, on=True)
    page = text_of(ben_client, "agenda")
    assert "You are taking a break from invitations. Nobody is told." in page
    assert "Open to you" not in page
    assert text_of(ana_client, "agenda") == before


@pytest.mark.parametrize("who", ["cleo_client", "dora_client"])
@pytest.mark.parametrize("act", ["detail", "change", "move", "suggest", *ACTS])
def test_to_everybody_else_a_time_is_as_unknown_as_any(
    ana: Partner, ana_client: Client, request: pytest.FixtureRequest, who: str, act: str
) -> None:
    client: Client = request.getfixturevalue(who)
    plan, (slot, *_) = planned(ana), offered(ana, SATURDAY)
    fields = fields_of(ana_client, slot) | {"sentence": "hold", "key": str(uuid.uuid4())}
    send: Callable[..., Any] = client.get if act == "detail" else client.post
    answers = [send(reverse(f"time-{act}", args=[each]), fields) for each in (plan.pk, slot.pk, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({words(answer.content) for answer in answers}) == 1
    assert Slot.objects.count() == 2


@pytest.mark.parametrize("act", ACTS)
def test_reading_never_acts(ana: Partner, ben_client: Client, act: str) -> None:
    slot, *_ = offered(ana)
    assert ben_client.get(reverse(f"time-{act}", args=[slot.pk])).status_code == 405


def test_signed_out_every_page_asks_to_sign_in(ana: Partner, client: Client) -> None:
    slot, *_ = offered(ana)
    for name, args in (("offer-new", []), ("time-detail", [slot.pk]), ("time-free", [slot.pk])):
        response = client.post(reverse(name, args=args))
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("account_login"))


def fill(ana: Partner, number: int) -> list[Slot]:
    """Make `number` plans, one a day."""
    first = datetime(2026, 3, 10, 19, tzinfo=UTC)
    return [planned(ana, first + timedelta(days=day)) for day in range(number)]


@pytest.mark.parametrize("number", [1, 50])
def test_the_pages_cost_the_same_with_one_time_and_with_fifty(
    ana: Partner, ben: Partner, ana_client: Client, number: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    slot = fill(ana, number)[0]
    offered(ben, FRIDAY, SATURDAY, SUNDAY)
    offered(ana, FRIDAY + timedelta(hours=3))
    drafted(ana, *(SUNDAY + timedelta(hours=3 + part) for part in range(number % 4)))
    for queries, path in ((6, "/"), (4, reverse("time-detail", args=[slot.pk])), (5, reverse("offer-new"))):
        with django_assert_num_queries(queries):  # type: ignore[attr-defined]
            response = ana_client.get(path)
        assert len(response.content) < 60_000
