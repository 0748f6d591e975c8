"""The real services that tests run against: PostgreSQL, Redis and a mail server, private to one run of the suite.

Each is a child process on a private socket or a free loopback port, with its files in a folder that is removed
afterwards. One that cannot start fails the run; nothing is skipped for want of it.
"""

import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import psycopg.sql
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
START_SECONDS = 90.0  # patience for a machine that does much else
STOP_SECONDS = 45.0


class ServiceFailedError(Exception):
    """A service did not start, or ended while it was needed; the message holds the end of its log."""


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], T], *, seconds: float = START_SECONDS, what: str = "the condition") -> T:
    """Ask `condition` until its answer is true, and return that; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            message = f"{what} did not come about within {seconds:g} s"
            raise AssertionError(message)
        time.sleep(0.05)


@dataclass
class Child:
    """A process that the suite started, with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls, argv: Sequence[str | Path], *, name: str, folder: Path, env: Mapping[str, str] | None = None
    ) -> "Child":
        """Start a program in its own session, so that Ctrl-C reaches it through us and in our order."""
        log = folder / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*_die_with_us(), *map(str, argv)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=ROOT,
                start_new_session=True,
            )
        return cls(name, process, log)

    def until(self, ready: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
        """Wait until `ready`; ServiceFailedError with the end of the log when the process ends or time runs out."""

        def ready_or_over() -> bool:
            if self.process.poll() is not None:
                raise ServiceFailedError(self._last_words())
            return ready()

        try:
            wait_for(ready_or_over, seconds=seconds, what=self.name)
        except AssertionError as error:
            raise ServiceFailedError(self._last_words()) from error

    def stop(self, *, by: signal.Signals = signal.SIGTERM) -> int:
        """End the process, by force after STOP_SECONDS; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def _last_words(self) -> str:
        tail = self.log.read_text(errors="replace")[-3000:]
        return f"{self.name} is not up (exit code {self.process.poll()}):\n{tail}"


def _die_with_us() -> list[str]:
    """Return the words before a command that make the kernel end it when this run dies without a word."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def _postgresql_binaries() -> Path:
    """Return the folder of PostgreSQL's programs: on the path, or where Debian keeps them, the newest first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not kept:
        message = "PostgreSQL is not installed; `make test` installs what the tests need"
        raise ServiceFailedError(message)
    return kept[-1].parent


def _unprivileged(folder: Path) -> list[str]:
    """Return the words before a PostgreSQL command that make it run as somebody other than root, owning `folder`."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    account = pwd.getpwnam(name)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return [
        "setpriv",
        "--pdeathsig=TERM",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--",
    ]


POSTGRESQL_SPEED = [
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "max_connections=120"),
]


@contextmanager
def postgresql(folder: Path, *, options: Sequence[str] = POSTGRESQL_SPEED) -> Iterator[str]:
    """Run a new PostgreSQL in `folder`, on a Unix socket there; gives the address of its database `pear`."""
    make_postgresql(folder)
    server = serve_postgresql(folder, *options)
    try:
        server.until(lambda: _database_made(folder, "pear"))
        yield postgresql_url(folder)
    finally:
        server.stop(by=signal.SIGINT)


