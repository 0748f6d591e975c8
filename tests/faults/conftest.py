"""The site that the faults are let loose on, and the table that they leave."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults.ledger import Case, Ledger, is_quiet
from tests.faults.servers import PostgreSQLServer, RedisServer
from tests.faults.sink import Sink
from tests.faults.site import PATIENCE, Site, environment
from tests.services import wait_for

LEDGER = pytest.StashKey[Ledger]()
COUPLES = 80
MANY = 300  # couples with two reminders each, due in the same minute
NewCase = Callable[[str], Case]


@pytest.fixture(scope="session")
def ledger(pytestconfig: pytest.Config) -> Ledger:
    """The lines of this run."""
    return pytestconfig.stash.setdefault(LEDGER, Ledger())


@pytest.fixture(scope="session")
def sink() -> Iterator[Sink]:
    """The mail server of the site."""
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture(scope="session")
def postgresql_server(run_folder: Path) -> Iterator[PostgreSQLServer]:
    """The database server of the site."""
    server = PostgreSQLServer(run_folder / "faults-pg")
    server.make()
    yield server
    server.die()


@pytest.fixture(scope="session")
def redis_of_site(run_folder: Path) -> Iterator[RedisServer]:
    """The broker of the site."""
    server = RedisServer(run_folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def served(
    run_folder: Path, postgresql_server: PostgreSQLServer, redis_of_site: RedisServer, sink: Sink
) -> Iterator[Site]:
    """Pear on PostgreSQL and Redis: two web processes and two workers, whose confirmations have all left."""
    folder = run_folder / "served"
    folder.mkdir()
    env = environment(folder, sink, DATABASE_URL=postgresql_server.url, REDIS_URL=redis_of_site.url)
    site = Site(folder, env, postgresql_server.rows, sink)
    try:
        site.fill(COUPLES, MANY)
        site.start_web()
        for name in ("one", "two"):
            site.start_worker(name)
        yield site
    finally:
        site.stop()


@pytest.fixture
def case(served: Site, ledger: Ledger) -> NewCase:
    """Begin a case: call it with the name of the fault."""
    wait_for(partial(is_quiet, served), what="a quiet site", seconds=PATIENCE)
    return lambda fault: Case(served, ledger, fault)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    ledger = config.stash.get(LEDGER, None)
    if ledger and ledger.lines:
        terminalreporter.section("what each fault left behind")
        for line in ledger.table():
            terminalreporter.write_line(line)
