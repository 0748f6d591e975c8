"""The worker wakes itself, so that no lost message and no dead beat makes a notice late.

A worker that runs its tasks in its own process (the solo pool) has no time limits; there a watchdog ends the process
when its loop has stood still for too long, and the supervisor starts a new one.
"""

import logging
import os
import threading
import time
from typing import Any

from celery import bootsteps, signals
from celery.concurrency.solo import TaskPool as SoloPool
from celery.worker.consumer.tasks import Tasks
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger("pear.worker")

FADE_SECONDS = 60
DRAFT_SECONDS = 60
WEEKLY_SECONDS = 60
DRAW_SECONDS = 60
PURGE_SECONDS = 600
STUCK = 70  # exit code: stopped by the watchdog


class Ticker(bootsteps.StartStopStep):
    """Sends this worker's sweeps to its own queue every few seconds.

    A consumer step, so that it starts anew with each connection to the broker: celery clears its timer in between.
    """

    requires = (Tasks,)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._entries: list[Any] = []

    def start(self, parent: Any) -> None:
        """Tick once now, and then for as long as the consumer lives."""
        every = {
            "scheduler.deliver": settings.TICK_SECONDS,
            "scheduler.fade": FADE_SECONDS,
            "scheduler.weekly": WEEKLY_SECONDS,
            "scheduler.draw": DRAW_SECONDS,
            "scheduler.draft": DRAFT_SECONDS,
            "scheduler.purge": PURGE_SECONDS,
        }
        for name, seconds in every.items():
            self._tick(parent.app, name, seconds)
            self._entries.append(parent.timer.call_repeatedly(seconds, self._tick, (parent.app, name, seconds)))

    def stop(self, parent: Any) -> None:
        """Tick no more."""
        for entry in self._entries:
            parent.timer.cancel(entry)
        self._entries.clear()

    def _tick(self, app: Any, name: str, seconds: float) -> None:
        """Ask for one sweep; a tick that nobody takes up before its third successor lapses.

        One that the broker does not take tells that the line to it is broken, which the consumer does not always
        notice by itself: when it breaks while a message is acknowledged, kombu reads no more from it, for good. Raises
        `ConnectionError` then, for the consumer to begin anew with another line.
        """
        try:
            app.send_task(name, ignore_result=True, retry=False, expires=3 * seconds)
        except OperationalError as error:
            log.warning("tick not sent: %s", type(error).__name__)
            raise ConnectionError from None
        except Exception as error:  # noqa: BLE001  (the next tick tries again; nothing may end the ticking)
            log.warning("tick not sent: %s", type(error).__name__)


class Watchdog(bootsteps.StartStopStep):
    """Ends this process when the loop of a solo worker stands still for WATCHDOG_SECONDS.

    The loop shows that it lives by each beat of its own timer and by each task that begins or ends. While there is no
    connection to the broker there is no loop to watch.
    """

    requires = (Tasks,)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._over = threading.Event()
        self._alive_at = time.monotonic()

    def include_if(self, parent: Any) -> bool:
        """Watch only where tasks run in this very process."""
        return isinstance(parent.pool, SoloPool)

    def start(self, parent: Any) -> None:
        """Begin to watch."""
        self._over = threading.Event()
        self.beat()
        signals.task_prerun.connect(self.beat)
        signals.task_postrun.connect(self.beat)
        if parent.hub is not None:
            self._entry = parent.timer.call_repeatedly(settings.TICK_SECONDS, self.beat)
        watch = threading.Thread(target=self._watch, args=(self._over,), name="watchdog", daemon=True)
        watch.start()

    def stop(self, parent: Any) -> None:  # noqa: ARG002  (celery's signature)
        """Watch no more."""
        self._over.set()
        signals.task_prerun.disconnect(self.beat)
        signals.task_postrun.disconnect(self.beat)

    def beat(self, *_: Any, **__: Any) -> None:
        """Note that the loop is alive."""
        self._alive_at = time.monotonic()

    def _watch(self, over: threading.Event) -> None:
        limit = settings.WATCHDOG_SECONDS
        while not over.wait(min(5.0, limit / 4)):
            if time.monotonic() - self._alive_at > limit:
                log.error("the worker has stood still for %s s: ending it", limit)
                logging.shutdown()
                os._exit(STUCK)
