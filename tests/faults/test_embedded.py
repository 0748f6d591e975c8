"""Pear as `make run` starts it, on SQLite: all of it is killed, its disk is full, its database keeps it waiting."""

import datetime as dt
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.faults.ledger import Case, Ledger, is_quiet
from tests.faults.rows import SQLiteRows
from tests.faults.sink import Point, Sink
from tests.faults.site import PATIENCE, Site, environment, family
from tests.services import Child, wait_for

COUPLES = 9
BUSY_SECONDS = 20  # SQLite's own patience, in the settings
A_WHILE = dt.timedelta(seconds=30)  # in which Pear starts and two mails leave
FULL = 1  # bytes that a file may have; what is longer cannot grow, nor be written to behind this


@pytest.fixture(scope="module")
def embedded(run_folder: Path, sink: Sink) -> Iterator[Site]:
    """Pear under its supervisor, with nothing but its folder."""
    folder = run_folder / "embedded"
    folder.mkdir()
    env = environment(folder, sink, DELIVERY_LEASE_SECONDS="8", EMAIL_TIMEOUT_SECONDS="2")
    site = Site(folder, env, SQLiteRows(folder / "var" / "pear.sqlite3"), sink)
    site.fill(COUPLES)
    try:
        start(site)
        yield site
    finally:
        kill_all(site)


@pytest.fixture
def case(embedded: Site, ledger: Ledger) -> Callable[[str], Case]:
    """Begin a case here."""
    wait_for(partial(is_quiet, embedded), what="a quiet site", seconds=PATIENCE)
    return lambda fault: Case(embedded, ledger, f"SQLite: {fault}")


def start(site: Site) -> None:
    """Start supervisor, web server and worker."""
    command = [sys.executable, "manage.py", "start"]
    site.web = Child.start(command, name="pear", folder=site.folder, env=site.env)
    site.web.until(lambda: site.get("/healthz") == 200, seconds=PATIENCE)


def kill_all(site: Site) -> None:
    """Kill every process of it at once, the one that would start the others again first."""
    if site.web is None:
        return
    for pid in sorted(family(site.web.process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    site.web.process.wait()


def sound(site: Site) -> bool:
    """Return whether SQLite finds nothing wrong with its file."""
    return site.rows.ask("PRAGMA integrity_check") == [("ok",)]


def test_all_of_it_is_killed(case: Callable[[str], Case]) -> None:
    """In the middle of a batch; the lease has to lapse by itself."""
    it = case("all processes killed")
    with it.site.sink.holds(Point.GREETING) as hold:
        it.remind()
        it.free()
        assert hold.reached.wait(PATIENCE)
        kill_all(it.site)
    assert sound(it.site)
    start(it.site)
    it.settle()


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """Let no process of it write to a file any more; for one block.

    But for the supervisor: it writes to a terminal only, which stands in a file here.
    """
    assert site.web is not None
    supervisor = site.web.process.pid
    pids = family(supervisor) - {supervisor}
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FULL, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_its_disk_is_full(case: Callable[[str], Case]) -> None:
    """Pages can be read, a press asks to try again, nothing is half done; with room again all goes on."""
    it = case("no room on the disk")
    plan = it.plan()
    with full_disk(it.site):
        it.remind()
        assert it.site.free(plan) == 503
        assert it.site.get("/", plan) == 200
        assert it.site.rows.ask("SELECT 1 FROM scheduler_slot WHERE id = %s", plan.slot)
    it.press_free(plan)
    it.settle()
    assert sound(it.site)
    assert it.site.web is not None
    assert it.site.web.process.poll() is None


def test_its_database_keeps_it_waiting(case: Callable[[str], Case]) -> None:
    """Somebody else writes for longer than it waits: a press asks to try again, and reading goes on."""
    it = case("another writer stalls")
    plan = it.plan()
    with closing(sqlite3.connect(it.site.folder / "var" / "pear.sqlite3")) as other, ThreadPoolExecutor() as hands:
        it.remind()
        other.execute("BEGIN IMMEDIATE")
        press = hands.submit(it.site.free, plan)
        assert it.site.get("/help/") == 200
        assert press.result(BUSY_SECONDS + PATIENCE) == 503
        other.rollback()
    wait_for(lambda: it.site.free(plan) == 200, what="the press", seconds=PATIENCE)
    it.press_free(plan)
    it.settle()
    assert sound(it.site)


def test_an_old_backup_is_restored(case: Callable[[str], Case]) -> None:
    """It knows of reminders that have left since then, and their time has begun: nobody gets them again."""
    it = case("an old backup restored")
    file = it.site.folder / "var" / "pear.sqlite3"
    backup = it.site.folder / "backup.sqlite3"
    kill_all(it.site)
    plan = it.plan()
    it.starts_in(plan, A_WHILE)
    it.due(plan)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    start(it.site)
    wait_for(lambda: len(it.reminders_of(plan)) == 2, what="the reminders", seconds=PATIENCE)
    kill_all(it.site)
    it.all_begun(plan)
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    shutil.copyfile(backup, file)
    start(it.site)
    it.press_free(it.plan())
    it.settle()
    assert len(it.reminders_of(plan)) == 2
    assert sound(it.site)
