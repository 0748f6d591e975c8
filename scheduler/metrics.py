"""What can be counted about Pear without telling anything about anybody: no ids, no paths, no addresses.

Each process keeps its own counts: in files of METRICS_DIR where METRICS_PORT is set, so that `manage.py exporter` can
add them up, and else in memory, where nobody reads them. Every metric has a label, because one without makes its file
as soon as it is declared, in each short command too.
"""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts import outbox, signals
from accounts.models import Letter, OutboxRow
from scheduler.queries.outbox import backlogs, breakers

log = logging.getLogger("pear.delivery")

_OWN = CollectorRegistry()
REQUESTS = Counter("pear_requests", "Requests answered.", ["route", "method", "status"], registry=_OWN)
REQUEST_SECONDS = Histogram("pear_request_seconds", "Time to an answer.", ["method"], registry=_OWN)
FEED_ANSWERS = Counter("pear_feed_answers", "Answers to calendar programs.", ["status"], registry=_OWN)
CLAIMED = Counter("pear_claimed", "Rows of the outbox that a sender has taken.", ["what"], registry=_OWN)
MOVED = Counter(
    "pear_moved", "Rows of the outbox by what became of them.", ["state", "kind", "channel"], registry=_OWN
)
SWEEP_SECONDS = Histogram("pear_sweep_seconds", "Time that one sweep took.", ["sweep"], registry=_OWN)
SWEEP_FAILURES = Counter("pear_sweep_failures", "Sweeps that an error ended.", ["sweep"], registry=_OWN)

_FILE = re.compile(r"[a-z_]+_(\d+)\.db")


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. Each argument is one of a fixed set of words, or the count would grow without end."""
    REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(method).observe(seconds)
    if route == "feed":
        FEED_ANSWERS.labels(str(status)).inc()


def count_sweep(*, sweep: str, seconds: float) -> None:
    """Count one run of a sweep, by the name of its task."""
    SWEEP_SECONDS.labels(sweep).observe(seconds)


def count_failure(*, sweep: str) -> None:
    """Count one run of a sweep that an error ended."""
    SWEEP_FAILURES.labels(sweep).inc()


def watch_the_outbox() -> None:
    """Count, and say in the log, what becomes of every row of the outbox in this process."""
    signals.claimed.connect(_note_claim)
    signals.moved.connect(_note_move)


class OutboxCollector(Collector):
    """What waits in the database at this moment; asked for at each scrape, at the cost of a few index look-ups."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; while the database is away only that it is."""
        up = GaugeMetricFamily("pear_database_up", "Whether the database answers.")
        try:
            found, ways = backlogs(now=outbox.database_now()), breakers()
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        gauges = {
            "due": GaugeMetricFamily("pear_due", "Rows that are due.", labels=["what"]),
            "oldest_due_seconds": GaugeMetricFamily("pear_oldest_due_seconds", "Age of the oldest.", labels=["what"]),
            "claimed": GaugeMetricFamily("pear_held", "Rows that a sender holds.", labels=["what"]),
        }
        for backlog in found:
            for name, gauge in gauges.items():
                gauge.add_metric([backlog.what], getattr(backlog, name))
        yield from gauges.values()
        shut = GaugeMetricFamily("pear_breaker_open", "Whether a server is left alone for now.", labels=["way"])
        for way, open_since in ways:
            shut.add_metric([way], float(open_since is not None))
        yield shut


def exported(folder: Path) -> CollectorRegistry:
    """Return what is shown at METRICS_PORT: the counts of all processes that write into `folder`, and the outbox."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # it registers itself
    registry.register(OutboxCollector())
    return registry


def forget_the_dead(folder: Path) -> None:
    """Delete the files of processes that have ended, so that the folder does not grow with each start."""
    for path in folder.glob("*.db"):
        found = _FILE.fullmatch(path.name)
        if found and not _alive(int(found[1])):
            path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _note_claim(sender: type[OutboxRow], *, count: int, **_: Any) -> None:
    CLAIMED.labels(_what(sender)).inc(count)


def _note_move(sender: type[OutboxRow], *, row: OutboxRow, **_: Any) -> None:
    kind = str(getattr(row, "kind", _what(sender)))
    channel = str(getattr(row, "channel", "email"))
    MOVED.labels(row.state, kind, channel).inc()
    log.info(
        "outbox",
        extra={
            "what": _what(sender),
            "id": str(row.pk),
            "kind": kind,
            "channel": channel,
            "state": str(row.state),
            "attempts": row.attempts,
        },
    )


def _what(model: type[OutboxRow]) -> str:
    return "letter" if model is Letter else "notice"
