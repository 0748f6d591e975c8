"""Measure the feed against a view that does nothing: `python -m tests.bench.feed [sqlite|postgresql] [rounds]`.

Server and load sit on different cores where there are two; rounds are interleaved; what counts are ratios of medians.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench.load import Target, rate, request_of
from tests.services import Child, free_port, postgresql

SIZES = (10, 50, 500)
SECONDS = 0.7
BUDGETS = {
    "sqlite": {"304/10": 1.2, "304/500": 1.2, "200/10": 1.0, "200/50": 0.9, "200/500": 0.7},
    "postgresql": {"304/10": 0.85, "304/500": 0.85, "200/10": 0.7, "200/50": 0.6, "200/500": 0.45},
}
FLAT = 0.95
CORES = sorted(os.sched_getaffinity(0))


@contextlib.contextmanager
def database(engine: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a site on this engine."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.feed_site", "DATA_DIR": str(folder / "var")}
    env.pop("REDIS_URL", None)
    if engine == "sqlite":
        env.pop("DATABASE_URL", None)
        yield env
        return
    with postgresql(folder / "pg") as url:
        yield env | {"DATABASE_URL": url}


@contextlib.contextmanager
def server(env: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    """Run the web server as Pear does, on the first core; gives its port and its process id."""
    port = free_port()
    command = [
        *("taskset", "-c", str(CORES[0]), sys.executable, "-m", "granian", "config.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--port", str(port), "--workers", "1", "--blocking-threads", "4"),
        *("--no-access-log", "--log-level", "warning"),
    ]
    child = Child.start(command, name="granian", folder=folder, env=env)
    try:
        child.until(lambda: answers(port))
        yield port, child.process.pid
    finally:
        child.stop()


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used."""
    ticks, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
            ticks[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
    family = {pid}
    while more := {each for each, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(each, 0) for each in family) / os.sysconf("SC_CLK_TCK")


def answers(port: int) -> bool:
    """Return whether the site is up."""
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/noop/", timeout=5).status)
    except OSError:
        return False


def targets(port: int, paths: dict[str, list[str]]) -> list[Target]:
    """Return what is measured, each asked once before."""
    made = [Target("noop", request_of("/noop/"), 200, 2)]
    for size in SIZES:
        path = paths[str(size)][0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
            etag, body = response.headers["ETag"], response.read()
        made.append(Target(f"200/{size}", request_of(path), 200, len(body)))
        made.append(Target(f"304/{size}", request_of(path, **{"If-None-Match": etag}), 304, 0))
    return made


def measure(engine: str, rounds: int) -> bool:
    """Print the ratios of one engine; return whether each is within its budget."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="bench-") as name:  # short: it holds a socket
        folder = Path(name)
        folder.chmod(0o755)
        with database(engine, folder) as env:
            rows = [sys.executable, "-m", "tests.bench.feed_rows", *map(str, SIZES)]
            paths = json.loads(subprocess.run(rows, env=env, check=True, capture_output=True, text=True).stdout)
            with server(env, folder) as (port, pid):
                os.sched_setaffinity(0, {CORES[-1]})
                seen: dict[str, list[tuple[float, float]]] = {}
                for number in range(rounds + 1):
                    for target in targets(port, paths):
                        before = processor_seconds(pid)
                        reached = rate(port, target, seconds=SECONDS)
                        used = processor_seconds(pid) - before
                        if number:  # the first round only warms up
                            seen.setdefault(target.name, []).append((reached, reached * SECONDS / max(used, 0.01)))
    medians = [
        {name: statistics.median(pair[which] for pair in pairs) for name, pairs in seen.items()} for which in (0, 1)
    ]
    return report(engine, *medians)


def report(engine: str, rates: dict[str, float], thrift: dict[str, float]) -> bool:
    """Print each ratio beside its budget.

    The second column counts answers per second of the server's own processor time: other work on the machine moves it
    less, so it is the one to look at where the machine is not quiet.
    """
    print(f"{engine}: yardstick (no-op view behind the full middleware) {rates['noop']:.0f}/s")
    rows = [(name, name, "noop", least) for name, least in BUDGETS[engine].items()]
    results = []
    for label, name, against, least in [*rows, ("304, 500 against 10", "304/500", "304/10", FLAT)]:
        ratio = rates[name] / rates[against]
        verdict = "ok" if ratio >= least else "BELOW"
        print(f"  {label:20} {ratio:5.2f} {thrift[name] / thrift[against]:5.2f}  at least {least:.2f}  {verdict}")
        results.append(ratio >= least)
    return all(results)


if __name__ == "__main__":
    engines = [word for word in sys.argv[1:] if word in BUDGETS] or list(BUDGETS)
    repeats = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 5)
    results = [measure(engine, repeats) for engine in engines]  # all of them, also after one below its budget
    sys.exit(not all(results))
