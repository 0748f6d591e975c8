"""The core, driven at random by two people and held against an oracle of what they said."""

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Couple, Partner, User
from scheduler.domain.period import Period
from scheduler.domain.problem import Problem
from scheduler.domain.slot import Action
from scheduler.models import CalendarEntry, Kind, Notice, Sentence, Slot
from scheduler.operations.couples import set_break
from scheduler.operations.drafts import draft_slots
from scheduler.operations.offers import Outcome, Proposal, change_time, make_offer, send_kind_note, suggest_another
from scheduler.operations.slots import bring_back, fade, free, say_yes, take_back, tuck_away
from scheduler.operations.undo import undo_free
from scheduler.queries.agenda import agenda
from tests.integration.oracle import Oracle, fades_at

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
PEOPLE = st.sampled_from(["ana", "ben"])
# Few starts and lengths, so that overlaps, twins and expiries are common.
SPANS = st.tuples(st.sampled_from([2, 4, 5, 26, 27, 28, 190]), st.sampled_from([1, 2]))
OTHER = {"ana": "ben", "ben": "ana"}


class TwoPeople(RuleBasedStateMachine):
    """Ana and Ben do anything that the product lets them do, in any order."""

    @initialize()
    def meet(self) -> None:
        """Link two new people."""
        self.now = START
        couple = Couple.objects.create(created_at=START)
        self.partners: dict[str, Partner] = {}
        for seat, name in enumerate(["ana", "ben"], start=1):
            user = User.objects.create_user(f"{name}-{uuid.uuid4()}@example.org", time_zone="Europe/Berlin")
            self.partners[name] = Partner.objects.create(couple=couple, user=user, seat=seat)
        self.couple = couple
        self.oracle = Oracle()

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """Return what came of it, or the reason why it could not be."""
        try:
            return act(now=self.now, **arguments)
        except Problem as problem:
            return problem.reason.value

    def spans(self, picks: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
        starts = [(START + timedelta(hours=hours), length) for hours, length in picks]
        return [(start, start + timedelta(hours=length)) for start, length in starts]

    def any_time(self, draw: Any, *, of: dict[uuid.UUID, Any]) -> uuid.UUID:
        """Return one of these times, drawn by its place: its id differs from run to run."""
        place: int = draw.draw(st.integers(0, len(of) - 1))
        return list(of)[place]

    def settle_offer(self, who: str, expected: Any, outcome: Any, moves: uuid.UUID | None = None) -> None:
        """Hold the outcome of an offer against the oracle's, and tell the oracle of the new times."""
        if isinstance(expected, str):
            assert isinstance(outcome, str), (expected, outcome)
            assert expected in {outcome, "impossible"}
        elif expected is not None:
            assert outcome == Outcome(confirmed_slot_id=expected)
            self.oracle.becomes_plan(expected, who)
        else:
            assert outcome.offer_id, outcome
            rows = Slot.objects.filter(offer_id=outcome.offer_id).order_by("starts_at", "ends_at")
            slots = {row.pk: (row.offer_id, row.starts_at, row.ends_at) for row in rows}
            self.oracle.offered(who, slots, self.now, moves)

    def proposal(self, spans: list[tuple[datetime, datetime]], moves: uuid.UUID | None = None) -> Proposal:
        periods = tuple(Period(*span) for span in spans)
        return Proposal(periods, "Europe/Berlin", Kind.TOGETHER, uuid.uuid4(), moves)

    @rule(who=PEOPLE, picks=st.lists(SPANS, min_size=1, max_size=3, unique=True))
    def offers(self, who: str, picks: list[tuple[int, int]]) -> None:
        spans = self.spans(picks)
        expected = self.oracle.expect_offer(who, spans, self.now)
        outcome = self.attempt(make_offer, partner=self.partners[who], proposal=self.proposal(spans))
        if plan := self.oracle.standing(spans, self.now):
            assert outcome == Outcome(confirmed_slot_id=plan)
        else:
            self.settle_offer(who, expected, outcome)

    @precondition(lambda self: self.oracle.plans(self.now))
    @rule(who=PEOPLE, picks=st.lists(SPANS, min_size=1, max_size=2, unique=True), draw=st.data())
    def offers_to_move(self, who: str, picks: list[tuple[int, int]], draw: Any) -> None:
        moves = self.any_time(draw, of=self.oracle.plans(self.now))
        spans = self.spans(picks)
        expected = self.oracle.expect_offer(who, spans, self.now, moves)
        outcome = self.attempt(make_offer, partner=self.partners[who], proposal=self.proposal(spans, moves))
        self.settle_offer(who, expected, outcome, moves)

    @precondition(lambda self: self.oracle.times)
    @rule(who=PEOPLE, behind=st.sampled_from([0, 0, 0, 1]), draw=st.data())
    def says_yes(self, who: str, behind: int, draw: Any) -> None:
        key = self.any_time(draw, of=self.oracle.times)
        told = self.oracle.times[key]
        version = told.version - behind
        alive = told.alive(self.now)
        again = alive and who in told.yes and version == told.version
        second = set(told.yes) == {OTHER[who]}
        counts = (
            alive
            and not told.plan
            and who not in told.yes
            and version == told.version
            and not self.oracle.clashes(told.start, told.end, self.now, told.moves)
        )
        outcome = self.attempt(say_yes, partner=self.partners[who], slot_id=key, revision=version)
        if counts and second:
            assert outcome is True
            self.oracle.becomes_plan(key, who)
        elif counts:
            assert outcome is False
            told.yes[who] = version
            told.away.discard(who)
        elif again:
            assert outcome is told.plan
        else:
            assert isinstance(outcome, str), outcome

    @rule(picks=st.lists(SPANS, min_size=1, max_size=3, unique=True))
    def time_is_drafted(self, picks: list[tuple[int, int]]) -> None:
        """Draft times for both, some of them twice or where something stands."""
        spans = self.spans(picks)
        expected = self.oracle.expect_drafts(spans, self.now)
        periods = [Period(*span) for span in spans]
        rows = draft_slots(couple_id=self.couple.pk, periods=periods, zone="Europe/Berlin", now=self.now)
        assert [(row.starts_at, row.ends_at) for row in rows] == expected
        self.oracle.drafted({row.pk: (row.offer_id, row.starts_at, row.ends_at) for row in rows}, self.now)

    @precondition(lambda self: self.oracle.times)
    @rule(who=PEOPLE, draw=st.data())
    def takes_back(self, who: str, draw: Any) -> None:
        """Take a yes back: to a draft silently, to what is a plan by now by freeing it."""
        key = self.any_time(draw, of=self.oracle.drafts(self.now) or self.oracle.times)
        outcome = self.attempt(take_back, partner=self.partners[who], slot_id=key)
        told = self.oracle.times[key]
        if key in self.oracle.drafts(self.now):
            assert outcome is None
            told.yes.pop(who, None)
        elif key in self.oracle.plans(self.now) or key in self.oracle.open_of(who, self.now):
            assert outcome is None
            self.oracle.freed(key, who, self.now)
        else:
            assert outcome == ("not_possible" if told.alive(self.now) else None)

    @precondition(lambda self: any(told.author for told in self.oracle.times.values()))
    @rule(pick=SPANS, by_author=st.sampled_from([True, True, True, False]), draw=st.data())
    def changes(self, pick: tuple[int, int], by_author: bool, draw: Any) -> None:  # noqa: FBT001
        key = self.any_time(draw, of={key: told for key, told in self.oracle.times.items() if told.author})
        told = self.oracle.times[key]
        assert told.author is not None
        who = told.author if by_author else OTHER[told.author]
        ((start, end),) = self.spans([pick])
        mine = self.oracle.open_of(who, self.now)
        allowed = (
            key in mine
            and start > self.now
            and (start, end) not in {(t.start, t.end) for t in mine.values()}
            and not self.oracle.clashes(start, end, self.now, told.moves)
            and not self.oracle.stands_at(told.moves, start, end)
        )
        outcome = self.attempt(
            change_time,
            partner=self.partners[who],
            slot_id=key,
            revision=told.version,
            period=Period(start, end),
            zone="Europe/Berlin",
        )
        if not allowed:
            assert isinstance(outcome, str), outcome
            return
        twin = self.oracle.twin(who, [(start, end)], self.now, told.moves)
        if twin:
            assert outcome == Outcome(confirmed_slot_id=twin)
            self.oracle.end_offer(told.offer)
            self.oracle.becomes_plan(twin, who)
            return
        if told.moves is None:
            self.oracle.end_drafts(start, end, self.now)
        plan_start = self.oracle.times[told.moves].start if told.moves else None
        told.start, told.end, told.version, told.away = start, end, told.version + 1, set()
        told.fades = fades_at(start, told.offered_at, self.now, plan_start)
        told.yes = {who: told.version}

    @precondition(lambda self: self.oracle.changed(self.now))
    @rule(draw=st.data())
    def answers_an_old_page(self, draw: Any) -> None:
        """Say yes to what a time was before its author changed it: that counts for nothing."""
        key = self.any_time(draw, of=self.oracle.changed(self.now))
        told = self.oracle.times[key]
        assert told.author is not None
        partner = self.partners[OTHER[told.author]]
        outcome = self.attempt(say_yes, partner=partner, slot_id=key, revision=told.version - 1)
        assert outcome in {"no_longer_open", "overlaps_plan"}

    @precondition(lambda self: self.oracle.times)
    @rule(who=PEOPLE, back=st.booleans(), draw=st.data())
    def tucks_away_or_brings_back(self, who: str, back: bool, draw: Any) -> None:  # noqa: FBT001
        key = self.any_time(draw, of=self.oracle.times)
        outcome = self.attempt(bring_back if back else tuck_away, partner=self.partners[who], slot_id=key)
        mine = key in self.oracle.open_to(who, self.now)
        if mine and back:
            assert outcome is None
            self.oracle.times[key].away.discard(who)
        elif mine:
            assert outcome is None
            self.oracle.times[key].away.add(who)
            self.oracle.times[key].yes.pop(who, None)  # a draft: an old page, that does not know of one's own yes
        elif not back:
            assert isinstance(outcome, str)

    @precondition(lambda self: self.oracle.times)
    @rule(who=PEOPLE, picks=st.lists(SPANS, min_size=1, max_size=2, unique=True), draw=st.data())
    def suggests_another(self, who: str, picks: list[tuple[int, int]], draw: Any) -> None:
        key = self.any_time(draw, of=self.oracle.times)
        told = self.oracle.times[key]
        spans = self.spans(picks)
        outcome = self.attempt(suggest_another, partner=self.partners[who], slot_id=key, proposal=self.proposal(spans))
        if key not in self.oracle.open_to(who, self.now) or told.author is None:
            assert isinstance(outcome, str), outcome
            return
        before = {k: t for k, t in self.oracle.times.items() if t.offer == told.offer}
        self.oracle.end_offer(told.offer)
        expected = self.oracle.expect_offer(who, spans, self.now, told.moves)
        if isinstance(expected, str):
            self.oracle.times |= before
        self.settle_offer(who, expected, outcome, told.moves)

    @precondition(lambda self: self.oracle.times)
    @rule(who=PEOPLE, draw=st.data())
    def sends_kind_note(self, who: str, draw: Any) -> None:
        key = self.any_time(draw, of=self.oracle.times)
        outcome = self.attempt(send_kind_note, partner=self.partners[who], slot_id=key, sentence=Sentence.THINKING)
        if key in self.oracle.open_to(who, self.now) and self.oracle.times[key].author:
            assert outcome is None
            self.oracle.end_offer(self.oracle.times[key].offer)
        else:
            assert isinstance(outcome, str)

    @precondition(lambda self: self.oracle.times or self.oracle.pressed)
    @rule(who=PEOPLE, draw=st.data())
    def frees(self, who: str, draw: Any) -> None:
        """Free any time that there is, was, or was before it moved: an old page frees the plan as it is now."""
        old = self.any_time(draw, of=self.oracle.times | self.oracle.pressed | self.oracle.former)
        key = self.oracle.present(old)
        outcome = self.attempt(free, partner=self.partners[who], slot_id=old)
        if key in self.oracle.plans(self.now) or key in self.oracle.open_of(who, self.now):
            assert outcome is None
            self.oracle.freed(key, who, self.now)
        elif key in self.oracle.open_to(who, self.now):
            assert outcome == "not_possible"
        else:
            assert outcome is None
            self.oracle.pressed_again(key, who)

    @precondition(lambda self: self.oracle.pressed)
    @rule(who=PEOPLE, draw=st.data())
    def undoes(self, who: str, draw: Any) -> None:
        fresh = {key: press for key, press in self.oracle.pressed.items() if self.now < press.until}
        key = self.any_time(draw, of=fresh or self.oracle.pressed)
        expected = self.oracle.may_undo(key, who, self.now)
        assert self.attempt(undo_free, partner=self.partners[who], slot_id=key) is expected
        if expected:
            self.oracle.undone(key)

    @rule(who=PEOPLE, on=st.booleans())
    def takes_a_break(self, who: str, on: bool) -> None:  # noqa: FBT001
        set_break(partner=self.partners[who], on=on)
        self.partners[who].refresh_from_db()

    @rule(minutes=st.sampled_from([1, 1, 30, 60, 180, 60 * 24 * 7]), swept=st.booleans())
    def time_passes(self, minutes: int, swept: bool) -> None:  # noqa: FBT001
        self.now += timedelta(minutes=minutes) - timedelta(seconds=1)
        if swept:
            fade(now=self.now)

    @invariant()
    def pages_show_what_was_said(self) -> None:
        """Both overviews show exactly what the oracle knows."""
        for who, partner in self.partners.items():
            seen = agenda(partner, now=self.now)
            assert {v.id for v in seen.planned} == set(self.oracle.plans(self.now))
            assert {v.id for v in seen.offered_by_me} == set(self.oracle.open_of(who, self.now))
            to_me = self.oracle.open_to(who, self.now)
            away = {k for k, t in to_me.items() if who in t.away}
            shown = {k for k in to_me if k not in away and not partner.on_break}
            drafts = self.oracle.drafts(self.now)
            assert {v.id for v in seen.tucked_away} == away
            assert {v.id for v in seen.open_to_me} == shown - set(drafts)
            assert {v.id for v in seen.drafted} == shown & set(drafts)
            assert {v.id for v in seen.drafted if Action.TAKE_BACK in v.actions} == {
                k for k in shown & set(drafts) if who in drafts[k].yes
            }
            assert {v.slot_id for v in seen.undoable} == {
                k for k, p in self.oracle.pressed.items() if p.who == who and self.now < p.until
            }
            for view in [*seen.planned, *seen.offered_by_me, *seen.open_to_me, *seen.drafted]:
                told = self.oracle.times[view.id]
                assert (view.starts_at, view.ends_at, view.revision) == (told.start, told.end, told.version)

    @invariant()
    def calendars_show_what_was_said(self) -> None:
        """Each plan has one entry a partner, with its own UID, the right time, status and SEQUENCE."""
        rows = list(CalendarEntry.objects.filter(partner__in=self.partners.values()))
        assert len({row.uid for row in rows}) == len(rows) == 2 * len(self.oracle.entries)
        for row in rows:
            entry = self.oracle.entries[row.slot_id]
            status = "CONFIRMED" if entry.on else "CANCELLED"
            shown = (row.starts_at, row.ends_at, row.status, row.sequence)
            assert shown == (entry.start, entry.end, status, entry.steps)

    @invariant()
    def no_plan_overlaps_another(self) -> None:
        plans = sorted((t.start, t.end) for t in self.oracle.plans(self.now).values())
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(plans))

    @invariant()
    def nobody_is_told_what_is_no_longer_so(self) -> None:
        """Reminders that may still leave are about standing plans, at their present SEQUENCE."""
        rows = Notice.objects.filter(recipient__in=self.partners.values(), kind="reminder", state="pending")
        for row in rows:
            entry = self.oracle.entries[row.cause]
            assert (entry.on, row.revision) == (True, entry.steps)
            assert row.due_at < entry.start


@pytest.mark.crowd
@pytest.mark.django_db
def test_two_people_and_what_they_said() -> None:
    """The machine runs against the real operations and the real database."""
    run_state_machine_as_test(
        TwoPeople,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
