"""Measure what people would pick instead of the outbox, on the same machine in the same run.

One Celery task with an ETA for each reminder: what it costs in Redis and in the worker, and what a new worker sees
after the old one was killed. The clocked rows of django-celery-beat: how many leave in a second.
"""

import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import redis

from tests.services import ROOT, Child, make_database, postgresql_url, redis_running, wait_for

REMINDERS, CLOCKED = 10_000, 1_000
QUEUE = "instead"
LOOKED_FOR_SECONDS = 30.0
REQUIREMENTS = ROOT / "tests" / "bench" / "requirements-beat.txt"


def eta_tasks(folder: Path) -> dict[str, Any]:
    """Print what a reminder costs as a task with an ETA, and what is left to see after kill -9; return the figures."""
    with redis_running(folder) as url, redis.Redis.from_url(url) as broker:
        empty = _used(broker)
        _publish(url)
        queued = (_used(broker) - empty) / REMINDERS
        with _worker(url, folder, "first") as worker:
            wait_for(lambda: broker.llen(QUEUE) < REMINDERS, what="the worker")
            before = _resident(worker)
            wait_for(lambda: _held(broker) == REMINDERS, seconds=120, what="all tasks in the worker")
            taken, resident = (_used(broker) - empty) / REMINDERS, (_resident(worker) - before) / REMINDERS
            worker.process.kill()
            worker.process.wait()
        with _worker(url, folder, "second"):
            begin, seen = time.monotonic(), 0
            while time.monotonic() < begin + LOOKED_FOR_SECONDS and not seen:
                seen = REMINDERS - _held(broker) + broker.llen(QUEUE)
                time.sleep(0.5)
    print(f"instead, one Celery task with an ETA for each of {REMINDERS:,} reminders")
    print(f"  Redis: {queued:,.0f} bytes each while queued, {taken:,.0f} once a worker holds it")
    print(f"  worker: {resident:,.0f} bytes each, all of them in memory until they are due")
    print(
        f"  after kill -9, a new worker saw {seen:,} of them in {LOOKED_FOR_SECONDS:.0f} s (next look: an hour later)"
    )
    return {"reminders": REMINDERS, "redis": queued, "redis_held": taken, "worker": resident, "seen_after_kill": seen}


def clocked_rows(folder: Path, server: Path) -> dict[str, Any]:
    """Print how many due clocked rows django-celery-beat dispatches in a second; return the figures."""
    packages = folder / "beat"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--target",
        packages,
    ]
    subprocess.run([*map(str, install), "--requirement", str(REQUIREMENTS)], check=True)
    make_database(server, "beat")
    with redis_running(folder) as url, redis.Redis.from_url(url) as broker:
        environment = _environment(url) | {
            "DATA_DIR": str(folder / "beat-data"),
            "DATABASE_URL": postgresql_url(server, database="beat"),
            "DJANGO_SETTINGS_MODULE": "tests.bench.instead_site",
            "PYTHONPATH": f"{packages}{os.pathsep}{ROOT}",
        }
        fill = [sys.executable, "-m", "tests.bench.instead_rows", str(CLOCKED)]
        subprocess.run(fill, env=environment, cwd=ROOT, check=True)
        beat = [*_celery("beat"), "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler", "--pidfile", ""]
        child = Child.start(beat, name="beat", folder=folder, env=environment)
        try:
            rate = statistics.median(_rates(broker))
        finally:
            child.stop()
    print(f"instead, {CLOCKED:,} due clocked rows of django-celery-beat: {rate:,.0f}/s dispatched by its one process")
    return {"rows": CLOCKED, "rate": rate}


def _rates(broker: redis.Redis) -> Iterator[float]:
    """Yield the rate of each tenth of the rows, from the first that has left."""
    step = CLOCKED // 10
    wait_for(lambda: broker.llen(QUEUE) >= step, seconds=120, what="the first clocked rows")
    for tenth in range(2, 11):
        have, since = broker.llen(QUEUE), time.monotonic()
        goal = min(CLOCKED, step * tenth)
        if have < goal:
            wait_for(lambda goal=goal: broker.llen(QUEUE) >= goal, seconds=120, what="the next clocked rows")  # type: ignore[misc]
            yield (goal - have) / (time.monotonic() - since)


def _publish(url: str) -> None:
    os.environ["BENCH_REDIS_URL"] = url
    from tests.bench.instead_app import app, remind  # noqa: PLC0415  (it reads the broker's address when imported)

    due_at = datetime.now(UTC) + timedelta(hours=1)
    with app.connection_for_write() as connection, connection.channel() as channel:
        producer = app.amqp.Producer(channel)
        for _ in range(REMINDERS):
            remind.apply_async((str(uuid.uuid4()),), eta=due_at, producer=producer)


@contextmanager
def _worker(url: str, folder: Path, name: str) -> Iterator[Child]:
    options = ["--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    child = Child.start([*_celery("worker"), *options], name=f"eta-{name}", folder=folder, env=_environment(url))
    try:
        yield child
    finally:
        child.process.kill()
        child.process.wait()


def _celery(command: str) -> list[str]:
    quiet = ["-W", "ignore:You're running the worker with superuser"]
    return [sys.executable, *quiet, "-m", "celery", "--quiet", "--app", "tests.bench.instead_app", command]


def _environment(url: str) -> dict[str, str]:
    unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in unset} | {"BENCH_REDIS_URL": url}


def _held(broker: redis.Redis) -> int:
    """Return how many messages workers hold without having acknowledged them."""
    return int(broker.hlen("unacked"))


def _used(broker: redis.Redis) -> int:
    return int(broker.info("memory")["used_memory"])


def _resident(child: Child) -> int:
    pages = int(Path(f"/proc/{child.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
