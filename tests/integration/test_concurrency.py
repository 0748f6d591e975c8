"""Two people, many clicks, one instant: real threads against the real database, two hundred rounds of each race."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from accounts import codes
from accounts.linking import open_invitation, pairing_of, press, redeem
from accounts.models import Couple, Invitation, Partner, User
from scheduler.domain.marks import WEEK
from scheduler.domain.problem import Problem
from scheduler.models import CalendarEntry, InCommon, Mark, Notice, Slot, Topic
from scheduler.models.kinds import words_of
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.slots import free, say_yes
from tests.cast import NOW, make_couple, make_user, signed_in
from tests.crowd import Crowd, crowd_of
from tests.mark_scene import welcomes
from tests.scenes import FRIDAY, agreed, heard_of, offered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crowd]
ROUNDS = 200
YESES = 20


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with crowd_of(YESES) as gathered:
        yield gathered


def clear(partner: Partner) -> None:
    """Leave the couple as it was before a round."""
    couple = partner.couple
    couple.offers.all().delete()
    couple.undos.all().delete()
    for row in couple.partners.all():
        row.calendar_entries.all().delete()
        row.notices.all().delete()


def told(kind: str) -> list[str]:
    """Return who would be told of this kind of thing, in no order that matters."""
    live = Notice.objects.filter(kind=kind).exclude(state=Notice.State.DROPPED)
    return sorted(live.values_list("recipient__user__name", flat=True))


def only_problems(answers: list[Any], *, but: Callable[[Any], bool]) -> bool:
    """Return whether every answer was expected, or a domain problem: no lock error, no broken constraint."""
    return all(but(answer) or isinstance(answer, Problem) for answer in answers)


def test_a_tick_that_many_hold_at_once_lets_three_marks_in(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    words = [word for word, _ in words_of(Topic.KIND)]
    for seat in (ana, ben):
        welcomes(seat, *words)
    for round_ in range(1, 7):
        hold = partial(hold_mark_tick, now=NOW + (round_ + 1) * WEEK, batch=1)
        answers = crowd.at_once([hold] * 5)  # not `crowded`: asked again, a tick tells less than it did
        assert sum(answers) == 1, answers
        assert Mark.objects.exclude(counts_for=None).count() == 6 * round_
        assert InCommon.objects.count() == 3 * round_


def test_twenty_yeses_at_once_make_one_plan(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        slot = offered(ana)[0]
        yes = partial(say_yes, partner=ben, slot_id=slot.pk, revision=slot.revision, now=NOW)
        answers = crowd.at_once([yes] * YESES, crowded=True)
        assert only_problems(answers, but=lambda answer: answer is True), answers
        assert True in answers
        assert Slot.objects.filter(confirmed_at__isnull=False).count() == 1
        assert sorted(CalendarEntry.objects.values_list("partner__user__name", "sequence")) == [("Ana", 0), ("Ben", 0)]
        assert told("confirmed") == ["Ana", "Ben"]
        clear(ana)


def test_withdrawing_against_a_yes_never_ends_confirmed(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        slot = offered(ana)[0]
        yes = partial(say_yes, partner=ben, slot_id=slot.pk, revision=slot.revision, now=NOW)
        withdraw = partial(free, partner=ana, slot_id=slot.pk, now=NOW)
        answers = crowd.at_once([yes, withdraw] if number % 2 else [withdraw, yes])
        assert only_problems(answers, but=lambda answer: answer in (True, None)), answers
        assert not Slot.objects.exists()
        assert not CalendarEntry.objects.filter(status=CalendarEntry.Status.CONFIRMED).exists()
        assert told("confirmed") == []
        assert told("reminder") == []
        clear(ana)


def test_overlapping_times_answered_at_once_make_at_most_one_plan(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        one = offered(ana, FRIDAY)[0]
        other = offered(ana, FRIDAY + dt.timedelta(hours=1))[0]
        answers = crowd.at_once(
            [
                partial(say_yes, partner=ben, slot_id=slot.pk, revision=slot.revision, now=NOW)
                for slot in (one, other, one, other)
            ]
        )
        assert only_problems(answers, but=lambda answer: answer is True), answers
        assert Slot.objects.filter(confirmed_at__isnull=False).count() == 1
        assert CalendarEntry.objects.count() == 2
        clear(ana)


def test_crossing_offers_of_one_time_are_two_yeses(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        crowd.at_once([partial(offered, ana, FRIDAY), partial(offered, ben, FRIDAY)])
        assert Slot.objects.filter(confirmed_at__isnull=False).count() == Slot.objects.count() == 1
        assert CalendarEntry.objects.count() == 2
        assert told("confirmed") == ["Ana", "Ben"]
        clear(ana)


def test_both_freeing_at_once_is_one_step_and_one_notice_each(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        plan = agreed(offered(ana)[0])
        heard_of(plan)
        frees = [partial(free, partner=partner, slot_id=plan.pk, now=NOW) for partner in (ana, ben, ana, ben)]
        assert crowd.at_once(frees) == [None] * 4
        assert not Slot.objects.exists()
        assert set(CalendarEntry.objects.values_list("sequence", "status")) == {(1, "CANCELLED")}
        assert told("freed") == ["Ana", "Ben"]
        assert told("reminder") == []
        clear(ana)


def code_of(user: User) -> str:
    """Let `user` invite; returns the code on their screen."""
    open_invitation(user=user, now=NOW)
    return codes.code_of(Invitation.objects.get(inviter=user).pk)


def unlink_all() -> None:
    """Leave only people, linked to nobody."""
    Couple.objects.all().delete()
    Invitation.objects.all().delete()


def pressed_by(*users: User) -> list[Callable[[], Any]]:
    """Return each user's press on the words that stand on their screen."""
    words = {user: getattr(pairing_of(user_id=user.pk, now=NOW), "words", "") for user in users}
    return [partial(press, user=user, words=words[user], now=NOW) for user in users]


