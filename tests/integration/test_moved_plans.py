"""A page that is older than a move: what it names is the plan as it is now, and freeing it is never in vain."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from scheduler.models import CalendarEntry, FormerSlot, Slot
from scheduler.operations.slots import free, say_yes
from scheduler.operations.undo import undo_free
from tests.cast import NOW
from tests.crowd import Crowd, crowd_of
from tests.integration.notice_scene import deliver, plan
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, agreed, offered, planned
from tests.services import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(ana: Partner) -> Slot:
    return planned(ana)


@pytest.fixture
def moved(ana: Partner, first: Slot) -> Slot:
    """The plan after two moves."""
    second = agreed(offered(ana, SATURDAY, moves=first.pk)[0])
    return agreed(offered(ana, SUNDAY, moves=second.pk)[0])


def test_an_old_page_frees_the_plan_as_it_is_now(ana_client: Client, first: Slot, moved: Slot) -> None:
    page = ana_client.post(reverse("time-free", args=[first.pk])).content.decode()
    assert "Sunday" in page
    assert "Friday" not in page
    assert reverse("time-undo", args=[moved.pk]) in page
    assert not Slot.objects.exists()
    again = ana_client.post(reverse("time-free", args=[first.pk]))
    assert again.status_code == 200
    assert "Sunday" in again.content.decode()


def test_an_old_address_leads_to_the_plan_as_it_is_now(ana_client: Client, first: Slot, moved: Slot) -> None:
    response = ana_client.get(reverse("time-detail", args=[first.pk]))
    assert (response.status_code, response.headers["Location"]) == (303, reverse("time-detail", args=[moved.pk]))
    ana_client.post(reverse("time-free", args=[moved.pk]))
    assert ana_client.get(reverse("time-detail", args=[moved.pk])).status_code == 200


@pytest.mark.usefixtures("moved")
def test_to_everybody_else_it_is_a_time_that_never_was(cleo_client: Client, first: Slot) -> None:
    for answer in (
        cleo_client.get(reverse("time-detail", args=[first.pk])),
        cleo_client.post(reverse("time-free", args=[first.pk])),
    ):
        assert answer.status_code == 404
    assert Slot.objects.exists()


@pytest.mark.usefixtures("moved")
def test_undo_by_the_old_name_brings_the_plan_back_as_it_was(ana: Partner, ben: Partner, first: Slot) -> None:
    free(partner=ana, slot_id=first.pk, now=NOW)
    assert not undo_free(partner=ben, slot_id=first.pk, now=NOW)
    assert undo_free(partner=ana, slot_id=first.pk, now=NOW)
    assert Slot.objects.get().starts_at == SUNDAY
    assert set(CalendarEntry.objects.values_list("status", "sequence")) == {("CONFIRMED", 4)}


@pytest.mark.usefixtures("moved")
def test_the_old_names_go_with_the_entries() -> None:
    assert FormerSlot.objects.count() == 4
    CalendarEntry.objects.all().delete()
    assert not FormerSlot.objects.exists()


def test_all_mails_about_one_plan_are_one_thread_of_each_reader(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    deliver()
    later = agreed(offered(ana, slot.starts_at.replace(minute=30), moves=slot.pk, now=slot.confirmed_at or NOW)[0])
    deliver()
    threads = {partner: {mail["References"] for mail in smtp_sink.to(partner.user.email)} for partner in (ana, ben)}
    assert [len(ids) for ids in threads.values()] == [1, 1]
    assert threads[ana].isdisjoint(threads[ben])
    about_plans = [mail for mail in smtp_sink.mails if mail["References"]]
    assert len(about_plans) == 4
    keys = CalendarEntry.objects.values_list("pk", "uid", "slot_id")
    for mail in about_plans:
        assert mail["In-Reply-To"] == mail["References"] != mail["Message-ID"]
        assert not [key for row in keys for key in (*row, later.pk) if str(key) in mail["References"]]


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[Crowd]:  # noqa: ARG001
    with crowd_of(2) as gathered:
        yield gathered


@pytest.mark.django_db(transaction=True)
def test_freeing_a_plan_wins_against_the_yes_that_moves_it(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    """One frees what they see, the other says yes to moving it: the result is always that nothing is planned."""
    for _ in range(10):
        slot = planned(ana, FRIDAY)
        wish = offered(ana, SATURDAY, moves=slot.pk)[0]
        press = partial(free, partner=ana, slot_id=slot.pk, now=NOW)
        answer = partial(say_yes, partner=ben, slot_id=wish.pk, revision=1, now=NOW)
        assert crowd.at_once([press, answer])[0] is None
        assert not Slot.objects.exists()
        assert set(CalendarEntry.objects.values_list("status", flat=True)) == {"CANCELLED"}
        CalendarEntry.objects.all().delete()
