"""Real threads that act at the same instant, each with a database connection of its own that it keeps."""

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any

from django.db import OperationalError, connection, connections

PATIENCE = 60.0
OWN_WAIT = "PRAGMA busy_timeout = 20000"
NO_WAIT = "PRAGMA busy_timeout = 0"


class Crowd:
    """A number of threads; `at_once` lets each do one thing, all released by one barrier."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._threads = ThreadPoolExecutor(max_workers=size)

    def at_once(self, acts: Sequence[Callable[[], Any]], *, crowded: bool = False) -> list[Any]:
        """Run all acts at the same instant; returns their answers in order, an exception standing for itself.

        `crowded`: SQLite's own waiting grows to 100 ms a step, so that twenty in a queue mostly sleep; there each
        thread asks for the write lock again after a few milliseconds instead. Nothing has been done before it has it.
        """
        gc.disable()  # see `_run`
        try:
            return self._run(acts, crowded=crowded)
        finally:
            gc.enable()

    def _run(self, acts: Sequence[Callable[[], Any]], *, crowded: bool) -> list[Any]:
        """Race, while nothing collects cyclic garbage.

        A cursor that a raised error left in a cycle may be another thread's. Taking it away needs that thread's
        connection, which SQLite holds for as long as the thread waits for the write lock: if the collector runs in the
        thread that has the lock, each waits for the other until the busy timeout ends it.
        """
        barrier = Barrier(len(acts))

        def run(act: Callable[[], Any]) -> Any:
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute(NO_WAIT if crowded else OWN_WAIT)
                act = partial(_asking_again, act) if crowded else act
            barrier.wait(PATIENCE)
            try:
                return act()
            except Exception as error:  # noqa: BLE001  (whatever came of it is the answer)
                return error

        tasks = [self._threads.submit(run, act) for act in acts]
        return [task.result(PATIENCE) for task in tasks]

    def go_home(self) -> None:
        """Close the connections and end the threads."""
        barrier = Barrier(self.size)

        def leave() -> None:
            barrier.wait(PATIENCE)
            connections.close_all()

        for task in [self._threads.submit(leave) for _ in range(self.size)]:
            task.result(PATIENCE)
        self._threads.shutdown()


def _asking_again(act: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.002, 0.01))  # noqa: S311  (which thread comes first is up to chance)


@contextmanager
def crowd_of(size: int) -> Iterator[Crowd]:
    """Gather a crowd for the length of a block."""
    crowd = Crowd(size)
    try:
        yield crowd
    finally:
        crowd.go_home()
