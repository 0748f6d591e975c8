"""`python -m tests.bench.windows`: how much of the other's marks the one who marks the most gets to know in a week.

The other one marks as people might: one to six blocks of one to four hours, mostly evenings and the weekend, within
the caps, and likes times of 30 minutes to two hours. The prober knows all of that but nothing of this person, and
looks for the six blocks and the length that bring most to light: block by block, the one that adds most on a sample of
weeks, or most for each hour that it takes.

Exposure is the share of the other's marked time that the prober knows to be welcome after the draw, as a mean over
weeks. Naive matching shows all that both have marked. The last row is what one draw shows to somebody who could mark
everything: a prober who knows the other's habits comes nearer to it than to the rows above. Printed as well is the
share of blocks of which anything came to light: one block, where it is any, and that is all a single time can be.
"""

import random
import statistics
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from scheduler.domain.period import Period
from scheduler.domain.windows import LENGTHS, MOST_IN_ALL, MOST_WINDOWS, Window, drawn, overlaps

MOST_EXPOSED = 0.15
WEEKS, SAMPLE = 4000, 120
MONDAY, HOUR, DAY = datetime(2026, 3, 9, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
BLOCKS = ((1, 2, 3, 4, 5, 6), (10, 25, 30, 20, 10, 5))  # what there is, and how often of a hundred
HOURS = ((1, 1.5, 2, 3, 4), (20, 15, 35, 20, 10))
SHORTEST = (LENGTHS, (15, 50, 15, 20))
DAYS = (range(7), (1, 1, 1, 1, 2, 3, 2.5))
WORKDAY = ((6, 12, 17, 18, 19, 20, 21, 22), (0.5, 0.5, 1, 1.5, 3, 4, 4, 2))
WEEKEND = ((8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 21, 22), (1, 1.5, 1.5, 1, 1, 2, 2, 1, 2, 3, 3, 2))
Marks = list[Window]
Reveal = Callable[[Marks, Marks, int], timedelta]


def realistic(chance: random.Random, *, most: timedelta = MOST_IN_ALL) -> Marks:
    """Return the marks of one week of somebody who means them."""
    shortest = chance.choices(*SHORTEST)[0]
    blocks: list[Period] = []
    for _ in range(chance.choices(*BLOCKS)[0]):
        tries = (_block(chance) for _ in range(20))
        fits = (block for block in tries if _fits(block, blocks, most))
        blocks += [block for block in [next(fits, None)] if block]
    return [Window(block, shortest) for block in blocks]


def _block(chance: random.Random) -> Period:
    day = chance.choices(*DAYS)[0]
    hour = chance.choices(*(WORKDAY if day < 5 else WEEKEND))[0] + chance.choice((0, 0, 0.5))
    starts_at = MONDAY + day * DAY + hour * HOUR
    return Period(starts_at, starts_at + chance.choices(*HOURS)[0] * HOUR)


def _fits(block: Period, blocks: Sequence[Period], most: timedelta) -> bool:
    apart = all(block.ends_at < other.starts_at or other.ends_at < block.starts_at for other in blocks)
    return apart and _sum([*blocks, block]) <= most


def _sum(periods: Iterable[Period]) -> timedelta:
    return sum((period.length for period in periods), timedelta())


def marked(marks: Marks) -> timedelta:
    """Return how much time is marked."""
    return _sum(window.period for window in marks)


def ours(mine: Marks, theirs: Marks, week: int) -> timedelta:
    """Return how much of the other's marks the draw shows."""
    found = overlaps(mine, theirs, plans=(), now=MONDAY - HOUR)
    time = drawn(found, key=b"a server's own", couple_id=uuid.UUID(int=week), draw_at=MONDAY)
    return time.length if time else timedelta()


def naive(mine: Marks, theirs: Marks, week: int) -> timedelta:  # noqa: ARG001  (there is no lot in it)
    """Return how much it would be if all that both marked were shown."""
    found = overlaps(mine, theirs, plans=(), now=MONDAY - HOUR)
    return sum((overlap.ends_at - overlap.starts_at for overlap in found), timedelta())


def exposure(mine: Marks, weeks: Sequence[Marks], reveal: Reveal) -> float:
    """Return the share of the other's marked time that `mine` brings to light, as a mean over weeks."""
    return statistics.fmean(reveal(mine, theirs, week) / marked(theirs) for week, theirs in enumerate(weeks))


def touched(mine: Marks, weeks: Sequence[Marks]) -> float:
    """Return the share of the other's blocks of which `mine` brings anything to light, as a mean over weeks."""
    return statistics.fmean(bool(ours(mine, theirs, week)) / len(theirs) for week, theirs in enumerate(weeks))


def probing(weeks: Sequence[Marks], *, shortest: timedelta, thrifty: bool, most: timedelta = MOST_IN_ALL) -> Marks:
    """Return the marks of somebody who wants to know: each next block is the one that brings most to light.

    `thrifty`: most for each hour, so that the hours reach for more blocks.
    """
    mine: Marks = []
    known = 0.0
    for _ in range(MOST_WINDOWS):
        taken = [window.period for window in mine]
        blocks = [Window(block, shortest) for block in _every_block() if _fits(block, taken, most)]
        gains = {block: exposure([*mine, block], weeks, ours) - known for block in blocks}
        if not gains:
            break
        best = max(gains, key=lambda block: gains[block] / (block.period.length / HOUR if thrifty else 1))
        mine, known = [*mine, best], known + gains[best]
    return mine


def _every_block() -> Iterable[Period]:
    for half_hour in range(7 * 48):
        starts_at = MONDAY + half_hour * HOUR / 2
        if starts_at.hour >= 6:
            yield from (Period(starts_at, starts_at + hours * HOUR) for hours in HOURS[0])


def everything() -> Marks:
    """Return a whole week, which the caps do not let anybody mark."""
    return [Window(Period(MONDAY + day * DAY, MONDAY + day * DAY + DAY), LENGTHS[-1]) for day in range(8)]


def weeks_of_others(count: int, *, seed: int = 0) -> list[Marks]:
    """Return what so many people mark; the same for the same seed."""
    return [realistic(random.Random(number)) for number in range(seed, seed + count)]  # noqa: S311  (no secret)


def main() -> None:
    """Probe, and print; the exit status says whether the cap holds."""
    weeks, known = weeks_of_others(WEEKS), weeks_of_others(SAMPLE, seed=WEEKS)
    hours, blocks = (statistics.fmean(each) for each in ([marked(w) / HOUR for w in weeks], map(len, weeks)))
    print(f"the other one marks {blocks:.1f} blocks and {hours:.1f} h a week on average; {WEEKS:,} weeks")
    probes = [probing(known, shortest=shortest, thrifty=thrifty) for shortest in LENGTHS for thrifty in (False, True)]
    worst = max(_row(mine, weeks) for mine in probes)
    _row(everything(), weeks)
    holds = "holds" if worst <= MOST_EXPOSED else "does not hold"
    print(
        f"with the caps at most {worst:.1%} of the other's marks a week; {MOST_EXPOSED:.0%} at most is wanted: {holds}"
    )
    sys.exit(worst > MOST_EXPOSED)


def _row(mine: Marks, weeks: Sequence[Marks]) -> float:
    shown, all_of_it = exposure(mine, weeks, ours), exposure(mine, weeks, naive)
    what = f"{len(mine)} blocks, {marked(mine) / HOUR:g} h, at least {mine[0].shortest / HOUR:g} h"
    print(
        f"{what:<34} ours {shown:6.1%}   naive {all_of_it:6.1%}   blocks touched {touched(mine, weeks):6.1%}",
        flush=True,
    )
    return shown


if __name__ == "__main__":
    main()
