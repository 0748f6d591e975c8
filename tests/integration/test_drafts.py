"""Drafted times through the front door: for both alike, and what one of them chooses is nobody else's to know."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from accounts.operations import CoupleGone, couple_locked
from scheduler.domain.period import HORIZON, Period
from scheduler.domain.problem import Problem, Reason
from scheduler.models import CalendarEntry, Notice, Offer, Slot, TuckedAway, Yes
from scheduler.operations.couples import leave, set_break
from scheduler.operations.drafts import draft_slots
from scheduler.operations.offers import change_time
from scheduler.operations.slots import bring_back, fade, free, say_yes, take_back, tuck_away
from scheduler.operations.undo import undo_free
from scheduler.queries.agenda import agenda
from scheduler.queries.export import export_of
from tests.cast import NOW
from tests.crowd import crowd_of
from tests.integration.test_pages import fields_of, press, text_of, words
from tests.scenes import FRIDAY, LENGTH, SATURDAY, SUNDAY, drafted, offered, planned

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
ONCE = re.compile(rb'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]+')
HEADING = "A time for you both, if you both like"


def yes(partner: Partner, slot: Slot, *, now: dt.datetime = NOW) -> bool:
    """Let this partner say yes."""
    return say_yes(partner=partner, slot_id=slot.pk, revision=1, now=now)


def seen_by(client: Client, slot: Slot) -> list[bytes]:
    """Return every page on which the draft stands."""
    paths = ["/", reverse("time-detail", args=[slot.pk]), reverse("offer-new")]
    return [ONCE.sub(rb"\1", client.get(path).content) for path in paths]


def test_a_draft_stands_in_a_group_of_its_own_for_both(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    slot = drafted(ana)[0]
    for client in (ana_client, ben_client):
        page = text_of(client, "agenda")
        assert HEADING in page
        assert page.count("Yes, I'd like that") == page.count("Not this time") == 1
        assert not {"Open to you", "Offered by you", "Free this time"} & {*re.findall("[A-Z][a-z ]+", page)}
        detail = text_of(client, "time-detail", slot.pk)
        assert "Nobody has put it forward" in detail
        assert "Suggest another time" not in detail
        assert "kind note" not in detail
    assert not Notice.objects.exists()


def back(partner: Partner, slot: Slot) -> None:
    """Let this partner take their yes back."""
    take_back(partner=partner, slot_id=slot.pk, now=NOW)


def away(partner: Partner, slot: Slot) -> None:
    """Let this partner say "Not this time"."""
    tuck_away(partner=partner, slot_id=slot.pk, now=NOW)


@pytest.mark.parametrize("answers", [(yes,), (yes, back), (away,), (away, yes), (yes, away)])
def test_what_one_chooses_changes_no_byte_for_the_other(
    answers: tuple[Callable[[Partner, Slot], object], ...], ana: Partner, ben: Partner, ana_client: Client
) -> None:
    slot = drafted(ana)[0]
    before = seen_by(ana_client, slot)
    for answer in answers:
        answer(ben, slot)
        assert seen_by(ana_client, slot) == before
    assert not Notice.objects.exists()


def test_two_yeses_make_a_plan_like_any_other(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    slot = drafted(ana)[0]
    fields = fields_of(ana_client, slot)
    press(ana_client, "tuck", slot, **fields)
    assert press(ana_client, "yes", slot, **fields)[0] == 303
    assert "nobody else can tell" in text_of(ana_client, "time-detail", slot.pk)
    assert "You would like this. Nobody else can tell." in text_of(ana_client, "agenda")
    assert "Tucked away" not in text_of(ana_client, "agenda")
    assert not CalendarEntry.objects.exists()
    assert press(ben_client, "yes", slot, **fields_of(ben_client, slot))[0] == 303
    assert "You both said yes to Friday" in text_of(ben_client, "time-detail", slot.pk)
    assert CalendarEntry.objects.count() == 2
    told = Notice.objects.filter(kind="confirmed")
    assert set(told.values_list("recipient", flat=True)) == {ana.pk, ben.pk}
    assert not TuckedAway.objects.exists()
    assert HEADING not in text_of(ana_client, "agenda")


@pytest.mark.parametrize("act", ["free", "note", "suggest", "change", "move"])
def test_nobody_ends_a_draft_alone(act: str, ana: Partner, ana_client: Client) -> None:
    slot = drafted(ana)[0]
    for _ in range(2):
        status, page = press(ana_client, act, slot, **fields_of(ana_client, slot), sentence="hold", key="")
        assert (status, "no longer open" in page) == (200, True)
        assert Slot.objects.filter(pk=slot.pk).exists()
        yes(ana, slot)


def test_a_yes_is_taken_back_as_often_as_one_likes(ana: Partner, ana_client: Client) -> None:
    slot = drafted(ana)[0]
    fields = fields_of(ana_client, slot)
    for _ in range(2):
        press(ana_client, "yes", slot, **fields)
        assert Yes.objects.count() == 1
        for _ in range(2):
            assert press(ana_client, "take-back", slot, **fields)[0] == 303
            assert not Yes.objects.exists()
    assert "That's fine. Nothing was sent." in text_of(ana_client, "time-detail", slot.pk)


def test_not_this_time_on_an_old_page_takes_the_yes_back_too(ana: Partner, ben: Partner) -> None:
    slot = drafted(ana)[0]
    yes(ana, slot)
    tuck_away(partner=ana, slot_id=slot.pk, now=NOW)
    assert not yes(ben, slot)
    bring_back(partner=ana, slot_id=slot.pk, now=NOW)
    assert yes(ana, slot)


def test_taking_back_what_has_become_a_plan_frees_it(ana: Partner, ben: Partner, ana_client: Client) -> None:
    slot = drafted(ana)[0]
    fields = fields_of(ana_client, slot)
    yes(ana, slot)
    assert yes(ben, slot)
    status, page = press(ana_client, "take-back", slot, **fields)
    assert (status, "Friday evening is free again" in page, "Undo" in page) == (200, True, True)
    assert not Slot.objects.exists()
    assert press(ana_client, "take-back", slot, **fields)[0] == 200


def test_taking_back_an_offer_withdraws_ones_own_and_no_other(ana: Partner, ben: Partner) -> None:
    slot = offered(ana)[0]
    with pytest.raises(Problem) as problem:
        take_back(partner=ben, slot_id=slot.pk, now=NOW)
    assert problem.value.reason is Reason.NOT_POSSIBLE
    take_back(partner=ana, slot_id=slot.pk, now=NOW)
    assert not Offer.objects.exists()


def test_a_plan_from_a_draft_is_freed_undone_and_moved_like_any_other(ana: Partner, ben: Partner) -> None:
    slot = drafted(ana)[0]
    yes(ana, slot)
    yes(ben, slot)
    free(partner=ben, slot_id=slot.pk, now=NOW)
    assert undo_free(partner=ben, slot_id=slot.pk, now=NOW)
    assert [view.id for view in agenda(ana, now=NOW).planned] == [slot.pk]
    moved = offered(ana, SATURDAY, moves=slot.pk)[0]
    assert yes(ben, moved)
    assert list(Slot.objects.values_list("pk", flat=True)) == [moved.pk]


def test_an_offer_of_the_same_time_takes_the_drafts_place(ana: Partner, ben_client: Client) -> None:
    """Whether the one who offers had said yes to the draft shows nowhere."""
    pages = []
    for said in (False, True):
        slot = drafted(ana)[0]
        if said:
            yes(ana, slot)
        offer = offered(ana, FRIDAY, SATURDAY)[0]
        assert not Slot.objects.filter(pk=slot.pk).exists()
        assert Yes.objects.count() == 2
        pages.append(words(ben_client.get("/").content))
        assert HEADING not in pages[-1]
        assert Notice.objects.filter(kind="offer", state="pending", cause=offer.offer_id).count() == 1
        free(partner=ana, slot_id=offer.pk, now=NOW)
        Offer.objects.all().delete()
    assert pages[0] == pages[1]


def test_an_offer_of_what_the_other_said_yes_to_is_two_yeses(ana: Partner, ben: Partner) -> None:
    slot = drafted(ana)[0]
    yes(ben, slot)
    assert offered(ana, FRIDAY) == []
    assert Slot.objects.get().confirmed_at == NOW
    assert Slot.objects.get().pk == slot.pk


@pytest.mark.parametrize("said", [False, True])
def test_an_offer_changed_to_a_drafts_time_meets_it(said: bool, ana: Partner, ben: Partner) -> None:  # noqa: FBT001
    slot, own = drafted(ana)[0], offered(ana, SATURDAY)[0]
    if said:
        yes(ben, slot)
    period = Period(FRIDAY, FRIDAY + LENGTH)
    change_time(partner=ana, slot_id=own.pk, revision=1, period=period, zone="UTC", now=NOW)
    left = Slot.objects.get()
    assert (left.pk, left.confirmed_at) == ((slot.pk, NOW) if said else (own.pk, None))


def test_a_withdrawn_offer_does_not_come_back_beside_a_draft(ana: Partner) -> None:
    own = offered(ana)[0]
    free(partner=ana, slot_id=own.pk, now=NOW)
    drafted(ana)
    assert not undo_free(partner=ana, slot_id=own.pk, now=NOW)
    assert Slot.objects.get().offer.author is None


def test_drafts_take_nobodys_place(ana: Partner, ben: Partner) -> None:
    drafted(ana, *(SUNDAY + day * dt.timedelta(days=1) for day in range(5)))
    for partner in (ana, ben):
        yes(partner, Slot.objects.filter(yeses=None)[0])
        for hours in range(3):
            offered(partner, FRIDAY + hours * HOUR, length=HOUR / (1 if partner == ana else 2))
        with pytest.raises(Problem) as problem:
            offered(partner, SATURDAY)
        assert problem.value.reason is Reason.TOO_MANY_OPEN


def test_what_is_taken_already_is_not_drafted(ana: Partner, ben: Partner) -> None:
    planned(ana, FRIDAY)
    offered(ben, SATURDAY)
    assert drafted(ana, FRIDAY + HOUR, SATURDAY, NOW, NOW + HORIZON + MINUTE) == []
    assert [slot.starts_at for slot in drafted(ana, FRIDAY + LENGTH, SATURDAY + HOUR)] == [
        FRIDAY + LENGTH,
        SATURDAY + HOUR,
    ]
    assert drafted(ben, FRIDAY + LENGTH, SATURDAY + HOUR) == []


def test_a_draft_is_made_within_a_turn_that_is_taken_and_for_a_couple_that_is_there(ana: Partner) -> None:
    with couple_locked(ana.couple_id):
        assert len(drafted(ana)) == 1
    leave(partner=ana, tell_partner=False, now=NOW)
    assert not Offer.objects.exists()
    with pytest.raises(CoupleGone):
        draft_slots(couple_id=ana.couple_id, periods=[], zone="UTC", now=NOW)


def test_over_a_plan_a_draft_takes_no_yes(ana: Partner, ben: Partner, ben_client: Client) -> None:
    slot = drafted(ana)[0]
    yes(ana, slot)
    plan = planned(ana, FRIDAY + HOUR)
    with pytest.raises(Problem) as problem:
        yes(ben, slot)
    assert problem.value.reason is Reason.OVERLAPS_PLAN
    assert "There is a plan at this time already." in text_of(ben_client, "time-detail", slot.pk)
    free(partner=ben, slot_id=plan.pk, now=NOW)
    assert yes(ben, slot)


def test_on_a_break_no_draft_is_shown(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    drafted(ana)
    set_break(partner=ana, on=True)
    assert HEADING not in text_of(ana_client, "agenda")
    assert HEADING in text_of(ben_client, "agenda")


def test_a_draft_fades_three_hours_before_its_start_or_after_seven_days(ana: Partner) -> None:
    soon, far = drafted(ana, FRIDAY, FRIDAY + dt.timedelta(days=14))
    assert soon.expires_at == FRIDAY - 3 * HOUR
    assert far.expires_at == NOW + dt.timedelta(days=7)
    yes(ana, soon)
    assert fade(now=FRIDAY - 3 * HOUR) == 1
    assert list(Offer.objects.values_list("pk", flat=True)) == [far.offer_id]


def test_an_export_holds_ones_own_answers_and_no_draft(ana: Partner, ben: Partner) -> None:
    friday, saturday = drafted(ana, FRIDAY, SATURDAY)
    yes(ana, friday)
    tuck_away(partner=ana, slot_id=saturday.pk, now=NOW)
    mine, theirs = export_of(user=ana.user), export_of(user=ben.user)
    assert [len(mine[part]) for part in ("offers", "yeses", "tucked_away")] == [0, 1, 1]
    assert [len(theirs[part]) for part in ("offers", "yeses", "tucked_away")] == [0, 0, 0]


def test_the_week_shows_a_draft_as_for_both(ana: Partner, ana_client: Client, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW)
    drafted(ana, length=HOUR)
    assert text_of(ana_client, "offer-new").count("For you both") == 1


@pytest.mark.crowd
@pytest.mark.django_db(transaction=True)
def test_a_yes_taken_back_while_the_other_comes_in_is_never_a_plan(ana: Partner, ben: Partner) -> None:
    with crowd_of(2) as crowd:
        for number in range(30):
            slot = drafted(ana)[0]
            yes(ana, slot)
            acts: list[Callable[[], Any]] = [
                partial(yes, ben, slot),
                partial(take_back, partner=ana, slot_id=slot.pk, now=NOW),
            ]
            answers = crowd.at_once(acts if number % 2 else acts[::-1])
            assert all(answer in (True, False, None) for answer in answers), answers
            assert not Slot.objects.filter(confirmed_at__isnull=False).exists()
            assert not CalendarEntry.objects.filter(status="CONFIRMED").exists()
            Offer.objects.all().delete()
            CalendarEntry.objects.all().delete()
            Notice.objects.all().delete()


@pytest.mark.crowd
@pytest.mark.django_db(transaction=True)
def test_both_say_yes_at_once_and_it_is_one_plan(ana: Partner, ben: Partner) -> None:
    with crowd_of(2) as crowd:
        for _ in range(30):
            slot = drafted(ana)[0]
            answers = crowd.at_once([partial(yes, ana, slot), partial(yes, ben, slot)])
            assert sorted(answers) == [False, True]
            assert CalendarEntry.objects.count() == 2
            Offer.objects.all().delete()
            CalendarEntry.objects.all().delete()
            Notice.objects.all().delete()
