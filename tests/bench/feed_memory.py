"""What the web process keeps of 100,000 fetches of 1,000 feeds: mixed 304 and 200, while entries change."""

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from tests.bench.sites import Site, database, memory_kilobytes, server

FEEDS = 1000
ENTRIES = 10
FETCHES = 100_000
STEP = 1000  # fetches between two changes
CHANGED = 20  # entries that change with each step
MOST_MEGABYTES = 20.0
_CHANGE = """
    UPDATE scheduler_calendarentry SET sequence = sequence + 1, changed_at = {now}
    WHERE id IN (SELECT id FROM scheduler_calendarentry LIMIT {count} OFFSET {offset})
"""


def measure_memory(engine: str) -> dict[str, float]:
    """Print how much the web process grew; return the megabytes left of its budget, negative when it took more."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="bench-")))
        folder.chmod(0o755)
        env = stack.enter_context(database(engine, folder))
        rows = [sys.executable, "-m", "tests.bench.feed_rows", f"{ENTRIES}:{FEEDS}"]
        made = json.loads(subprocess.run(rows, env=env, check=True, capture_output=True, text=True).stdout)
        site = stack.enter_context(server(env, folder))
        before = memory_kilobytes(site.pid)
        counts, halfway = _fetch_all(site, made[str(ENTRIES)], env)
        grown, by_then = ((kilobytes - before) / 1024 for kilobytes in (memory_kilobytes(site.pid), halfway))
    print(f"{engine}: web process {before / 1024:.0f} MB before the first fetch; {counts[200]} full answers, ", end="")
    print(f"{counts[304]} times 304, of {FEEDS} feeds: grown by {grown:.1f} MB, at most ", end="")
    print(f"{MOST_MEGABYTES:.0f} ({by_then:.1f} after half of them)")
    return {f"{engine} memory": MOST_MEGABYTES - grown}


def _fetch_all(site: Site, paths: list[str], env: dict[str, str]) -> tuple[dict[int, int], int]:
    """Fetch feeds at random, seven times of eight with the tag of the last time.

    Returns the number of each status, and the memory after half of the fetches.
    """
    chance, counts = random.Random(1), {200: 0, 304: 0}  # noqa: S311  (the same feeds in every run)
    tags: dict[str, str] = {}
    halfway = 0
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    for number in range(FETCHES):
        halfway = memory_kilobytes(site.pid) if number == FETCHES // 2 else halfway
        if number % STEP == 0:
            _change_entries(env, offset=chance.randrange(FEEDS * ENTRIES - CHANGED))
        path = chance.choice(paths)
        known = tags.get(path) if chance.random() < 7 / 8 else None
        connection.request("GET", path, headers={"If-None-Match": known} if known else {})
        response = connection.getresponse()
        response.read()
        counts[response.status] += 1
        tags[path] = response.headers["ETag"]
    connection.close()
    return counts, halfway


def _change_entries(env: dict[str, str], *, offset: int) -> None:
    """Change some entries, as the operations do: a higher sequence, a later moment."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    if "DATABASE_URL" in env:
        folder, _, name = env["DATABASE_URL"].removeprefix("postgres://pear@/").rpartition("/")
        statement = _CHANGE.format(now=f"'{now}+00'", count=CHANGED, offset=offset)
        with psycopg.connect(host=folder, user="pear", dbname=name) as connection:
            connection.execute(statement.encode())
        return
    with closing(sqlite3.connect(Path(env["DATA_DIR"]) / "pear.sqlite3", timeout=20)) as file, file:
        file.execute(_CHANGE.format(now=f"'{now}'", count=CHANGED, offset=offset))
