"""Real worker processes on the test database, with or without a real Redis, and a mail server that can be held."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from tests.services import Child, Inbox, free_port, postgresql_url

SUPERUSER = "ignore:You're running the worker with superuser"


@dataclass
class Workshop:
    """Starts workers on the database of this test; each finds its mail server and broker in its environment."""

    folder: Path
    database: str
    children: list[Child] = field(default_factory=list)

    def start(self, *, mail_port: int, redis_url: str = "", **extra: str) -> Child:
        """Start one worker; returns at once."""
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {
            "DATABASE_URL": self.database,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "REDIS_URL": redis_url,
            "TICK_SECONDS": "1",
            "DATABASE_POOL_SIZE": "2",
            "PYTHONWARNINGS": "default",
        }
        options = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
        argv = [sys.executable, "-W", SUPERUSER, "-m", "celery", "--app", "config", "worker", *options]
        name = f"worker{len(self.children)}"
        child = Child.start(
            [*argv, "--hostname", f"{name}@here"], name=name, folder=self.folder, env=environment | extra
        )
        self.children.append(child)
        return child

    def stop(self) -> None:
        """End whatever still runs."""
        for child in self.children:
            child.process.kill()
            child.process.wait()


def database_url(run_folder: Path) -> str:
    """Return the DATABASE_URL of the test database, for another process."""
    name = str(connection.settings_dict["NAME"])
    if settings.DATABASE_IS_SQLITE:
        return f"sqlite:///{name}"
    return postgresql_url(run_folder / "postgresql", database=name)


@dataclass
class HeldInbox(Inbox):
    """A mail server that takes a message and then says nothing until it is released."""

    holds: bool = True
    reached: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, and answer once nothing is held any more."""
        answer = await super().handle_DATA(server, session, envelope)
        self.reached.set()
        while self.holds:  # noqa: ASYNC110  (another thread lets go)
            await asyncio.sleep(0.02)
        return answer


@contextmanager
def held_mail_server() -> Iterator[HeldInbox]:
    """Run such a server."""
    inbox = HeldInbox(port=free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        inbox.holds = False
        controller.stop()


@contextmanager
def redis_on(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Redis on this very port, so that it can die and come back."""
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    child = Child.start(["redis-server", *words], name=f"redis{port}", folder=folder)
    try:
        yield child.process
    finally:
        child.process.kill()
        child.process.wait()
