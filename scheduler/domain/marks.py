"""What two people have in common, found once a week and at no other moment.

Each marks in private what they would welcome (kinds) and what would do them good (needs). Only what both have marked
is ever shown, to both at once, at a tick that all couples share: Monday, 04:00 UTC. Marking everything therefore
teaches nothing in between, and little at the tick:

* A mark begins to count at the first tick at which it has stood for a week, so nobody can mark just before the tick,
  look, and take it all out again at a small price.
* Of each list at most three new marks a person begin to count at one tick, those that have stood for longest first.
  Each list holds twenty things. Who marks all of them learns, without the cap, all of the other's list at the first
  tick. With it they ask about three of twenty, which is 15 % of the other's marks on average, and the whole takes
  seven ticks; everything that this brings to light is shown to the other just as well. Somebody who means it marks a
  few things and waits for one tick.
* What does not show is no answer: the other may not have marked it, or too lately, or more before it.
* What has been taken out and marked again is new: it waits for a week, and takes one of the three places.

Taking a mark out acts at once (two keys to open, one to close), so what was shown disappears for both in that moment,
without notice. From that the other can tell that it is no longer marked, and nothing else: no cause, and no mark that
was never shown, which leaves without anybody noticing. The rule wins over that bit of secrecy because a mark that went
on standing for a while against its owner's wish would be a promise.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

WEEK = timedelta(days=7)
STANDS_FOR = WEEK
NEW_A_TICK = 3
MOST_OWN = 10
LONGEST_OWN = 40
OWN = "own:"
_FIRST_TICK = datetime(1970, 1, 5, 4, tzinfo=UTC)  # a Monday
_LOOKS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # variation selectors: how a character looks, not which it is


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One mark of one person. `what` is a word of the list, or `OWN` and their own; `counts` once it takes part."""

    id: UUID
    what: str
    marked_at: datetime
    counts: bool = False


def tick_at(now: datetime) -> datetime:
    """Return the newest tick at or before `now`, in UTC."""
    return now - (now - _FIRST_TICK) % WEEK


def next_tick_at(now: datetime) -> datetime:
    """Return the first tick after `now`, in UTC."""
    return tick_at(now) + WEEK


def counting(marks: Iterable[Marked], *, tick: datetime) -> list[Marked]:
    """Return which marks of one person and one list take part in `tick`: those that count, and the next three.

    Next are those that have stood for a week, oldest first; of one moment, in an order that is the same for everybody,
    so that two who mark the same things soon meet. Ask once a tick: asked again it would let three more in.
    """
    marks = list(marks)
    waiting = [mark for mark in marks if not mark.counts and mark.marked_at <= tick - STANDS_FOR]
    begin = sorted(waiting, key=lambda mark: (mark.marked_at, same(mark.what)))[:NEW_A_TICK]
    return [*(mark for mark in marks if mark.counts), *begin]


def in_common(one: Iterable[Marked], other: Iterable[Marked]) -> list[tuple[Marked, Marked]]:
    """Return the pairs of marks of two people that say the same, given those of one list that count."""
    mine, theirs = ({same(mark.what): mark for mark in marks} for marks in (one, other))
    return [(mark, theirs[what]) for what, mark in mine.items() if what in theirs]


def same(what: str) -> str:
    """Return what a mark is compared by: its word of the list, or what was written without its looks."""
    return OWN + normalised(what.removeprefix(OWN)) if what.startswith(OWN) else what


def normalised(text: str) -> str:
    """Return `text` without case, white space, punctuation and compatibility forms (NFKC, Unicode Annex 15).

    Two people who write "Slow dancing!" and "slow-dancing" mean one thing. Empty when nothing but such is there.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in folded if unicodedata.category(each)[0] not in "PZC" and each not in _LOOKS)
