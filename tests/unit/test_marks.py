"""The rules of marks: when they begin to count, how few of them, and that nothing shows in between."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.marks import (
    NEW_A_TICK,
    OWN,
    STANDS_FOR,
    WEEK,
    Marked,
    counting,
    in_common,
    next_tick_at,
    normalised,
    same,
    tick_at,
)
from scheduler.models.kinds import CALENDAR_NAMES, Kind, Need, Topic, words_of
from tests.gates.words import NEVER_OUTSIDE

MONDAY = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WORDS = [word for word, _ in words_of(Topic.KIND)]


def mark(what: str, at: datetime, *, counts: bool = False) -> Marked:
    return Marked(id=uuid.uuid5(uuid.NAMESPACE_OID, f"{what} {at}"), what=what, marked_at=at, counts=counts)


@pytest.mark.parametrize("now", [MONDAY, MONDAY + SECOND, MONDAY + WEEK - SECOND])
def test_the_tick_is_on_monday_at_four_for_everybody(now: datetime) -> None:
    assert (tick_at(now), next_tick_at(now)) == (MONDAY, MONDAY + WEEK)
    assert tick_at(MONDAY - SECOND) == MONDAY - WEEK
    assert (MONDAY.weekday(), tick_at(now).utcoffset()) == (0, timedelta(0))


def test_a_mark_counts_once_it_has_stood_for_a_week() -> None:
    in_time, late = mark("bath", MONDAY - STANDS_FOR), mark("talk", MONDAY - STANDS_FOR + SECOND)
    assert counting([in_time, late], tick=MONDAY) == [in_time]
    assert counting([late], tick=MONDAY + WEEK) == [late]


def test_the_oldest_three_begin_to_count_and_what_counts_goes_on() -> None:
    old = [mark(word, MONDAY - 9 * DAY - place * DAY) for place, word in enumerate(WORDS[:5])]
    long_there = mark("sex", MONDAY - 90 * DAY, counts=True)
    assert counting([*old, long_there], tick=MONDAY) == [long_there, old[4], old[3], old[2]]


def test_marks_of_one_moment_begin_in_the_same_order_for_both() -> None:
    mine, theirs = (
        [mark(word, MONDAY - WEEK - at) for word in words] for at, words in ((SECOND, WORDS), (DAY, WORDS[::-1]))
    )
    begun = [[one.what for one in counting(side, tick=MONDAY)] for side in (mine, theirs)]
    assert begun[0] == begun[1] == sorted(WORDS)[:3]


def test_no_list_holds_more_than_a_few_weeks_of_questions() -> None:
    assert NEW_A_TICK / len(WORDS) <= 0.15
    assert len(words_of(Topic.NEED)) == len(WORDS) == 20


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Slow dancing", "slow-dancing!"),
        ("\uff33low  dancing", "slow dancing"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "café"),
        ("❤\ufe0f", "❤"),
        ("a\u200bb", "ab"),
    ],
)
def test_two_ways_to_write_one_thing_are_one(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""
    assert in_common([mark(OWN + one, MONDAY)], [mark(OWN + other, MONDAY)])


@pytest.mark.parametrize(("one", "other"), [("tea", "tee"), ("❤", "💃"), ("2 hours", "3 hours"), ("bath", "baths")])
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_what_somebody_writes_is_not_the_word_of_a_list() -> None:
    assert same(OWN + "bath") != same("bath")
    assert normalised(" …!  ") == ""


# Whoever looks at what is in common, before a tick and after it ----------------------------------------------------
HOURS = st.integers(-60 * 24, 0)
LISTS = st.dictionaries(st.sampled_from(WORDS), HOURS, max_size=len(WORDS))


def marks(of: dict[str, int]) -> list[Marked]:
    return [mark(word, MONDAY + timedelta(hours=hours)) for word, hours in of.items()]


def shown(mine: Iterable[Marked], theirs: Iterable[Marked], *, ticks: Iterable[datetime]) -> list[set[str]]:
    """Return what stands in common after each of these ticks."""
    sides, common = [list(mine), list(theirs)], []
    for tick in ticks:
        counted = [{one.id for one in counting(side, tick=tick)} for side in sides]
        sides = [[replace(m, counts=m.id in ids) for m in side] for side, ids in zip(sides, counted, strict=True)]
        one, other = ([m for m in side if m.counts] for side in sides)
        common.append({a.what for a, _ in in_common(one, other)})
    return common


@given(mine=LISTS, theirs=LISTS, fresh=st.sets(st.sampled_from(WORDS)))
def test_what_one_sees_until_the_tick_does_not_depend_on_the_others_marks_of_the_week_before(
    mine: dict[str, int], theirs: dict[str, int], fresh: set[str]
) -> None:
    standing = [m for m in marks(theirs) if m.marked_at <= MONDAY - STANDS_FOR]
    also = [mark(word, MONDAY - STANDS_FOR + SECOND) for word in sorted(fresh - {m.what for m in standing})]
    assert shown(marks(mine), standing, ticks=[MONDAY]) == shown(marks(mine), standing + also, ticks=[MONDAY])


@given(theirs=LISTS, weeks=st.integers(1, 10))
def test_marking_everything_asks_three_questions_a_week(theirs: dict[str, int], weeks: int) -> None:
    everything = [mark(word, MONDAY - 60 * DAY) for word in WORDS]
    ticks = [MONDAY + week * WEEK for week in range(weeks)]
    seen = shown(everything, marks(theirs), ticks=ticks)
    asked = 0
    for before, after in zip([set(), *seen], seen, strict=False):
        asked += NEW_A_TICK
        assert before <= after
        assert len(after) <= min(asked, len(theirs))
    assert seen == shown(marks(theirs), everything, ticks=ticks), "both see the same"


# The names --------------------------------------------------------------------------------------------------------
def test_what_a_calendar_may_show_is_neutral_and_the_rest_has_no_name_there() -> None:
    assert not [str(name) for name in CALENDAR_NAMES.values() if NEVER_OUTSIDE.search(str(name))]
    bare = {Kind.SEX, Kind.KISSING, Kind.SENSUAL, Kind.SKIN, Kind.TOUCH, Kind.SHOWER, Kind.BED_TALK, Kind.HOLDING}
    assert bare.isdisjoint(CALENDAR_NAMES)
    assert Kind.TOGETHER in CALENDAR_NAMES


def test_no_word_is_so_long_that_a_label_breaks() -> None:
    assert all(len(str(label)) <= 40 for label in [*Kind.labels, *Need.labels])
