"""Whether Pear can do its work just now, found out within a bounded time, whatever hangs."""

import importlib
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from time import monotonic

from django.conf import settings
from django.db import connections

from accounts.outbox import database_now
from scheduler.queries.outbox import oldest_due_seconds

log = logging.getLogger("pear.readiness")

WAIT_SECONDS = 1.5  # with the rest of an answer this stays below two seconds
Check = Callable[[], bool]

if settings.REDIS_URL:  # ahead of the first question; who has no broker saves its five megabytes
    importlib.import_module("redis")


class Look:
    """Runs a check in a thread of its own, one at a time: those who ask meanwhile wait for the same answer.

    A check that hangs holds one thread, however often it is asked for.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._running: Future[bool] | None = None

    def begin(self) -> Future[bool]:
        """Return the answer to come."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                thread = threading.Thread(target=self._run, args=(self._running,), name="readiness", daemon=True)
                thread.start()
            return self._running

    def _run(self, answer: Future[bool]) -> None:
        try:
            well = self._check()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is not well)
            log.debug("a check ended with %s", type(error).__name__)
            well = False
        finally:
            connections.close_all()
        answer.set_result(well)


def _outbox_moves() -> bool:
    """Ask the database for the age of the oldest due row."""
    return oldest_due_seconds(now=database_now()) <= float(settings.LATE_SECONDS)


def _broker_answers() -> bool:
    if not settings.REDIS_URL:
        return True
    import redis  # noqa: PLC0415  (see above)

    never = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=never) as broker:
        return bool(broker.ping())


class Readiness:
    """Asks all checks at once, and says in the log, once, what begins or ends to fail."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._looks = {name: Look(check) for name, check in checks.items()}
        self._failing: list[str] = []

    def holds(self, *, seconds: float = WAIT_SECONDS) -> bool:
        """Return whether every check is well within so many seconds; one that takes longer is not."""
        end = monotonic() + seconds
        answers = {name: look.begin() for name, look in self._looks.items()}
        failing = [name for name, answer in answers.items() if not _within(answer, end)]
        if failing != self._failing:
            self._failing = failing
            log.warning("not ready: %s", ", ".join(failing) if failing else "no longer; all is well")
        return not failing


READINESS = Readiness({"the database or the outbox": _outbox_moves, "the broker": _broker_answers})


def _within(answer: Future[bool], end: float) -> bool:
    try:
        return answer.result(max(0.0, end - monotonic()))
    except TimeoutError:
        return False
