"""Sites to measure: a database on either engine, the web server as Pear runs it, and what its processes use."""

import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.services import POSTGRESQL_SPEED, Child, free_port, postgresql

CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Site:
    """A running web server."""

    port: int
    pid: int


@contextmanager
def database(engine: str, folder: Path, *, durable: bool = False) -> Iterator[dict[str, str]]:
    """Give the environment of a site on this engine; a `durable` PostgreSQL waits for the disk, as SQLite does."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.feed_site", "DATA_DIR": str(folder / "var")}
    env.pop("REDIS_URL", None)
    if engine == "sqlite":
        env.pop("DATABASE_URL", None)
        yield env
        return
    with postgresql(folder / "pg", options=() if durable else POSTGRESQL_SPEED) as url:
        yield env | {"DATABASE_URL": url}


def first_core() -> tuple[str, ...]:
    """Return the words before a command that keep it on the first core."""
    return ("taskset", "-c", str(CORES[0]))


@contextmanager
def server(env: dict[str, str], folder: Path, *, threads: int = 4) -> Iterator[Site]:
    """Run the web server as Pear does, on the first core; so many threads answer at once, and of one there is one."""
    port = free_port()
    kept = 1 if threads == 1 else 256  # those beyond the places wait for bodies: config/patient.py
    command = [
        *(*first_core(), sys.executable, "-m", "granian", "config.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", str(kept), "--no-access-log", "--log-level", "error"),
    ]
    places = env | {"WEB_PLACES": str(threads)}
    child = Child.start(command, name=f"granian-{threads}", folder=folder, env=places)
    try:
        child.until(lambda: _answers(port))
        yield Site(port, child.process.pid)
    finally:
        child.stop()


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used."""
    ticks = 0
    for each in family_of(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_kilobytes(pid: int) -> int:
    """Return the memory of a process and its descendants, what several share divided among them (PSS)."""
    rollups = (Path(f"/proc/{each}/smaps_rollup").read_text() for each in family_of(pid))
    return sum(int(line.split()[1]) for rollup in rollups for line in rollup.splitlines() if line.startswith("Pss:"))


def family_of(pid: int) -> set[int]:
    """Return a process and its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    family = {pid}
    while more := {each for each, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _answers(port: int) -> bool:
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/noop/", timeout=5).status)
    except OSError:
        return False