def make_postgresql(folder: Path) -> None:
    """Make the files of an empty PostgreSQL in `folder`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    make: list[str | Path] = [
        *_unprivileged(folder),
        _postgresql_binaries() / "initdb",
        "-D",
        folder / "pg",
        "-U",
        "pear",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    made = subprocess.run([*make, "--locale=C.UTF-8", "--no-sync"], capture_output=True, cwd="/", check=False)
    if made.returncode:
        raise ServiceFailedError(made.stdout.decode() + made.stderr.decode())


def serve_postgresql(folder: Path, *options: str) -> Child:
    """Start the PostgreSQL whose files are in `folder`; returns at once."""
    serve: list[str | Path] = [
        *_unprivileged(folder),
        _postgresql_binaries() / "postgres",
        "-D",
        folder / "pg",
        "-k",
        folder,
        "-c",
        "listen_addresses=",
    ]
    return Child.start([*serve, *options], name="postgresql", folder=folder)


def postgresql_url(folder: Path, *, database: str = "pear") -> str:
    """Return the DATABASE_URL of a server on the socket in `folder`."""
    return f"postgres://pear@/{folder}/{database}"  # three slashes: the path is the socket's folder


def _database_made(folder: Path, name: str) -> bool:
    try:
        make_database(folder, name)
    except psycopg.OperationalError:
        return False
    return True


def make_database(folder: Path, name: str) -> None:
    """Make an empty database on the server whose socket is in `folder`."""
    with psycopg.connect(host=str(folder), user="pear", dbname="postgres", autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


@contextmanager
def redis_running(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing on disk; gives its REDIS_URL."""
    port = free_port()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = Child.start(["redis-server", *words], name="redis", folder=folder)
    client = redis.Redis(port=port)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        server.until(answers)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        client.close()
        server.stop()


@dataclass
class Inbox:
    """The mails that a real SMTP server on `port` has taken, oldest first."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message (the name is aiosmtpd's)."""
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.mails.append(mail)
        return "250 OK"

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to `address`."""
        return [mail for mail in list(self.mails) if address in str(mail["To"])]


@contextmanager
def smtp_running() -> Iterator[Inbox]:
    """Run a real SMTP server in a thread; gives its inbox."""
    inbox = Inbox(port=free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


def scratch_folder() -> Path:
    """Return a new folder with a short path (a Unix socket's may be 107 bytes long) that others may enter."""
    folder = Path(tempfile.mkdtemp(prefix="pear-"))
    folder.chmod(0o755)
    return folder


@dataclass
class Pear:
    """A whole Pear of real processes: supervisor, web server and workers, as `make run` starts them."""

    url: str
    database_url: str
    data_dir: Path
    child: Child
    inbox: Inbox | None = None

    def mails(self, address: str) -> list[EmailMessage]:
        """Return the mails to `address`, oldest first: from the mail server, or from the files of a Pear without."""
        if self.inbox:
            return self.inbox.to(address)
        files = sorted((self.data_dir / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [mail for mail in mails if address in str(mail["To"])]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database itself answers."""
        if self.database_url:
            user, folder, name = "pear", *self.database_url.removeprefix("postgres://pear@/").rsplit("/", 1)
            with psycopg.connect(host=folder, user=user, dbname=name) as connection:
                return connection.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.data_dir / "pear.sqlite3")) as file:
            return file.execute(query).fetchall()

    def get(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        """Fetch a path with no cookie and hardly a header, as a calendar program does: status, headers, body."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        """Return whether the web server is there; the database was when it was started."""
        try:
            return self.get("/healthz")[0] == HTTPStatus.OK
        except OSError:
            return False


NOT_INHERITED = {
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_POOL_SIZE",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
}


@contextmanager
def pear_running(
    folder: Path,
    *,
    database_url: str = "",
    redis_url: str = "",
    inbox: Inbox | None = None,
    command: str = "start",
    **environment: str,
) -> Iterator[Pear]:
    """Run a whole Pear with its data in `folder`: embedded, or on the services that are named.

    `command` is what `make run` starts, or "demo".
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    named = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "EMAIL_URL": inbox.url if inbox else ""}
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    env = inherited | {name: value for name, value in named.items() if value} | environment
    env |= {"DATA_DIR": str(folder / "var"), "PORT": str(port)}
    child = Child.start([sys.executable, "manage.py", command], name="pear", folder=folder, env=env)
    pear = Pear(f"http://127.0.0.1:{port}", database_url, folder / "var", child, inbox)
    try:
        child.until(pear.answers)
        yield pear
    finally:
        child.stop()
