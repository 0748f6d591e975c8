"""The rules of one time, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.slot import (
    Action,
    SlotFacts,
    State,
    actions_for,
    check_offer,
    expiry,
    makes_a_plan,
    require,
    state_of,
)

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
ANA, BEN = uuid4(), uuid4()
TONIGHT = Period(NOW + timedelta(hours=8), NOW + timedelta(hours=10))
OPEN = SlotFacts(TONIGHT, 1, NOW + timedelta(hours=5), confirmed=False, author=ANA, yeses=frozenset({ANA}))
PLAN = replace(OPEN, confirmed=True, yeses=frozenset({ANA, BEN}))
AWAY = replace(OPEN, tucked_away_by=frozenset({BEN}))
BLOCKED = replace(OPEN, overlaps_plan=True)
ANSWERS = {Action.YES, Action.TUCK_AWAY, Action.SUGGEST, Action.NOTE}


@pytest.mark.parametrize(
    ("slot", "later", "ana", "ben"),
    [
        (OPEN, timedelta(0), {Action.FREE, Action.CHANGE}, ANSWERS),
        (AWAY, timedelta(0), {Action.FREE, Action.CHANGE}, ANSWERS - {Action.TUCK_AWAY} | {Action.BRING_BACK}),
        (BLOCKED, timedelta(0), {Action.FREE, Action.CHANGE}, ANSWERS - {Action.YES}),
        (OPEN, timedelta(hours=5), set(), set()),
        (PLAN, timedelta(0), {Action.FREE, Action.MOVE}, {Action.FREE, Action.MOVE}),
        (PLAN, timedelta(hours=9), {Action.FREE}, {Action.FREE}),
        (PLAN, timedelta(hours=10), set(), set()),
        (None, timedelta(0), set(), set()),
    ],
)
def test_who_may_do_what(slot: SlotFacts | None, later: timedelta, ana: set[Action], ben: set[Action]) -> None:
    assert actions_for(slot, ANA, now=NOW + later) == ana
    assert actions_for(slot, BEN, now=NOW + later) == ben


def test_the_author_cannot_tell_what_the_other_did() -> None:
    """Tucking away changes nothing for the author."""
    assert actions_for(OPEN, ANA, now=NOW) == actions_for(AWAY, ANA, now=NOW)
    assert state_of(OPEN, now=NOW) is state_of(AWAY, now=NOW) is State.OPEN


@pytest.mark.parametrize(
    ("slot", "who", "expected"),
    [
        (None, BEN, Reason.NO_LONGER_OPEN),
        (BLOCKED, BEN, Reason.OVERLAPS_PLAN),
        (OPEN, ANA, Reason.NOT_POSSIBLE),
        (PLAN, BEN, Reason.NOT_POSSIBLE),
    ],
)
def test_why_a_yes_is_not_taken(slot: SlotFacts | None, who: object, expected: Reason) -> None:
    with pytest.raises(Problem) as problem:
        require(Action.YES, slot, who, now=NOW)  # type: ignore[arg-type]
    assert problem.value.reason is expected


def test_the_second_key_makes_a_plan() -> None:
    assert makes_a_plan(OPEN, BEN, revision=1, now=NOW)
    assert not makes_a_plan(replace(OPEN, yeses=frozenset()), BEN, revision=1, now=NOW)


def test_a_yes_is_for_what_was_seen() -> None:
    with pytest.raises(Problem) as problem:
        makes_a_plan(replace(OPEN, revision=2), BEN, revision=1, now=NOW)
    assert problem.value.reason is Reason.NO_LONGER_OPEN


@pytest.mark.parametrize(
    ("start_in", "fades_in"),
    [
        (timedelta(days=30), timedelta(days=7)),
        (timedelta(days=2), timedelta(days=2) - timedelta(hours=3)),
        (timedelta(hours=3, minutes=1), timedelta(minutes=1)),
        (timedelta(hours=3), timedelta(hours=3)),
        (timedelta(minutes=20), timedelta(minutes=20)),
    ],
)
def test_when_an_offer_fades(start_in: timedelta, fades_in: timedelta) -> None:
    assert expiry(starts_at=NOW + start_in, made_at=NOW, now=NOW) == NOW + fades_in


def test_a_move_fades_when_the_plan_it_would_replace_begins() -> None:
    fades = expiry(starts_at=NOW + timedelta(days=3), made_at=NOW, now=NOW, replaces=NOW + timedelta(hours=1))
    assert fades == NOW + timedelta(hours=1)


def test_a_change_does_not_stretch_the_seven_days() -> None:
    made = NOW - timedelta(days=6)
    assert expiry(starts_at=NOW + timedelta(days=30), made_at=made, now=NOW) == made + timedelta(days=7)


def span(hours: int, length: int = 1) -> Period:
    return Period(NOW + timedelta(hours=hours), NOW + timedelta(hours=hours + length))


@pytest.mark.parametrize(
    ("periods", "plans", "own", "offers", "expected"),
    [
        ([], [], [], 0, Reason.NO_TIMES),
        ([span(1), span(2), span(3), span(4)], [], [], 0, Reason.TOO_MANY_TIMES),
        ([span(1), span(1)], [], [], 0, Reason.TWICE),
        ([span(1)], [], [], 3, Reason.TOO_MANY_OPEN),
        ([span(0)], [], [], 0, Reason.IN_THE_PAST),
        ([span(24 * 181)], [], [], 0, Reason.TOO_FAR),
        ([span(1)], [], [span(1)], 1, Reason.ALREADY_OFFERED),
        ([span(5), span(1)], [span(0, 2)], [], 0, Reason.OVERLAPS_PLAN),
    ],
)
def test_what_cannot_be_offered(
    periods: list[Period], plans: list[Period], own: list[Period], offers: int, expected: Reason
) -> None:
    with pytest.raises(Problem) as problem:
        check_offer(periods, plans=plans, own_open=own, open_offers=offers, now=NOW)
    assert problem.value.reason is expected


def test_a_plan_may_move_to_overlap_itself_but_not_to_where_it_stands() -> None:
    check_offer([span(2, 2)], plans=[], own_open=[], open_offers=0, now=NOW, replaces=span(1, 2))
    with pytest.raises(Problem) as problem:
        check_offer([span(1, 2)], plans=[], own_open=[], open_offers=0, now=NOW, replaces=span(1, 2))
    assert problem.value.reason is Reason.OVERLAPS_PLAN


def test_back_to_back_with_a_plan_may_be_offered() -> None:
    check_offer([span(1), span(4)], plans=[span(2, 2)], own_open=[span(9)], open_offers=2, now=NOW)