def test_crossing_invitations_make_one_couple(cleo: User, crowd: Crowd) -> None:
    finn = make_user("finn")
    for _ in range(ROUNDS):
        theirs, mine = code_of(cleo), code_of(finn)
        redeems = [
            partial(redeem, user=finn, code=theirs, now=NOW),
            partial(redeem, user=cleo, code=mine, now=NOW),
        ]
        assert crowd.at_once(redeems) == [True, True]
        assert Invitation.objects.filter(redeemer__isnull=False).count() == 1
        presses = pressed_by(cleo, finn)
        assert any(answer is True for answer in crowd.at_once([*presses, *presses]))
        assert Couple.objects.count() == 1
        assert Partner.objects.count() == 2
        unlink_all()


def test_two_people_racing_for_one_code_make_one_couple(cleo: User, crowd: Crowd) -> None:
    finn, gus = make_user("finn"), make_user("gus")
    for _ in range(ROUNDS):
        code = code_of(cleo)
        answers = crowd.at_once([partial(redeem, user=user, code=code, now=NOW) for user in (finn, gus)])
        assert sorted(answers) == [False, True]
        crowd.at_once(pressed_by(cleo, finn, gus))
        winner = finn if answers[0] else gus
        assert set(Partner.objects.values_list("user", flat=True)) == {cleo.pk, winner.pk}
        assert Couple.objects.count() == 1
        unlink_all()


def test_both_leaving_at_once_is_as_friendly(ana: Partner, ben: Partner, crowd: Crowd) -> None:
    ana.couple.delete()
    clients = [signed_in(partner.user) for partner in (ana, ben)]
    for _ in range(20):
        make_couple(User.objects.get(pk=ana.user_id), User.objects.get(pk=ben.user_id))
        answers = crowd.at_once([partial(client.post, reverse("leave")) for client in clients])
        assert [getattr(answer, "status_code", answer) for answer in answers] == [303, 303]
        assert not Couple.objects.exists()
