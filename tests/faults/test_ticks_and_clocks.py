"""Nobody beats, two beat, and the clock of one worker jumps: only the rows and the database's clock count."""

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.faults.conftest import NewCase
from tests.faults.site import PATIENCE, Site, kill_group
from tests.services import Child, wait_for

LIBRARY = Path("/usr/lib")
WAIT = dt.timedelta(seconds=4)  # by then each worker has seen its clock jump
HALF_AN_HOUR = 1800


def is_beating(child: Child) -> bool:
    """Return whether it has sent several tasks."""
    return child.log.read_text().count("Sending due task") > 3


@contextmanager
def beats(site: Site, count: int) -> Iterator[None]:
    """Run so many `celery beat` beside the workers' own ticks, each ten times as fast as they."""
    running = []
    try:
        for number in range(count):
            schedule = str(site.folder / f"beat{number}")
            words = [
                "-m",
                "celery",
                "--app",
                "tests.faults.beat",
                "beat",
                "--schedule",
                schedule,
                "--loglevel",
                "INFO",
            ]
            running.append(
                Child.start([sys.executable, *words], name=f"beat{number}", folder=site.folder, env=site.env)
            )
        for child in running:
            child.until(partial(is_beating, child), seconds=PATIENCE)
        yield
    finally:
        for child in running:
            kill_group(child)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_beats(case: NewCase, count: int) -> None:
    """More ticks than anybody needs, or only the workers' own."""
    it = case(f"{count} celery beat")
    with beats(it.site, count):
        it.remind()
        it.press_free(it.plan())
        it.settle()


def preloaded() -> str:
    """Return the library by which a process sees another time."""
    return str(next(LIBRARY.glob("*/faketime/libfaketime.so.1")))


def set_clocks(clocks: dict[Path, str]) -> None:
    """Let each clock differ by so much; whoever reads it meanwhile sees the one or the other."""
    for clock, shift in clocks.items():
        draft = clock.with_suffix(".draft")
        draft.write_text(f"{shift}\n")
        draft.rename(clock)


@contextmanager
def jumping_clocks(site: Site, shifts: dict[str, str]) -> Iterator[Callable[[], None]]:
    """Give workers a clock each that is right at first; the function that comes with it lets all of them jump."""
    clocks = {site.folder / f"clock-{name}": shift for name, shift in shifts.items()}
    set_clocks(dict.fromkeys(clocks, "+0"))
    for name, clock in zip(shifts, clocks, strict=True):
        fake = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1"}
        site.replace_worker(name, LD_PRELOAD=preloaded(), FAKETIME_DONT_FAKE_MONOTONIC="1", **fake)
    try:
        yield partial(set_clocks, clocks)
    finally:
        for name in shifts:
            site.replace_worker(name)


def test_clocks_jump(case: NewCase) -> None:
    """One worker an hour ahead, one an hour behind: nothing leaves early, late, twice, or not at all."""
    it = case("workers' clocks +1 h and -1 h")
    with jumping_clocks(it.site, {"one": "+1h", "two": "-1h"}) as jump:
        first = it.remind()
        wait_for(lambda: len(it.reminders_of(first)) == 2, what="mails by clocks that are right", seconds=PATIENCE)
        assert all(abs(mail.dated - mail.at) < HALF_AN_HOUR for mail in it.reminders_of(first))
        jump()
        later = it.remind(wait=WAIT)
        due_at = time.time() + WAIT.total_seconds() - 0.5
        soon = it.plan()
        it.starts_in(soon, dt.timedelta(seconds=HALF_AN_HOUR))
        it.remind(soon, wait=WAIT)
        freed = it.plan()
        it.press_free(freed)
        it.settle()
    assert all(mail.at >= due_at for mail in it.reminders_of(later))
    assert all(abs(mail.dated - mail.at) > HALF_AN_HOUR for mail in it.reminders_of(later))
