"""The rules of the cards: what is kept, what two presses show, and what they never tell."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from scheduler.domain.period import Period
from scheduler.domain.talk import (
    MOST_CHARACTERS,
    MOST_TIMES,
    Card,
    Finding,
    Often,
    Standing,
    WelcomeTime,
    compared,
    ends_both_presses,
    kept_form,
    lines_of,
    often_in,
    often_text,
    periods_within,
    shows_answers,
    standing_of,
    times_in,
    times_text,
)

EVENING = WelcomeTime.of(4, "20:00", "22:30")


def test_a_press_of_the_other_alone_changes_nothing_in_sight() -> None:
    for answered, pressed in ((False, False), (True, False)):
        found = {standing_of(answered=answered, pressed=pressed, other_pressed=other) for other in (False, True)}
        assert found == {Standing.ALONE if answered else Standing.BLANK}
    assert standing_of(answered=True, pressed=True, other_pressed=False) is Standing.PRESSED
    assert standing_of(answered=True, pressed=True, other_pressed=True) is Standing.SHARED


def test_only_how_often_is_never_shown_and_asks_both_anew() -> None:
    assert [card for card in Card if not shows_answers(card)] == [Card.OFTEN]
    assert [card for card in Card if ends_both_presses(card)] == [Card.OFTEN]


def test_neighbours_are_close_and_all_else_is_worth_a_talk() -> None:
    steps = list(Often)
    for (at, one), (place, other) in itertools.product(enumerate(steps), repeat=2):
        assert compared(one, other) is compared(other, one)
        assert (compared(one, other) is Finding.CLOSE) == (at - place in {-1, 0, 1})


def test_every_step_is_sealed_as_equally_many_bytes_and_read_again() -> None:
    assert {len(often_text(step).encode()) for step in Often} == {16}
    assert [often_in(often_text(step)) for step in Often] == list(Often)


def test_words_are_kept_as_lines_without_what_nobody_reads() -> None:
    typed = "  One\r\n\r\n\r\n\r\ntwo\x00\u202e  three \n"
    assert kept_form(Card.MEANING, typed) == "One\n\ntwo three"
    assert kept_form(Card.MEANING, " \r\n\t ") == ""
    assert len(kept_form(Card.MEANING, "x" * MOST_CHARACTERS)) == MOST_CHARACTERS


def test_a_step_and_times_are_kept_in_their_own_form() -> None:
    assert kept_form(Card.OFTEN, "weekly") == often_text(Often.WEEKLY)
    assert kept_form(Card.OFTEN, " ") == ""
    assert kept_form(Card.WHEN, "4 20:00 22:30\n0 07:00 08:00\n4 20:00 22:30") == "0 07:00 08:00\n4 20:00 22:30"
    assert kept_form(Card.WHEN, "") == ""


@pytest.mark.parametrize(
    ("card", "typed"),
    [
        (Card.MEANING, "x" * (MOST_CHARACTERS + 1)),
        (Card.OFTEN, "sometimes"),
        (Card.WHEN, "on Friday"),
        (Card.WHEN, "7 20:00 22:00"),
        (Card.WHEN, "4 20:00 20:00"),
        (Card.WHEN, "4 25:00 26:00"),
        (Card.WHEN, "\n".join(f"{day} 20:00 22:00" for day in range(MOST_TIMES + 1))),
    ],
)
def test_what_no_form_lets_through_is_not_kept(card: Card, typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (also those of the standard library)
        kept_form(card, typed)


def test_times_are_read_as_they_were_written() -> None:
    times = (WelcomeTime.of(0, "00:00", "07:30"), EVENING, WelcomeTime.of(6, "21:15", "00:00"))
    assert times_in(times_text(times)) == times
    assert times_in("") == ()


def test_a_time_ends_on_its_day_or_at_its_midnight() -> None:
    assert WelcomeTime(4, dt.time(22), dt.time(0)).has_length
    assert WelcomeTime(4, dt.time(0), dt.time(0)).has_length
    assert not WelcomeTime(4, dt.time(22), dt.time(1)).has_length


def test_lines_for_a_list_lose_nothing() -> None:
    assert lines_of("The late news\n\nSunday mails", width=120) == ["The late news", "Sunday mails"]
    assert lines_of("one two three", width=7) == ["one two", "three"]


@pytest.mark.parametrize(
    ("time", "starts", "ends"),
    [
        (EVENING, "2026-03-27 19:00", "2026-03-27 21:30"),
        (WelcomeTime.of(5, "22:00", "00:00"), "2026-03-28 21:00", "2026-03-28 23:00"),
        (WelcomeTime.of(6, "01:00", "03:30"), "2026-03-29 00:00", "2026-03-29 01:30"),  # an hour is skipped within it
    ],
)
def test_a_time_of_the_week_is_there_by_the_clocks_of_the_zone(time: WelcomeTime, starts: str, ends: str) -> None:
    [found] = _in_the_week_of(dt.date(2026, 3, 23), time)
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in (found.starts_at, found.ends_at)] == [starts, ends]


def test_what_the_clocks_skip_or_the_week_cuts_is_left_out() -> None:
    skipped, short = WelcomeTime.of(6, "02:00", "03:00"), WelcomeTime.of(2, "20:00", "20:05")
    assert _in_the_week_of(dt.date(2026, 3, 23), skipped, short) == ()
    assert _in_the_week_of(dt.date(2026, 10, 19), WelcomeTime.of(6, "00:00", "00:00")) == (), "25 hours long"
    zone = ZoneInfo("Europe/Berlin")
    from_eight = dt.datetime(2026, 3, 27, 20, tzinfo=zone)
    assert periods_within([EVENING], starts_at=from_eight, ends_at=from_eight + dt.timedelta(days=1), zone=zone) != ()
    late = from_eight + dt.timedelta(minutes=1)
    assert periods_within([EVENING], starts_at=late, ends_at=late + dt.timedelta(days=1), zone=zone) == ()


def _in_the_week_of(monday: dt.date, *times: WelcomeTime) -> tuple[Period, ...]:
    zone = ZoneInfo("Europe/Berlin")
    starts_at = dt.datetime.combine(monday, dt.time(0), zone)
    ends_at = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(0), zone)
    return periods_within(times, starts_at=starts_at, ends_at=ends_at, zone=zone)
