"""What every test has: an engine, its services, a fixed moment, and the cast of tests/cast.py.

Settings are read once, so the engine is chosen for a whole run: `pytest --engine=postgresql` (the default) or
`pytest --engine=sqlite`. The database server itself starts only when a test asks for the database.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from tests.push_service import PushService, push_service_running
from tests.services import (
    Inbox,
    make_database,
    postgresql,
    postgresql_url,
    redis_running,
    scratch_folder,
    smtp_running,
)

ENGINES = ("postgresql", "sqlite")
FOLDER = pytest.StashKey[Path]()
BORROWED = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "PORT",
    "SECRET_KEY",
    "METRICS_PORT",
    "LOG_FORMAT",
)

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the database engine."""
    parser.addoption("--engine", choices=ENGINES, default="postgresql", help="database engine of this run")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at this run's own folder and engine before anything reads them; then load the cast."""
    if django_settings.configured:
        message = "Settings were read too early: unset DJANGO_SETTINGS_MODULE and run pytest again."
        raise pytest.UsageError(message)
    folder = config.stash[FOLDER] = scratch_folder()
    for name in BORROWED:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATA_DIR": str(folder / "var"),
        "SECRET_KEY": "a key of this run, and of no other",
        "DATABASE_POOL_SIZE": "40",
    }
    if config.getoption("engine") == "postgresql":
        os.environ["DATABASE_URL"] = postgresql_url(folder / "postgresql")
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")
    django.setup()
    for loaded in ("config.celery", "tests.cast", "tests.world"):
        config.pluginmanager.import_plugin(loaded)
    gc.freeze()  # what is loaded stays: to look through it again and again takes a tenth of the run
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if folder := config.stash.get(FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> str:
    """Name the engine at the head of the report."""
    return f"engine: {config.getoption('engine')}"


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> str:
    """The engine of this run: `postgresql` or `sqlite`."""
    return str(pytestconfig.getoption("engine"))


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of this run, with a short path; removed at its end."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def postgresql_folder(run_folder: Path) -> Iterator[Path]:
    """The folder that holds the socket of a running PostgreSQL."""
    with postgresql(run_folder / "postgresql"):
        yield run_folder / "postgresql"


@pytest.fixture(scope="session")
def database_service(engine: str, request: pytest.FixtureRequest) -> None:
    """The server behind this run's engine, where it has one."""
    if engine == "postgresql":
        request.getfixturevalue("postgresql_folder")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_service: None) -> None:
    """Have the server running before pytest-django makes the test database."""


@pytest.fixture(scope="session")
def redis_server(run_folder: Path) -> Iterator[str]:
    """The REDIS_URL of a Redis that runs for this session."""
    with redis_running(run_folder) as url:
        yield url


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[Inbox]:
    """A real mail server that runs for this session."""
    with smtp_running() as inbox:
        yield inbox


@pytest.fixture(autouse=True)
def _mail_is_written_as_rows(settings: Settings) -> None:
    """Undo what Django's test environment does: mail goes through the outbox, as it does for people."""
    settings.EMAIL_BACKEND = "accounts.letters.OutboxEmailBackend"


@pytest.fixture
def smtp_sink(smtp_server: Inbox, settings: Settings) -> Inbox:
    """The inbox of a real mail server, empty at the start of the test; Pear delivers there while the test runs."""
    smtp_server.mails.clear()
    settings.DELIVERY_EMAIL_BACKEND = "accounts.mail_line.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_server.port
    return smtp_server


@pytest.fixture(scope="session")
def push_server(run_folder: Path) -> Iterator[PushService]:
    """A real push service that runs for this session."""
    with push_service_running(run_folder) as service:
        yield service


@pytest.fixture
def push_service(push_server: PushService, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> PushService:
    """The push service, empty at the start of the test; Pear trusts and reaches it while the test runs."""
    push_server.reset()
    settings.PUSH_LOOPBACK = True
    monkeypatch.setenv("SSL_CERT_FILE", str(push_server.certificate))
    return push_server


@pytest.fixture(scope="session")
def fresh_postgresql(postgresql_folder: Path) -> Callable[[str], str]:
    """Make an empty database for real processes: called with its name, it returns the DATABASE_URL."""

    def make(name: str) -> str:
        make_database(postgresql_folder, name)
        return postgresql_url(postgresql_folder, database=name)

    return make
