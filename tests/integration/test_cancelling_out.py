"""What cancels out within the delay is not told at all; what was told is told on; and nothing is told twice."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Notice, PushDevice, Slot
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import BERLIN
from tests.crowd import Crowd, crowd_of
from tests.integration.notice_scene import deliver, evening_in, make_due, part, plan, real_now
from tests.scenes import agreed, heard_of, offered
from tests.services import Inbox

Kind, State = Notice.Kind, Notice.State
pytestmark = pytest.mark.django_db


def press(partner: Partner, slot: Slot) -> None:
    free(partner=partner, slot_id=slot.pk, now=real_now())


def take_back(partner: Partner, slot: Slot) -> bool:
    return undo_free(partner=partner, slot_id=slot.pk, now=real_now())


def move(ana: Partner, slot: Slot, *, days: int) -> Slot:
    return agreed(offered(ana, evening_in(days), moves=slot.pk, now=real_now())[0], now=real_now())


def deliver_all() -> None:
    """Deliver everything that there is to tell about changes, also what is held."""
    make_due(kind__in=[Kind.CONFIRMED, Kind.FREED], state=State.PENDING)
    deliver()


def subjects(inbox: Inbox, partner: Partner) -> list[str]:
    return [str(mail["Subject"]) for mail in inbox.to(partner.user.email)]


def day_of(slot: Slot) -> str:
    return f"{slot.starts_at.astimezone(BERLIN):%A}"


def test_confirmed_and_freed_before_anything_left_tells_nobody_anything(ana: Partner, smtp_sink: Inbox) -> None:
    press(ana, plan(ana))
    deliver_all()
    assert smtp_sink.mails == []
    assert set(Notice.objects.values_list("state", flat=True)) == {State.DROPPED}


def test_who_has_heard_of_it_hears_that_it_is_free_and_who_has_not_hears_nothing(
    ana: Partner, ben: Partner, smtp_sink: Inbox
) -> None:
    slot = plan(ana)
    Notice.objects.filter(kind=Kind.CONFIRMED, recipient=ben).update(due_at=real_now() + dt.timedelta(minutes=9))
    deliver()
    press(ben, slot)
    deliver_all()
    assert subjects(smtp_sink, ana) == [f"{day_of(slot)}, 20:00", f"{day_of(slot)} changed"]
    assert subjects(smtp_sink, ben) == []


def test_what_may_have_arrived_counts_as_heard(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    Notice.objects.filter(kind=Kind.CONFIRMED, recipient=ana).update(attempts=2)
    press(ben, slot)
    deliver_all()
    assert subjects(smtp_sink, ana) == [f"{day_of(slot)} changed"]
    assert subjects(smtp_sink, ben) == []


def test_a_mail_that_was_not_wanted_is_no_reason_to_be_silent_later(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    Notice.objects.filter(kind=Kind.CONFIRMED, recipient=ana).update(state=State.DROPPED)
    press(ana, slot)
    deliver_all()
    assert subjects(smtp_sink, ana) == [f"{day_of(slot)} changed"]


def test_each_way_is_told_by_itself(ana: Partner) -> None:
    PushDevice.objects.create(user=ana.user, place=1, endpoint="x", label="x", created_at=real_now())
    slot = plan(ana)
    begun = Notice.objects.filter(kind=Kind.CONFIRMED, recipient=ana, channel="push")
    begun.update(state=State.SENT, send_started_at=real_now(), attempts=1)
    press(ana, slot)
    assert list(Notice.objects.filter(kind=Kind.FREED).values_list("recipient", "channel")) == [(ana.pk, "push")]
    assert take_back(ana, slot)
    told_again = Notice.objects.filter(kind=Kind.CONFIRMED, recipient=ana, state=State.PENDING)
    assert list(told_again.values_list("channel", flat=True)) == ["email"]


def test_moved_and_freed_before_anything_left_tells_nobody_anything(ana: Partner, smtp_sink: Inbox) -> None:
    press(ana, move(ana, plan(ana), days=5))
    deliver_all()
    assert smtp_sink.mails == []


def test_moved_and_freed_before_the_move_was_told_frees_the_time_that_they_know_of(
    ana: Partner, ben: Partner, smtp_sink: Inbox
) -> None:
    first = plan(ana)
    deliver()
    smtp_sink.mails.clear()
    press(ben, move(ana, first, days=5))
    deliver_all()
    for partner in (ana, ben):
        [mail] = smtp_sink.to(partner.user.email)
        assert "is free again" in part(mail, "plain")
    assert subjects(smtp_sink, ana) == [f"{day_of(first)} changed"]


@pytest.mark.parametrize("heard", [True, False])
def test_freed_and_undone_leaves_exactly_what_is_so(ana: Partner, smtp_sink: Inbox, heard: bool) -> None:  # noqa: FBT001
    slot = plan(ana)
    if heard:
        heard_of(slot)
    for _ in range(3):
        press(ana, slot)
        assert take_back(ana, slot)
    deliver_all()
    assert subjects(smtp_sink, ana) == ([] if heard else [f"{day_of(slot)}, 20:00"])


def test_freed_and_planned_anew_is_not_free_again(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    heard_of(slot)
    press(ana, slot)
    plan(ana)
    deliver_all()
    assert subjects(smtp_sink, ana) == [f"{day_of(slot)}, 20:00"]


def test_nothing_takes_back_what_has_begun_to_leave(ana: Partner, smtp_sink: Inbox) -> None:
    """The web server's clock may be slow: the notice has left, the minute to undo is not over there."""
    slot = plan(ana)
    heard_of(slot)
    press(ana, slot)
    deliver_all()
    assert not take_back(ana, slot)
    assert not Slot.objects.exists()
    assert subjects(smtp_sink, ana) == [f"{day_of(slot)} changed"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_web_server_whose_clock_is_wrong_makes_nothing_early_or_late(ana: Partner, hours: int) -> None:
    wrong = real_now() + dt.timedelta(hours=hours)
    slot = offered(ana, evening_in(3), now=wrong)[0]
    agreed(slot, now=wrong)
    before = outbox.database_now()
    assert all(row.due_at <= before for row in Notice.objects.exclude(kind=Kind.REMINDER))
    heard_of(slot)
    free(partner=ana, slot_id=slot.pk, now=wrong)
    minute = dt.timedelta(seconds=60)
    freed = Notice.objects.filter(kind=Kind.FREED)
    assert [before + minute <= row.due_at <= outbox.database_now() + minute for row in freed] == [True, True]


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[Crowd]:  # noqa: ARG001
    with crowd_of(3) as gathered:
        yield gathered


@pytest.mark.django_db(transaction=True)
def test_freeing_undoing_and_sending_at_once_leaves_every_reader_with_the_truth(
    ana: Partner, ben: Partner, crowd: Crowd, smtp_sink: Inbox
) -> None:
    """Whatever comes first, the last word that each has is so, and who has no word has missed nothing."""
    for number in range(12):
        slot = plan(ana)
        Notice.objects.filter(kind=Kind.REMINDER).delete()
        if number % 2:
            deliver()
            press(ana, slot)
            make_due(kind=Kind.FREED)
            crowd.at_once([partial(take_back, ana, slot), deliver, deliver])
        else:
            crowd.at_once([partial(press, ben, slot), deliver, deliver])
        deliver_all()
        stands = Slot.objects.exists()
        for partner in (ana, ben):
            said_free = ["changed" in subject for subject in subjects(smtp_sink, partner)]
            assert said_free == [False] if stands else said_free in ([], [False, True]), number
        smtp_sink.mails.clear()
        Slot.objects.all().delete()
        Notice.objects.all().delete()
