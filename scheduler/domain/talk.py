"""Cards: questions for two, each answered for oneself, and shown to both only once both have shared that card.

A press on "Share this card" is for the answer as it stood when it was pressed: whoever changes an answer takes their
own press back. One press is seen by nobody but the one who pressed; two show both answers to both.

"How often" is never shown to the other, not even then: two presses tell both whether their answers are close or worth
a talk, and nothing else. That sentence is one bit about the other's answer, and someone who could ask for it again and
again, each time with another answer, would soon know that answer. Therefore its end ends both presses, whoever
changed, deleted or took back theirs: each sentence costs a press of both, so that nobody learns a second bit unless
the other wants to tell it. While only one has pressed, the other's changes touch nothing of that press;
if they did, the one who pressed would notice that there is somebody at work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from textwrap import wrap
from zoneinfo import ZoneInfo

from scheduler.domain.period import LONGEST, SHORTEST, Period, first_showing
from scheduler.domain.text import several_lines

MOST_CHARACTERS = 2000
MOST_TIMES = 6
MIDNIGHT = time(0)
_DAYS = 7
_CODES_WIDE = 16


class Card(StrEnum):
    """The deck, by the neutral names that stand in addresses. ASKED and ASKING are the two lines of one card."""

    MEANING = auto()
    OFTEN = auto()
    PLANNING = auto()
    TRYING = auto()
    ROOM = auto()
    WHEN = auto()
    NEED = auto()
    NEW = auto()
    MORE = auto()
    ASKED = auto()
    ASKING = auto()


class Often(StrEnum):
    """How often somebody would like time together, in steps from most to least."""

    SEVERAL_A_WEEK = auto()
    WEEKLY = auto()
    FORTNIGHTLY = auto()
    MONTHLY = auto()
    RARER = auto()
    NOT_NOW = auto()


class Finding(StrEnum):
    """All that two answers to "how often" ever tell."""

    CLOSE = auto()
    TALK = auto()


class Standing(StrEnum):
    """Where a card stands for its reader. Nothing in it depends on a press that the other one made alone."""

    BLANK = auto()
    ALONE = auto()
    PRESSED = auto()
    SHARED = auto()


@dataclass(frozen=True, order=True)
class WelcomeTime:
    """A stretch of the week that would suit, by the wall clocks of whoever wrote it: 0 is Monday.

    It ends on the day on which it begins, at the latest at its midnight, which is written 00:00.
    """

    weekday: int
    from_time: time
    until_time: time

    @classmethod
    def of(cls, weekday: int, from_time: str, until_time: str) -> "WelcomeTime":
        """Return the time of these wall times, such as `20:00`. Raises ValueError for what is none."""
        if weekday not in range(_DAYS):
            raise ValueError("there is no such day")
        return cls(weekday, time.fromisoformat(from_time), time.fromisoformat(until_time))

    @property
    def has_length(self) -> bool:
        """Whether its end comes after its beginning."""
        return self.until_time == MIDNIGHT or self.from_time < self.until_time


def standing_of(*, answered: bool, pressed: bool, other_pressed: bool) -> Standing:
    """Return where a card stands for one of the two; `other_pressed` tells only together with a press of one's own."""
    if not answered:
        return Standing.BLANK
    if not pressed:
        return Standing.ALONE
    return Standing.SHARED if other_pressed else Standing.PRESSED


def shows_answers(card: Card) -> bool:
    """Return whether two presses show the answers themselves; else they show only what `compared` finds."""
    return card is not Card.OFTEN


def ends_both_presses(card: Card) -> bool:
    """Return whether the end of one press, once both have pressed, ends the other's as well: see above."""
    return card is Card.OFTEN


def compared(one: Often, other: Often) -> Finding:
    """Return what two answers tell: close when they are the same, or neighbours among the steps."""
    steps = list(Often)
    return Finding.CLOSE if abs(steps.index(one) - steps.index(other)) <= 1 else Finding.TALK


def kept_form(card: Card, typed: str) -> str:
    """Return an answer as it is kept; nothing but white space is the empty text, and no answer.

    Raises ValueError for what no form lets through: too many characters, an unknown step, times that are none.
    """
    if card is Card.OFTEN:
        return often_text(Often(typed.strip())) if typed.strip() else ""
    if card is Card.WHEN:
        return times_text(times_in(typed))
    text = several_lines(typed)
    if len(text) > MOST_CHARACTERS:
        raise ValueError("the answer is too long")
    return text


def lines_of(text: str, *, width: int) -> list[str]:
    """Return an answer line by line; one wider than `width` characters goes on in the next, nothing is lost."""
    return [part for line in text.splitlines() for part in wrap(line, width)]


def often_text(step: Often) -> str:
    """Return a step as text of one width, so that what is sealed of it is equally long for all of them."""
    return step.value.ljust(_CODES_WIDE)


def often_in(text: str) -> Often:
    """Return the step that `often_text` wrote. Raises ValueError for any other text."""
    return Often(text.strip())


def times_text(times: Iterable[WelcomeTime]) -> str:
    """Return times as text, one a line (`4 20:00 22:30`), in the order of the week, each once.

    Raises ValueError for more than `MOST_TIMES`, and for a time that ends before it begins.
    """
    found = sorted(set(times))
    if len(found) > MOST_TIMES or not all(each.has_length for each in found):
        raise ValueError("these are too many times, or one of them has no length")
    return "\n".join(f"{each.weekday} {each.from_time:%H:%M} {each.until_time:%H:%M}" for each in found)


def times_in(text: str) -> tuple[WelcomeTime, ...]:
    """Return the times that `times_text` wrote. Raises ValueError for any other text."""
    return tuple(_time_in(line) for line in text.splitlines())


def periods_within(
    times: Iterable[WelcomeTime], *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> tuple[Period, ...]:
    """Return when these times are, by the clocks of `zone`, in the stretch [starts_at, ends_at), UTC.

    Those that lie in it only in part are left out, and those that are shorter or longer there than a time may be: a
    clock that the zone skips is the first instant after the gap, one that comes twice is the first of the two.
    """
    first, last = (moment.astimezone(zone).date() for moment in (starts_at, ends_at))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = [_showing_on(day, each, zone) for day in days for each in times if day.weekday() == each.weekday]
    fitting = [(begins, ends) for begins, ends in found if starts_at <= begins and ends <= ends_at]
    return tuple(Period(begins, ends) for begins, ends in fitting if SHORTEST <= ends - begins <= LONGEST)


def _showing_on(day: date, welcome: WelcomeTime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day + timedelta(days=1) if welcome.until_time == MIDNIGHT else day
    begins, ends = datetime.combine(day, welcome.from_time), datetime.combine(last, welcome.until_time)
    return first_showing(wall=begins, zone=zone), first_showing(wall=ends, zone=zone)


def _time_in(line: str) -> WelcomeTime:
    weekday, from_time, until_time = line.split(" ")
    return WelcomeTime.of(int(weekday), from_time, until_time)
