"""What may be overheard of a running Pear: its log, its broker and its numbers, held against all that is private."""

import base64
import re
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg
import redis

from tests.browser.people import CODE, Person
from tests.services import Pear, wait_for

COVER = "Kanarienvogel"  # a title of one's own, for the calendar
BODY = re.compile(r'"body": ?"([A-Za-z0-9+/=]+)"')
PATH_SECRET = re.compile(r"/(?:m|s|l)/([^/\s\"<>]+)/")
BROKEN = ("scheduler_preferences", "scheduler_notice")  # one that a page reads, and one that the worker reads


@dataclass
class Overheard:
    """What was said so far, by where."""

    pear: Pear
    metrics_port: int
    commands: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, str]:
        """Return all of it: the log, what the broker was told, and the numbers as a collector of them gets them."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=30) as numbers:
            return {
                "the log": self.pear.child.log.read_text(errors="replace"),
                "the broker": "\n".join(map(unwrapped, self.commands)),
                "the numbers": numbers.read().decode(),
            }


def unwrapped(command: str) -> str:
    """Return what the broker was told with the task in it readable: name, arguments and all."""
    return BODY.sub(lambda body: base64.b64decode(body[1]).decode(), command)


@contextmanager
def overhearing(pear: Pear, *, redis_url: str, metrics_port: int) -> Iterator[Overheard]:
    """Write down every command that anybody gives the broker meanwhile."""
    heard, last = Overheard(pear, metrics_port), uuid.uuid4().hex
    with redis.Redis.from_url(redis_url, socket_timeout=None) as broker, broker.monitor() as monitor:

        def listen() -> None:
            for said in monitor.listen():
                heard.commands.append(said["command"])
                if last in said["command"]:
                    return

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield heard
        finally:
            broker.echo(last)
            listener.join(30)


def break_something(pear: Pear, person: Person) -> None:
    """Have a page and a task fail for want of a table, for a moment: errors are overheard too."""
    user, folder, name = "pear", *pear.database_url.removeprefix("postgres://pear@/").rsplit("/", 1)
    with psycopg.connect(host=folder, user=user, dbname=name, autocommit=True) as database:
        for table in BROKEN:
            database.execute(f"ALTER TABLE {table} RENAME TO {table}_away".encode())
        try:
            person.page.goto("/settings/")
            for sayer in ("django.request", "pear.tasks"):
                wait_for(partial(_said, pear, sayer), what=f"an error of {sayer}")
        finally:
            for table in BROKEN:
                database.execute(f"ALTER TABLE {table}_away RENAME TO {table}".encode())


def _said(pear: Pear, sayer: str) -> bool:
    return f'"logger": "{sayer}"' in pear.child.log.read_text(errors="replace")


def secrets_of(person: Person) -> set[str]:
    """Return what nobody but this person may read: name, address, codes and links from mails, keys in the browser."""
    mails = person.pear.mails(person.address)
    parts = [part for mail in mails for part in mail.walk() if part.get_content_maintype() == "text"]
    texts = [str(part.get_content()) for part in parts] + [str(value) for mail in mails for value in mail.values()]
    mailed = {found for text in texts for pattern in (CODE, PATH_SECRET) for found in pattern.findall(text)}
    kept = {cookie["value"] for cookie in person.page.context.cookies()}
    return {person.name, person.address, COVER, *mailed, *kept} - {""}


def private_in(texts: dict[str, str], secrets: set[str]) -> list[str]:
    """Return each secret that stands somewhere as a whole word, with where."""
    return [
        f"{secret} in {where}"
        for where, text in texts.items()
        for secret in secrets
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])", text, re.IGNORECASE)
    ]
