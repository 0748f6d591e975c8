"""One run of the fuzz: a world, three readers, and what came of each request."""

import gc
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

from django.core.management.color import no_style
from django.core.signals import got_request_exception
from django.db import close_old_connections, connection
from django.test import Client

from accounts.models import User
from tests.bench.fuzz_requests import Asked, Generator
from tests.cast import make_couple, make_user, signed_in
from tests.services import Inbox
from tests.world import World, whole_world

WORLD_LASTS = 2_500  # requests
SIGNED_IN_LASTS = 40  # requests: some of them sign out
NAMES = {"ana": "Anastasiaqq", "ben": "Benedictqq", "cleo": "Cleopatraqq"}


class Run:
    """Makes requests and keeps what went wrong: `failures` by the line that raised, `leaks` as sentences."""

    def __init__(self, *, seed: int, inbox: Inbox) -> None:
        self.seed, self._inbox = seed, inbox
        self.made = 0
        self.statuses: Counter[int] = Counter()
        self.readers: Counter[str] = Counter()
        self.failures: dict[str, BaseException] = {}
        self.leaks: list[str] = []
        self._turns = self._endless()
        got_request_exception.connect(self._failed)

    def one(self) -> None:
        """Make one request."""
        next(self._turns)
        self.made += 1

    def _endless(self) -> Iterator[None]:
        for number in count():
            yield from self._in_one_world(self.seed + number)

    def _in_one_world(self, seed: int) -> Iterator[None]:
        people, world = _fresh_world(self._inbox)
        generator = _generator(seed, world, [people["ana"], people["cleo"]])
        secret = _secrets_of(world)
        clients: dict[str, Client] = {}
        for number, name in zip(range(WORLD_LASTS), cycle(("ana", "cleo", "nobody")), strict=False):
            if number % SIGNED_IN_LASTS < 3:
                clients[name] = _client(people.get(name))
            asked = generator.next()
            self._ask(name, clients[name], asked, told=() if name == "ana" else secret, number=number)
            yield

    def _ask(self, name: str, client: Client, asked: Asked, *, told: tuple[str, ...], number: int) -> None:
        answer: Any = client.generic(
            asked.method,
            asked.path,
            asked.body,
            asked.content_type or "application/octet-stream",
            headers=asked.headers,
            REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        )
        self.statuses[answer.status_code] += 1
        self.readers[name] += 1
        shown = _shown(answer)
        typed = asked.text()
        self.leaks += [
            f"{name} got {word!r} from {asked.method} {urlsplit(asked.path).path} ({answer.status_code})"
            for word in told
            if word in shown and word not in typed and len(self.leaks) < 50
        ]

    def _failed(self, **_: Any) -> None:
        error = sys.exc_info()[1]
        trace = error.__traceback__ if error else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        if error and place not in self.failures:
            self.failures[place] = error


def _fresh_world(inbox: Inbox) -> tuple[dict[str, User], World]:
    """Make a world with nothing of the last one."""
    inbox.mails.clear()
    _forget_connects()
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) | {"cache"})
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))
    people = {name: make_user(name) for name in NAMES}
    for name, user in people.items():
        user.name = NAMES[name]
        user.save(update_fields=["name"])
    ana, ben = make_couple(people["ana"], people["ben"])
    return people, whole_world(ana=ana, ben=ben, cleo=people["cleo"], inbox=inbox)


def _forget_connects() -> None:
    """Drop what Django's test client leaves with every request: it connects one receiver anew, which never dies."""
    for each in gc.get_objects():
        if type(each) is finalize and (kept := each.peek()) and kept[0] is close_old_connections:
            each.detach()


def _generator(seed: int, world: World, people: list[User]) -> Generator:
    ids = [str(value) for value in (*world.times.values(), world.feed_id, world.device_id)]
    # Keys alone let whoever holds them in, so that of the keys only cleo's own stand here; ana's are her secrets.
    generator = Generator(
        seed,
        ids=ids,
        secrets=[world.code, "x" * 43, "MAAAAAAAAAAAAAAA", "é"],
        feeds=["A" * 43],
        unsaid=("Device 4711", *NAMES.values()),
    )
    for user in people:
        client = signed_in(user)
        for path in world.addresses():
            answer: Any = client.get(path)
            if not answer.streaming:
                generator.learn(answer.content.decode(errors="replace"))
    return generator


def _secrets_of(world: World) -> tuple[str, ...]:
    ids = (str(value) for value in (*world.times.values(), world.feed_id, world.device_id))
    return (*ids, world.feed_token, "Device 4711", NAMES["ana"], NAMES["ben"])


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    return signed_in(user, client=client) if user and User.objects.filter(pk=user.pk).exists() else client


def _shown(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{body.decode(errors='replace')} {answer.headers} {answer.cookies.output()}"
