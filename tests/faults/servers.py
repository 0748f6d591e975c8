"""PostgreSQL and Redis as the faults need them: each can die, come back where it was, and stand still."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from tests.faults.rows import PostgreSQLRows
from tests.faults.site import kill_group
from tests.services import Child, free_port, make_database, make_postgresql, postgresql_url, serve_postgresql


@dataclass
class RedisServer:
    """A Redis that can die, come back on its port, and stand still."""

    folder: Path
    port: int = field(default_factory=free_port)
    child: Child | None = None

    @property
    def url(self) -> str:
        """Its REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        """A client, for one command."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        """Start it, empty."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.child = Child.start(["redis-server", *words], name="redis", folder=self.folder)
        self.child.until(self._answers)

    def ask(self, *words: str) -> None:
        """Run one command."""
        with self.client as client:
            client.execute_command(*words)

    def kill(self) -> None:
        """End it at once."""
        assert self.child is not None
        kill_group(self.child)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let it take connections and never answer, for one block."""
        assert self.child is not None
        self.child.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.child.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@dataclass
class PostgreSQLServer:
    """A PostgreSQL that keeps what it has said is kept, and can die and come back."""

    folder: Path
    child: Child | None = None

    @property
    def rows(self) -> PostgreSQLRows:
        """What it holds."""
        return PostgreSQLRows(self.folder)

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        return postgresql_url(self.folder)

    def make(self) -> None:
        """Make it and its database."""
        make_postgresql(self.folder)
        self.start()
        make_database(self.folder, "pear")

    def start(self) -> None:
        """Start it, after a crash too. The machine stays up, so only the disk's own cache is spared."""
        self.child = serve_postgresql(self.folder, *("-c", "fsync=off"), *("-c", "max_connections=40"))
        self.child.until(self._answers)

    def die(self) -> None:
        """End it as `pg_ctl stop -m immediate` does: without a word to anyone, and without a checkpoint."""
        assert self.child is not None
        self.child.process.send_signal(signal.SIGQUIT)
        self.child.process.wait()

    def _answers(self) -> bool:
        try:
            PostgreSQLRows(self.folder, "postgres").ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
