"""The tasks of the worker. Each is safe with any number of workers, and safe to lose: the rows hold what is left."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery import Task, current_app, shared_task
from celery.worker import state as worker_state
from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.letters import deliver_letters
from accounts.outbox import database_now
from scheduler import metrics
from scheduler.operations import rhythm, slots, sweeps
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.push_devices import deliver_tests
from scheduler.operations.windows import draw_weeks

log = logging.getLogger("pear.tasks")

PURGE_BATCH = 500  # rows of each sort in one go; fewer in all of them say that nothing is left
PURGE_RUN_SECONDS = 2.0  # so long do mails that are due wait for it at most, and for one batch


class DatabaseTask(Task):  # type: ignore[type-arg]  # at run time it takes no parameters
    """A task that starts with a database connection that works, also after the database was away."""

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:  # noqa: ARG002  (celery's signature)
        """Let go of a connection that broke or is too old."""
        self._began = time.monotonic()
        close_old_connections()

    def after_return(self, *_: Any) -> None:
        """Note how long it took, however it ended."""
        metrics.count_sweep(sweep=self.name, seconds=time.monotonic() - self._began)

    def on_failure(self, exc: BaseException, *_: Any) -> None:
        """Say so in one line, and let go of a connection that broke meanwhile."""
        metrics.count_failure(sweep=self.name)
        log.warning("%s stopped: %s", self.name, type(exc).__name__)
        close_old_connections()


@shared_task(name="scheduler.deliver", base=DatabaseTask, throws=(OperationalError,))
def deliver() -> None:
    """Send the letters, notices and test messages that are due, by the database's clock."""
    keep_going = _until(settings.DELIVERY_RUN_SECONDS)
    deliver_tests(now=database_now(), keep_going=keep_going)
    while keep_going():
        now = database_now()
        if not deliver_letters(now=now) + deliver_notices(now=now, keep_going=keep_going):
            return


@shared_task(name="scheduler.fade", base=DatabaseTask, throws=(OperationalError,))
def fade() -> None:
    """Let the offers go whose time has passed by."""
    slots.fade(now=timezone.now())


@shared_task(name="scheduler.draw", base=DatabaseTask, throws=(OperationalError,))
def draw() -> None:
    """Hold the draws whose moment has come, by the database's clock."""
    keep_going = _until(settings.DELIVERY_RUN_SECONDS)
    while keep_going() and draw_weeks(now=database_now()):
        pass


@shared_task(name="scheduler.draft", base=DatabaseTask, throws=(OperationalError,))
def draft() -> None:
    """Draft the next times of rhythms, seven days ahead; it tells nobody."""
    rhythm.draft_due(now=timezone.now())


@shared_task(name="scheduler.purge", base=DatabaseTask, throws=(OperationalError,))
def purge() -> None:
    """Forget what is past its keeping, batch by batch; what is left after a while waits behind the other tasks."""
    keep_going = _until(PURGE_RUN_SECONDS)
    while keep_going():
        if sweeps.purge(now=timezone.now(), limit=PURGE_BATCH) < PURGE_BATCH:
            return
    if not _told_to_stop():
        _once_more("scheduler.purge")


@shared_task(name="scheduler.weekly", base=DatabaseTask, throws=(OperationalError,))
def weekly() -> None:
    """Hold the weekly tick of marks, where it is due by the database's clock."""
    hold_mark_tick(now=database_now(), keep_going=_until(settings.DELIVERY_RUN_SECONDS))


def _once_more(name: str) -> None:
    """Have a task run again after those that wait; where the broker takes nothing, its next tick does."""
    with suppress(BrokerError):
        current_app.send_task(name, ignore_result=True, retry=False, expires=PURGE_RUN_SECONDS * 60)


def _until(seconds: float) -> Callable[[], bool]:
    """Return a question to ask between mails: whether there is time left, and nobody told this process to stop."""
    end = time.monotonic() + seconds

    def keep_going() -> bool:
        return time.monotonic() < end and not _told_to_stop()

    return keep_going


def _told_to_stop() -> bool:
    """Celery keeps an exit code here, which may be 0; None or False stands for "go on"."""
    codes: tuple[object, object] = (worker_state.should_stop, worker_state.should_terminate)
    return any(code is not None and code is not False for code in codes)
