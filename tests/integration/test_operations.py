"""What the two-people machine does not reach: forms sent twice, kinds that differ, moves, and leaving."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from accounts import outbox
from accounts.models import ClosedInvitation, Couple, Letter, Partner
from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.models import CalendarEntry, Feed, Kind, KindNote, Notice, Offer, Sentence, Slot, Undo
from scheduler.operations.couples import leave, set_break
from scheduler.operations.feeds import create_feed
from scheduler.operations.notices import plan_reminders_of_user
from scheduler.operations.offers import (
    Outcome,
    Proposal,
    change_time,
    make_offer,
    send_kind_note,
    suggest_another,
)
from scheduler.operations.slots import fade, free, say_yes
from scheduler.operations.undo import undo_free
from scheduler.queries.agenda import agenda
from tests.scenes import heard_of, in_common

pytestmark = pytest.mark.django_db


def evening(now: datetime, days: int = 1, hours: int = 2) -> Period:
    start = now + timedelta(days=days)
    return Period(start, start + timedelta(hours=hours))


def propose(
    *periods: Period, kind: str = Kind.TOGETHER, key: UUID | None = None, moves: UUID | None = None
) -> Proposal:
    return Proposal(periods, "Europe/Berlin", kind, key or uuid4(), moves)


def plan(ana: Partner, ben: Partner, period: Period, now: datetime) -> Slot:
    offer = make_offer(partner=ana, proposal=propose(period), now=now)
    slot = Slot.objects.get(offer=offer.offer_id)
    assert say_yes(partner=ben, slot_id=slot.pk, revision=1, now=now)
    return Slot.objects.get(pk=slot.pk)


def test_a_form_sent_twice_makes_one_offer(ana: Partner, now: datetime) -> None:
    proposal = propose(evening(now))
    first = make_offer(partner=ana, proposal=proposal, now=now)
    assert make_offer(partner=ana, proposal=proposal, now=now) == first
    assert Offer.objects.count() == 1


def test_a_suggestion_sent_twice_makes_one_offer(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now)), now=now)
    slot = Slot.objects.get()
    counter = propose(evening(now, 2))
    first = suggest_another(partner=ben, slot_id=slot.pk, proposal=counter, now=now)
    assert suggest_another(partner=ben, slot_id=slot.pk, proposal=counter, now=now) == first
    assert [s.starts_at for s in Slot.objects.all()] == [counter.periods[0].starts_at]


@pytest.mark.parametrize(("other", "shown"), [(Kind.BATH, Kind.BATH), (Kind.TALK, Kind.TOGETHER)])
def test_both_offering_the_same_time_is_two_yeses(
    ana: Partner, ben: Partner, now: datetime, other: Kind, shown: Kind
) -> None:
    """The kind stands only if both named it."""
    in_common(ana, Kind.BATH, Kind.TALK)
    make_offer(partner=ana, proposal=propose(evening(now), evening(now, 2), kind=Kind.BATH), now=now)
    outcome = make_offer(partner=ben, proposal=propose(evening(now), kind=other), now=now)
    slot = Slot.objects.get()
    assert outcome == Outcome(confirmed_slot_id=slot.pk)
    assert (slot.offer.kind.code if slot.offer.kind else Kind.TOGETHER, slot.confirmed_at) == (shown, now)
    assert set(CalendarEntry.objects.values_list("kind", flat=True)) == {shown}


def test_a_move_keeps_the_uids(ana: Partner, ben: Partner, now: datetime) -> None:
    """Until both say yes the old plan stands; then it is the same event at another time."""
    old = plan(ana, ben, evening(now), now)
    uids = set(CalendarEntry.objects.values_list("uid", flat=True))
    overlapping = Period(old.starts_at + timedelta(hours=1), old.ends_at + timedelta(hours=1))
    make_offer(partner=ben, proposal=propose(overlapping, moves=old.pk), now=now)
    assert Slot.objects.get(pk=old.pk).confirmed_at
    new = Slot.objects.get(confirmed_at=None)
    assert say_yes(partner=ana, slot_id=new.pk, revision=1, now=now)
    assert [s.pk for s in Slot.objects.all()] == [new.pk]
    entries = CalendarEntry.objects.all()
    assert {e.uid for e in entries} == uids
    assert {(e.sequence, e.starts_at, e.status) for e in entries} == {(1, overlapping.starts_at, "CONFIRMED")}


def test_freeing_the_plan_ends_the_wish_to_move_it(ana: Partner, ben: Partner, now: datetime) -> None:
    old = plan(ana, ben, evening(now), now)
    make_offer(partner=ben, proposal=propose(evening(now, 3), moves=old.pk), now=now)
    free(partner=ana, slot_id=old.pk, now=now)
    assert not Slot.objects.exists()


def test_a_kind_note_ends_the_offer_and_reaches_its_author(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now), evening(now, 2)), now=now)
    slot = Slot.objects.first()
    assert slot is not None
    send_kind_note(partner=ben, slot_id=slot.pk, sentence=Sentence.HOLD, now=now)
    assert not Offer.objects.exists()
    assert [note.sentence for note in agenda(ana, now=now).kind_notes] == ["Could we just hold each other?"]
    assert agenda(ben, now=now).kind_notes == []


def test_a_sentence_of_ones_own_is_no_kind_note(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now)), now=now)
    with pytest.raises(Problem) as problem:
        send_kind_note(partner=ben, slot_id=Slot.objects.get().pk, sentence="You owe me", now=now)
    assert problem.value.reason is Reason.NOT_POSSIBLE
    assert Offer.objects.exists()
    assert not KindNote.objects.exists()


def test_the_second_press_makes_it_final(ana: Partner, ben: Partner, now: datetime) -> None:
    """Both want it freed: the first can no longer undo, and nobody waits for the notice."""
    slot = plan(ana, ben, evening(now), now)
    heard_of(slot)
    free(partner=ana, slot_id=slot.pk, now=now)
    held = Notice.objects.filter(kind="freed")
    assert [n.due_at > outbox.database_now() for n in held] == [True, True]
    free(partner=ben, slot_id=slot.pk, now=now + timedelta(seconds=10))
    assert [n.due_at > outbox.database_now() for n in held.all()] == [False, False]
    assert not undo_free(partner=ana, slot_id=slot.pk, now=now + timedelta(seconds=11))
    assert {e.status for e in CalendarEntry.objects.all()} == {"CANCELLED"}


def test_undo_brings_everything_back_and_tells_nobody(ana: Partner, ben: Partner, now: datetime) -> None:
    slot = plan(ana, ben, evening(now), now)
    heard_of(slot)
    free(partner=ana, slot_id=slot.pk, now=now)
    assert not Notice.objects.filter(kind="reminder", state="pending").exists()
    assert not undo_free(partner=ben, slot_id=slot.pk, now=now + timedelta(seconds=59))
    assert undo_free(partner=ana, slot_id=slot.pk, now=now + timedelta(seconds=59))
    assert {(e.status, e.sequence) for e in CalendarEntry.objects.all()} == {("CONFIRMED", 2)}
    assert set(Notice.objects.filter(kind="freed").values_list("state", flat=True)) == {"dropped"}
    assert Notice.objects.filter(kind="reminder", state="pending", revision=2).count() == 2
    assert not Undo.objects.exists()


def test_undo_is_over_after_sixty_seconds(ana: Partner, ben: Partner, now: datetime) -> None:
    slot = plan(ana, ben, evening(now), now)
    free(partner=ana, slot_id=slot.pk, now=now)
    assert not undo_free(partner=ana, slot_id=slot.pk, now=now + timedelta(seconds=60))


def test_the_row_for_undoing_does_not_say_who_pressed(ana: Partner, ben: Partner, now: datetime) -> None:
    """Whoever presses, the row is the same but for the keyed hash."""
    slot = plan(ana, ben, evening(now), now)
    rows = []
    for partner in (ana, ben):
        free(partner=partner, slot_id=slot.pk, now=now)
        rows.append(dict(Undo.objects.values().get()))
        assert undo_free(partner=partner, slot_id=slot.pk, now=now)
    hashes = {row.pop("key_hash") for row in rows}
    assert rows[0] == rows[1]
    assert len(hashes) == 2


def test_undo_does_not_bring_back_an_alternative_to_a_plan(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now), evening(now, 2)), now=now)
    first, second = Slot.objects.order_by("starts_at")
    free(partner=ana, slot_id=first.pk, now=now)
    say_yes(partner=ben, slot_id=second.pk, revision=1, now=now)
    assert not undo_free(partner=ana, slot_id=first.pk, now=now)
    assert [s.pk for s in Slot.objects.all()] == [second.pk]


def test_undo_does_not_bring_back_a_part_of_an_answered_offer(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now), evening(now, 2)), now=now)
    first, second = Slot.objects.order_by("starts_at")
    free(partner=ana, slot_id=first.pk, now=now)
    send_kind_note(partner=ben, slot_id=second.pk, sentence=Sentence.HOLD, now=now)
    assert not undo_free(partner=ana, slot_id=first.pk, now=now)
    assert not Offer.objects.exists()


def test_undo_leaves_no_trace_in_the_wish_to_move_a_plan(ana: Partner, ben: Partner, now: datetime) -> None:
    """Nobody can tell by a lost offer that the plan was freed and taken back."""
    slot = plan(ana, ben, evening(now), now)
    make_offer(partner=ana, proposal=propose(evening(now, 3), moves=slot.pk), now=now)
    before = agenda(ana, now=now)
    free(partner=ben, slot_id=slot.pk, now=now)
    assert agenda(ana, now=now).offered_by_me == []
    assert undo_free(partner=ben, slot_id=slot.pk, now=now)
    assert agenda(ana, now=now) == before


def test_undo_lets_leave_what_had_not_left(ana: Partner, ben: Partner, now: datetime) -> None:
    """A notice that the freeing dropped is due again; of a plan it is written for its new SEQUENCE."""
    make_offer(partner=ana, proposal=propose(evening(now)), now=now)
    slot = Slot.objects.get()
    free(partner=ana, slot_id=slot.pk, now=now)
    assert undo_free(partner=ana, slot_id=slot.pk, now=now)
    assert Notice.objects.get(kind="offer").state == "pending"
    say_yes(partner=ben, slot_id=slot.pk, revision=1, now=now)
    Notice.objects.filter(kind="confirmed", recipient=ben).update(state="sent", send_started_at=now)
    free(partner=ana, slot_id=slot.pk, now=now)
    assert undo_free(partner=ana, slot_id=slot.pk, now=now)
    due = Notice.objects.filter(kind="confirmed", state="pending")
    assert list(due.values_list("recipient_id", "revision")) == [(ana.pk, 2)]


def test_the_second_press_finds_what_the_first_one_made(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now)), now=now)
    same = propose(evening(now))
    assert make_offer(partner=ben, proposal=same, now=now) == make_offer(partner=ben, proposal=same, now=now)
    make_offer(partner=ana, proposal=propose(evening(now, 4)), now=now)
    slot = Slot.objects.get(confirmed_at=None)
    press = partial(change_time, partner=ana, slot_id=slot.pk, revision=1, period=evening(now, 5), zone="UTC", now=now)
    assert press() == press()


def test_a_reminder_that_is_due_outlives_a_change_of_settings(ana: Partner, ben: Partner, now: datetime) -> None:
    slot = plan(ana, ben, evening(now), now)
    due = slot.starts_at - timedelta(hours=2)
    plan_reminders_of_user(user=ana.user, now=due + timedelta(minutes=3))
    assert Notice.objects.get(kind="reminder", recipient=ana).state == "pending"


def test_fading_leaves_plans_and_younger_offers(ana: Partner, ben: Partner, now: datetime) -> None:
    standing = plan(ana, ben, evening(now, 20), now)
    make_offer(partner=ana, proposal=propose(evening(now, 30)), now=now)
    later = now + timedelta(days=7)
    make_offer(partner=ben, proposal=propose(evening(later, 30)), now=later)
    assert fade(now=later) == 1
    assert fade(now=later) == 0
    assert Offer.objects.count() == Slot.objects.count() == 2
    assert Slot.objects.filter(pk=standing.pk).exists()


@pytest.mark.parametrize("tell", [True, False])
def test_leaving_ends_everything_shared_at_once(ana: Partner, ben: Partner, now: datetime, tell: bool) -> None:  # noqa: FBT001
    slot = plan(ana, ben, evening(now), now)
    free(partner=ana, slot_id=slot.pk, now=now)
    plan(ana, ben, evening(now, 4), now)
    for seat in (ana, ben):
        create_feed(user=seat.user, label="phone", now=now)
    leave(partner=ana, tell_partner=tell, now=now)
    assert not Couple.objects.exists()
    for model in (Partner, Offer, Slot, CalendarEntry, Notice, Undo, KindNote):
        assert not model.objects.exists(), model
    assert set(Feed.objects.values_list("ended_at", flat=True)) == {now}
    assert list(Letter.objects.values_list("recipient", flat=True)) == ([ben.user.email] if tell else [])
    assert ClosedInvitation.objects.count() == 1


def test_nothing_can_be_done_in_a_couple_that_has_ended(ana: Partner, ben: Partner, now: datetime) -> None:
    """The other partner's page is still open."""
    slot = plan(ana, ben, evening(now), now)
    leave(partner=ana, tell_partner=False, now=now)
    with pytest.raises(Problem) as problem:
        free(partner=ben, slot_id=slot.pk, now=now)
    assert problem.value.reason is Reason.NO_LONGER_OPEN


def test_a_break_hides_what_is_open_from_oneself_alone(ana: Partner, ben: Partner, now: datetime) -> None:
    make_offer(partner=ana, proposal=propose(evening(now)), now=now)
    before = agenda(ana, now=now)
    set_break(partner=ben, on=True)
    ben.refresh_from_db()
    assert agenda(ana, now=now) == before
    assert agenda(ben, now=now).open_to_me == []
    set_break(partner=ben, on=False)
    ben.refresh_from_db()
    assert len(agenda(ben, now=now).open_to_me) == 1
