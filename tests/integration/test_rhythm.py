"""A rhythm: both begin it, either stops it, and what it drafts is nobody's."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts import outbox
from accounts.models import Partner, User
from scheduler import tasks
from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.models import CalendarEntry, Notice, Offer, Rhythm, Slot
from scheduler.operations.couples import leave
from scheduler.operations.drafts import draft_slots
from scheduler.operations.rhythm import (
    agree_to_rhythm,
    draft_due,
    propose_rhythm,
    put_rhythm_aside,
    stop_rhythm,
    withdraw_rhythm,
)
from scheduler.operations.slots import fade, free, say_yes
from scheduler.operations.sweeps import purge
from scheduler.operations.undo import undo_free
from scheduler.queries.export import export_of
from scheduler.queries.rhythm import rhythms_of
from tests.cast import NOW
from tests.crowd import crowd_of
from tests.multitude import analyze, copies_of, dialect
from tests.plans import plans_of
from tests.rhythm_scene import begun, fridays, proposed
from tests.scenes import FRIDAY, LENGTH, offered, planned

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
WEEK = 7 * DAY


def weeks_pass(number: int, *, since: dt.datetime = NOW) -> list[dt.datetime]:
    """Let so many weeks pass, the sweeps coming by each day; returns the start of every time that was drafted."""
    starts: dict[object, dt.datetime] = {}
    for day in range(7 * number):
        now = since + day * DAY
        draft_due(now=now)
        starts |= dict(Slot.objects.values_list("pk", "starts_at"))
        fade(now=now)
        purge(now=now)
    return sorted(starts.values())


def test_it_takes_both_to_begin(ana: Partner, ben: Partner) -> None:
    rhythm = proposed(ana)
    assert draft_due(now=NOW) == 0
    assert rhythms_of(ana, now=NOW).mine
    assert rhythms_of(ben, now=NOW).theirs
    with pytest.raises(Problem):
        agree_to_rhythm(partner=ana, rhythm_id=rhythm.pk, now=NOW)
    for _ in range(2):
        agree_to_rhythm(partner=ben, rhythm_id=rhythm.pk, now=NOW)
        slot = Slot.objects.get()
    assert (slot.starts_at, slot.ends_at, slot.zone) == (FRIDAY, FRIDAY + LENGTH, "Europe/Berlin")
    assert (slot.offer.author, slot.yeses.count()) == (None, 0)
    assert rhythms_of(ana, now=NOW) == rhythms_of(ben, now=NOW)
    assert not Notice.objects.exists()


def test_each_time_is_drafted_seven_days_ahead_and_one_that_is_skipped_is_skipped(ana: Partner) -> None:
    begun(ana)
    assert draft_due(now=FRIDAY - MINUTE) == 0
    assert draft_due(now=FRIDAY) == 1
    assert draft_due(now=FRIDAY) == 0
    starts = weeks_pass(4, since=FRIDAY + DAY)
    assert [start.astimezone(ZoneInfo("Europe/Berlin")).strftime("%m-%d %H:%M") for start in starts] == [
        "03-06 20:00",
        "03-13 20:00",
        "03-20 20:00",
        "03-27 20:00",
        "04-03 20:00",
        "04-10 20:00",
    ]
    assert not Notice.objects.exists()


def test_every_other_week_keeps_the_week_it_counts_from(ana: Partner) -> None:
    begun(ana, weeks=2, first_on=dt.date(2026, 2, 27))
    assert [start.date().isoformat() for start in weeks_pass(5)] == ["2026-03-13", "2026-03-27", "2026-04-10"]


def test_a_trial_ends_by_itself_and_says_nothing(ana: Partner, ben: Partner) -> None:
    begun(ana, trial=True)
    assert len(weeks_pass(5)) == 4
    later = NOW + 6 * WEEK
    assert rhythms_of(ben, now=later).on is None
    assert not Rhythm.objects.exists()
    assert not Notice.objects.exists()
    assert draft_due(now=later) == 0


def test_a_proposal_fades_after_two_weeks(ana: Partner, ben: Partner) -> None:
    rhythm = proposed(ana)
    later = NOW + 14 * DAY
    assert rhythms_of(ben, now=later - MINUTE).theirs
    assert rhythms_of(ben, now=later) == rhythms_of(ana, now=later)
    with pytest.raises(Problem) as problem:
        agree_to_rhythm(partner=ben, rhythm_id=rhythm.pk, now=later)
    assert problem.value.reason is Reason.NO_LONGER_OPEN
    purge(now=later + MINUTE)
    assert not Rhythm.objects.exists()


def test_a_yes_to_a_late_proposal_begins_with_what_is_yet_to_come(ana: Partner, ben: Partner) -> None:
    rhythm = proposed(ana, trial=True)
    agree_to_rhythm(partner=ben, rhythm_id=rhythm.pk, now=NOW + 9 * DAY)
    assert [start.date().isoformat() for start in weeks_pass(6, since=NOW + 9 * DAY)] == [
        "2026-03-13",
        "2026-03-20",
        "2026-03-27",
        "2026-04-03",
    ]


def test_a_changed_proposal_needs_a_yes_of_its_own(ana: Partner, ben: Partner) -> None:
    old = proposed(ana)
    put_rhythm_aside(partner=ben, rhythm_id=old.pk, away=True, now=NOW)
    proposed(ana, at=dt.time(21))
    with pytest.raises(Problem) as problem:
        agree_to_rhythm(partner=ben, rhythm_id=old.pk, now=NOW)
    assert problem.value.reason is Reason.NO_LONGER_OPEN
    assert rhythms_of(ben, now=NOW).theirs


def test_proposing_the_same_again_changes_nothing(ana: Partner, ben: Partner) -> None:
    """Not even that the other put it aside: nothing can be asked twice."""
    rhythm = proposed(ana)
    put_rhythm_aside(partner=ben, rhythm_id=rhythm.pk, away=True, now=NOW)
    assert proposed(ana, now=NOW + DAY) == rhythm
    assert rhythms_of(ben, now=NOW + DAY).aside
    assert Rhythm.objects.get().ends_at == rhythm.ends_at


def test_both_proposing_the_same_is_two_yeses(ana: Partner, ben: Partner) -> None:
    proposed(ana)
    assert propose_rhythm(partner=ben, pattern=fridays(first_on=dt.date(2026, 2, 27)), now=NOW)
    assert propose_rhythm(partner=ana, pattern=fridays(), now=NOW)
    assert Rhythm.objects.get().proposer is None
    assert Slot.objects.count() == 1


def test_each_may_propose_and_one_yes_ends_the_other(ana: Partner, ben: Partner) -> None:
    mine = proposed(ana)
    theirs = proposed(ben, weeks=2)
    agree_to_rhythm(partner=ben, rhythm_id=mine.pk, now=NOW)
    with pytest.raises(Problem):
        agree_to_rhythm(partner=ana, rhythm_id=theirs.pk, now=NOW)
    assert list(Rhythm.objects.values_list("pk", flat=True)) == [mine.pk]


def test_a_change_takes_the_rhythms_place_with_both_yeses(ana: Partner, ben: Partner) -> None:
    old = begun(ana)
    new = proposed(ben, at=dt.time(21))
    assert rhythms_of(ana, now=NOW).on
    assert Slot.objects.get().starts_at == FRIDAY
    agree_to_rhythm(partner=ana, rhythm_id=new.pk, now=NOW)
    assert Slot.objects.get().starts_at == FRIDAY + HOUR
    assert not Rhythm.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_stops_it_with_its_open_drafts_and_without_a_trace(who: str, ana: Partner, ben: Partner) -> None:
    begun(ana)
    plan = Slot.objects.get()
    for partner in (ana, ben):
        say_yes(partner=partner, slot_id=plan.pk, revision=1, now=NOW)
    draft_due(now=FRIDAY - HOUR + WEEK)
    draft_slots(couple_id=ana.couple_id, periods=[Period(FRIDAY + DAY, FRIDAY + 2 * DAY)], zone="UTC", now=NOW)
    Notice.objects.all().delete()
    for _ in range(2):
        stop_rhythm(partner={"ana": ana, "ben": ben}[who])
        assert not Rhythm.objects.exists()
    assert set(Slot.objects.values_list("starts_at", flat=True)) == {FRIDAY, FRIDAY + DAY}
    assert Slot.objects.get(starts_at=FRIDAY).confirmed_at
    assert not Notice.objects.exists()
    free(partner=ana, slot_id=plan.pk, now=NOW)
    assert undo_free(partner=ana, slot_id=plan.pk, now=NOW)


def test_stopping_takes_ones_own_proposal_along_and_leaves_the_others(ana: Partner, ben: Partner) -> None:
    begun(ana)
    mine, theirs = proposed(ana, weeks=2), proposed(ben, at=dt.time(21))
    stop_rhythm(partner=ana)
    assert list(Rhythm.objects.values_list("pk", flat=True)) == [theirs.pk]
    with pytest.raises(Problem):
        agree_to_rhythm(partner=ben, rhythm_id=mine.pk, now=NOW)


def test_a_proposal_is_taken_back_also_when_the_yes_has_just_come(ana: Partner, ben: Partner) -> None:
    rhythm = proposed(ana)
    withdraw_rhythm(partner=ben, rhythm_id=rhythm.pk, now=NOW)
    assert Rhythm.objects.exists()
    agree_to_rhythm(partner=ben, rhythm_id=rhythm.pk, now=NOW)
    for _ in range(2):
        withdraw_rhythm(partner=ana, rhythm_id=rhythm.pk, now=NOW)
        assert not Rhythm.objects.exists()
        assert not Offer.objects.exists()


def test_a_time_over_a_plan_or_beside_the_same_offer_is_passed_over(ana: Partner, ben: Partner) -> None:
    planned(ana, FRIDAY + HOUR)
    offered(ben, FRIDAY + WEEK)
    begun(ana)
    assert draft_due(now=FRIDAY) == 0
    assert draft_due(now=FRIDAY + WEEK) == 1
    assert Slot.objects.filter(offer__author=None).count() == 1


def test_what_was_freed_is_not_drafted_again(ana: Partner, ben: Partner) -> None:
    begun(ana)
    slot = Slot.objects.get()
    for partner in (ana, ben):
        say_yes(partner=partner, slot_id=slot.pk, revision=1, now=NOW)
    free(partner=ben, slot_id=slot.pk, now=NOW)
    assert draft_due(now=NOW + 3 * DAY) == 0


def test_a_rhythm_in_a_zone_where_neither_lives_keeps_its_own_clocks(ana: Partner) -> None:
    """Lord Howe goes back by half an hour on 5 April."""
    begun(ana, zone="Australia/Lord_Howe", first_on=dt.date(2026, 3, 27))
    starts = weeks_pass(5)
    assert [start.strftime("%m-%d %H:%M") for start in starts[:3]] == ["03-27 09:00", "04-03 09:00", "04-10 09:30"]


def test_leaving_ends_it_and_an_export_holds_only_ones_own(ana: Partner, ben: Partner) -> None:
    begun(ana)
    change = proposed(ana, weeks=2)
    put_rhythm_aside(partner=ben, rhythm_id=change.pk, away=True, now=NOW)
    mine, theirs = export_of(user=ana.user), export_of(user=ben.user)
    assert [len(mine[part]) for part in ("rhythm", "rhythm_put_aside")] == [1, 0]
    assert [len(theirs[part]) for part in ("rhythm", "rhythm_put_aside")] == [0, 1]
    leave(partner=ben, tell_partner=False, now=NOW)
    assert not Rhythm.objects.exists()


def test_another_couples_rhythm_is_out_of_reach(ana: Partner, dora: Partner) -> None:
    on, proposal = begun(ana), proposed(ana, weeks=2)
    with pytest.raises(Problem):
        agree_to_rhythm(partner=dora, rhythm_id=proposal.pk, now=NOW)
    put_rhythm_aside(partner=dora, rhythm_id=proposal.pk, away=True, now=NOW)
    for rhythm in (on, proposal):
        withdraw_rhythm(partner=dora, rhythm_id=rhythm.pk, now=NOW)
    stop_rhythm(partner=dora)
    assert set(Rhythm.objects.values_list("pk", "away")) == {(on.pk, False), (proposal.pk, False)}


@pytest.mark.django_db(transaction=True)
def test_the_worker_drafts_also_after_weeks_without_one(ana: Partner) -> None:
    now = outbox.database_now()
    half_a_day_on = now + 12 * HOUR
    first_on = half_a_day_on.date() - 4 * WEEK
    begun(ana, now=now - 5 * WEEK, first_on=first_on, at=half_a_day_on.time(), zone="UTC")
    assert tasks.draft.apply().successful()
    assert [slot.starts_at for slot in Slot.objects.all()] == [half_a_day_on]


def test_an_idle_sweep_meets_no_row_and_a_due_one_is_found_by_its_index(ana: Partner) -> None:
    row, sql = begun(ana), dialect()
    copies_of(ana.couple, count=20_000, columns={"id": sql.uuid("a couple")})
    later = {"draft_at": sql.after(NOW + 30 * DAY, "n")}
    copies_of(row, count=20_000, columns={"id": sql.uuid("a id"), "couple_id": sql.uuid("a couple")} | later)
    analyze(Rhythm)
    idle = plans_of(lambda: draft_due(now=NOW))
    assert [(plan.indexes, plan.whole, plan.met) for plan in idle] == [({"rhythm_to_draft"}, set(), 0)]
    busy = plans_of(lambda: draft_due(now=FRIDAY))
    assert not [plan.statement for plan in busy if "scheduler_rhythm" in plan.whole]
    assert busy[0].indexes == {"rhythm_to_draft"}
    assert max(plan.met for plan in busy) <= 10


@pytest.mark.crowd
@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_draft_each_time_once(ana: Partner, dora: Partner) -> None:
    for partner in (ana, dora):
        begun(partner)
    Offer.objects.all().delete()
    with crowd_of(4) as crowd:
        for week in range(8):
            now = FRIDAY + week * WEEK
            answers = crowd.at_once([partial(draft_due, now=now)] * 4, crowded=True)
            assert all(isinstance(answer, int) for answer in answers), answers
            # On SQLite, who has to ask again for the lock of the second couple counts the first one's time no more.
            assert Slot.objects.filter(starts_at__gt=now).count() == 2
            assert Slot.objects.count() == 2 * (week + 1)


Act = Callable[[], Any]


@pytest.mark.crowd
@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_stop_at_once_leave_nothing_on(ana: Partner, ben: Partner) -> None:
    """Whoever stops, or takes back, has the last word; and two that agree at once begin one rhythm."""
    with crowd_of(2) as crowd:
        for number in range(40):
            rhythm = proposed(ana)
            agree = partial(agree_to_rhythm, partner=ben, rhythm_id=rhythm.pk, now=NOW)
            stop: Act = partial(stop_rhythm, partner=ana)
            if number % 2:
                stop = partial(withdraw_rhythm, partner=ana, rhythm_id=rhythm.pk, now=NOW)
            answers = crowd.at_once([agree, stop] if number % 4 < 2 else [stop, agree])
            assert all(answer is None or isinstance(answer, Problem) for answer in answers), answers
            assert not Rhythm.objects.exists()
            assert not Offer.objects.exists()
        for _ in range(20):
            same = [partial(propose_rhythm, partner=each, pattern=fridays(), now=NOW) for each in (ana, ben)]
            assert sorted(crowd.at_once(same)) == [False, True]
            assert Rhythm.objects.get().proposer is None
            stop_rhythm(partner=ana)


def test_nothing_of_a_rhythm_reaches_a_calendar(ana: Partner, cleo: User) -> None:
    begun(ana)
    assert not CalendarEntry.objects.exists()
    assert export_of(user=cleo)["rhythm"] == []
