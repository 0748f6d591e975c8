"""PostgreSQL dies in the middle and comes back, has no connection left, keeps a row locked, and is ahead of us."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

import psycopg

from tests.faults.conftest import NewCase
from tests.faults.rows import PostgreSQLRows
from tests.faults.servers import PostgreSQLServer
from tests.faults.sink import Point
from tests.faults.site import PATIENCE, Site, free_path
from tests.services import wait_for


def test_it_dies_while_a_mail_is_sent(case: NewCase, postgresql_server: PostgreSQLServer) -> None:
    """The mail at hand has arrived and nobody could write it down; a page says so while the database is away."""
    it = case("PostgreSQL restarted, -m immediate")
    freed = it.plan()
    with it.site.sink.holds(Point.TAKEN) as hold:
        it.remind()
        assert hold.reached.wait(PATIENCE)
        postgresql_server.die()
        assert it.site.get("/settings/", freed) == 503
        postgresql_server.start()
    it.lease_lapses()
    wait_for(lambda: it.site.get("/settings/", freed) == 200, what="the page", seconds=PATIENCE)
    it.press_free(freed)
    it.settle()


def take_all(rows: PostgreSQLRows, taken: list[psycopg.Connection[Any]]) -> bool:
    """Take every connection that is free, and end those of others; returns whether there were none."""
    with suppress(psycopg.OperationalError):
        while True:
            taken.append(rows.connect())
    mine = [connection.info.backend_pid for connection in taken]
    others = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    others += b" WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)"
    return not taken[0].execute(others, [mine]).fetchall()


def close_all(taken: list[psycopg.Connection[Any]]) -> None:
    """Give them back."""
    for connection in taken:
        connection.close()


def test_no_connection_is_left(case: NewCase, postgresql_server: PostgreSQLServer) -> None:
    it = case("PostgreSQL without a free connection")
    reader = it.plan()
    it.remind()
    taken: list[psycopg.Connection[Any]] = []
    with ExitStack() as stack:
        stack.callback(close_all, taken)
        wait_for(partial(take_all, postgresql_server.rows, taken), what="every connection", seconds=PATIENCE)
        assert it.site.get("/settings/", reader) == 503
    wait_for(lambda: it.site.get("/settings/", reader) == 200, what="the page", seconds=PATIENCE)
    it.press_free(it.plan())
    it.settle()


def test_a_couple_stays_locked(case: NewCase, postgresql_server: PostgreSQLServer) -> None:
    """Who presses there is asked to try again; everybody else goes on as if nothing were."""
    it = case("a couple's row locked for long")
    locked, free = it.plan(), it.plan()
    with postgresql_server.rows.connect() as other, other.transaction(), ThreadPoolExecutor() as hands:
        other.execute(b"UPDATE accounts_couple SET rev = rev WHERE id = %s", [locked.couple])
        it.remind(locked)
        presses = [hands.submit(it.site.press, free_path(locked), locked) for _ in range(3)]
        it.press_free(free)
        wait_for(partial(all_told, it.site, free.slot), what="the mails to others", seconds=PATIENCE)
        assert [press.result(PATIENCE) for press in presses] == [503, 503, 503]
    it.settle()


def all_told(site: Site, slot: str) -> bool:
    """Return whether both have been told that this time is free."""
    told = "SELECT 1 FROM scheduler_notice WHERE cause = %s AND kind = 'freed' AND state = 'sent'"
    return len(site.rows.ask(told, slot)) == 2


def test_the_schema_is_newer(case: NewCase, postgresql_server: PostgreSQLServer) -> None:
    """As while a new version is rolled out: its migrations have run, and the old processes still work."""
    it = case("schema of a newer version")
    ask = postgresql_server.rows.ask
    ask("ALTER TABLE scheduler_notice ADD COLUMN not_ours_yet text")
    ask("CREATE TABLE not_ours_yet (id integer)")
    try:
        it.remind()
        it.press_free(it.plan())
        it.settle()
    finally:
        ask("DROP TABLE not_ours_yet")
        ask("ALTER TABLE scheduler_notice DROP COLUMN not_ours_yet")
