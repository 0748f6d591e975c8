"""A worker is killed, or told to stop, at an exact point of the mail it is sending; another goes on."""

import datetime as dt
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.faults.conftest import NewCase
from tests.faults.ledger import FREED, REMINDER, Case
from tests.faults.rows import PostgreSQLRows
from tests.faults.sink import Hold, Point
from tests.faults.site import PATIENCE
from tests.services import wait_for

POINTS = {
    "after its claim": Point.GREETING,
    "after START, before SMTP": Point.MAIL,
    "during SMTP": Point.DATA,
    "after SMTP's 250, before `sent`": Point.TAKEN,
}
# What nobody can tell of is not repeated, or is, as its kind says; everything else is told exactly once.
PROMISES: dict[tuple[Point, str], dict[str, int]] = {
    (Point.MAIL, REMINDER): {"unsure": 1},
    (Point.DATA, REMINDER): {"unsure": 1},
    (Point.TAKEN, FREED): {"doubled": 1},
}


def begin(it: Case, kind: str) -> None:
    """Let two notices of this kind be due."""
    if kind == REMINDER:
        it.remind()
    else:
        it.press_free(it.plan())


def killed_at(it: Case, kind: str, point: Point) -> None:
    """Let a worker come to `point` with the first of two notices, and kill it there."""
    with it.site.sink.holds(point) as hold:
        begin(it, kind)
        assert hold.reached.wait(PATIENCE)
        name = it.site.holder_of(hold.peer)
        if point is Point.TAKEN:
            with unable_to_finish(it, hold):
                it.site.kill_worker(name)
        else:
            it.site.kill_worker(name)
    it.lease_lapses(after=dt.timedelta(hours=1))  # nobody takes these up while others are killed
    it.site.start_worker(name)


@contextmanager
def unable_to_finish(it: Case, hold: Hold) -> Iterator[None]:
    """Let the worker hear the server's 250, and keep it from writing that down."""
    rows = it.site.rows
    assert isinstance(rows, PostgreSQLRows)
    with rows.connect() as other, other.transaction():
        begun = "SELECT 1 FROM scheduler_notice WHERE cause = %s AND send_started_at IS NOT NULL AND sent_at IS NULL"
        assert len(other.execute(f"{begun} FOR UPDATE".encode(), [it.plans[-1].slot]).fetchall()) == 1
        hold.over.set()
        waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%%notice%%'"
        wait_for(partial(rows.ask, f"SELECT 1 {waiting}"), what="who wants to finish", seconds=PATIENCE)
        yield
        rows.ask(f"SELECT pg_terminate_backend(pid) {waiting}")  # or it finishes for the dead


def test_killed_while_sending(case: NewCase) -> None:
    """Eight kills one after the other; what each held is taken up once its lease is over."""
    cases = []
    for words, point in POINTS.items():
        for kind in (REMINDER, FREED):
            it = case(f"worker killed {words}")
            killed_at(it, kind, point)
            cases.append((it, kind, point))
    for it, kind, point in cases:
        it.lease_lapses()
        it.settle(**{kind: PROMISES.get((point, kind), {})})


def test_told_to_stop_while_sending(case: NewCase) -> None:
    """It finishes the mail at hand and gives the rest back, at once."""
    it = case("worker told to stop while sending")
    with it.site.sink.holds(Point.TAKEN) as hold:
        it.remind()
        assert hold.reached.wait(PATIENCE)
        name = it.site.holder_of(hold.peer)
        child = it.site.workers.pop(name)
        child.process.send_signal(signal.SIGTERM)
    assert child.process.wait(15) == 0
    it.site.start_worker(name)
    it.settle()
