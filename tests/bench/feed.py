"""Measure the feed: `python -m tests.bench.feed [sqlite|postgresql] [memory] [rounds] [--json FILE]`.

Each figure is a ratio to what was measured in the same round, a moment before: to a view that does nothing behind the
full middleware of the same server, or to Radicale's answer with as many entries. Rounds are short, many and
interleaved, and the median of their ratios counts. Servers and load sit on different cores where there are two.
`memory` counts what the web process keeps of 100,000 fetches instead (tests/bench/feed_memory.py).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from scheduler.ical.calendar import CONTENT_TYPE
from tests.bench.feed_memory import measure_memory
from tests.bench.load import Target, rate, request_of
from tests.bench.sites import CORES, database, first_core, processor_seconds, server
from tests.clients import OWNER, radicale_running

SIZES = (10, 50, 500)
COLD = 12  # feeds of 50 entries for each round, which nobody has asked for before
SECONDS = 0.35
ROUNDS = 15
Row = tuple[str, str, str, float]
AGAINST_RADICALE: list[Row] = [
    ("304/50 : Radicale/50", "304/50", "radicale/50", 8.0),
    ("cold 200/50 : Radicale/50", "cold/50", "radicale/50", 1.0),
]
BUDGETS = {
    "sqlite": {"304/10": 1.2, "304/500": 1.2, "200/10": 1.0, "200/50": 0.9, "200/500": 0.7},
    "postgresql": {"304/10": 0.85, "304/500": 0.85, "200/10": 0.7, "200/50": 0.6, "200/500": 0.45},
}


@dataclass
class Seen:
    """What was seen of one target: answers per second in each round, and their price in the server's own time."""

    rates: list[float]
    answers: int = 0
    seconds: float = 0.0


def targets(port: int, radicale: int, paths: dict[str, list[str]], number: int) -> list[Target]:
    """Return what is measured in round `number`, the lasting ones each asked once before."""
    unchanged, full = [], []
    for size in SIZES:
        path = paths[str(size)][0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
            etag, body = response.headers["ETag"], response.read()
        unchanged.append(Target(f"304/{size}", port, (request_of(path, If_None_Match=etag),), 304, 0))
        full.append(Target(f"200/{size}", port, (request_of(path),), 200, len(body)))
    made = [Target("noop", port, (request_of("/noop/"),), 200, 2), *unchanged, *full]  # compared ones side by side
    fresh = paths["50"][1 + number * COLD :][:COLD]
    made.append(Target("cold/50", port, tuple(map(request_of, fresh)), 200, -1, once=True))
    theirs = request_of(f"/{OWNER}/times/", Authorization="Basic YW5hOng=")
    made.append(Target("radicale/50", radicale, (theirs,), 200, -1))
    return made


def measure(engine: str, rounds: int) -> dict[str, Seen]:
    """Return what was seen on one engine."""
    seen: dict[str, Seen] = defaultdict(lambda: Seen([]))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="bench-")))  # short: a socket
        folder.chmod(0o755)
        env = stack.enter_context(database(engine, folder))
        wanted = [f"{size}:{1 + (rounds + 1) * COLD if size == 50 else 1}" for size in SIZES]
        rows = [sys.executable, "-m", "tests.bench.feed_rows", *wanted]
        paths = json.loads(subprocess.run(rows, env=env, check=True, capture_output=True, text=True).stdout)
        site = stack.enter_context(server(env, folder))
        radicale = stack.enter_context(radicale_running(folder, before=first_core()))
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{paths['50'][0]}", timeout=30) as feed:
            radicale.ask("PUT", f"/{OWNER}/times/", feed.read(), Content_Type=CONTENT_TYPE)
        os.sched_setaffinity(0, {CORES[-1]})
        for number in range(rounds + 1):
            for target in targets(site.port, int(radicale.url.rpartition(":")[2]), paths, number):
                pid = site.pid if target.port == site.port else radicale.pid
                before = processor_seconds(pid)
                reached, answers = rate(target, seconds=SECONDS)
                used = processor_seconds(pid) - before
                if number:  # the first round only warms up
                    one = seen[target.name]
                    one.rates.append(reached)
                    one.answers += answers
                    one.seconds += used
    return seen


def report(engine: str, seen: dict[str, Seen]) -> dict[str, float]:
    """Print each ratio beside its budget; return the ratios, negative where one is below.

    The second column is the same ratio of what an answer costs in the server's own processor time: other work on the
    machine moves it less, so it is the one to look at where the machine is not quiet.
    """
    for yardstick in ("noop", "radicale/50"):
        one = seen[yardstick]
        print(f"{engine}: yardstick {yardstick} {statistics.median(one.rates):.0f}/s", end=", ")
        print(f"{1e6 * one.seconds / one.answers:.0f} us of its server's processor time")
    rows = [(f"{name} : noop", name, "noop", least) for name, least in BUDGETS[engine].items()]
    results = {}
    for label, name, against, least in [*rows, ("304/500 : 304/10", "304/500", "304/10", 0.95), *AGAINST_RADICALE]:
        ratio = statistics.median(a / b for a, b in zip(seen[name].rates, seen[against].rates, strict=True))
        thrift = _cost(seen[against]) / _cost(seen[name])
        verdict = "ok" if ratio >= least else "BELOW"
        print(f"  {label:26} {ratio:6.2f} {thrift:6.2f}  at least {least:.2f}  {verdict}")
        results[f"{engine} {label}"] = ratio if ratio >= least else -ratio
    return results


def _cost(one: Seen) -> float:
    return max(one.seconds, 0.01) / one.answers


def main(words: list[str]) -> bool:
    """Measure what is asked for; return whether all of it is within its budget."""
    engines = [word for word in words if word in BUDGETS] or list(BUDGETS)
    rounds = next((int(word) for word in words if word.isdecimal()), ROUNDS)
    results: dict[str, float] = {}
    for engine in engines:  # all of them, also after one below its budget
        results |= measure_memory(engine) if "memory" in words else report(engine, measure(engine, rounds))
    if "--json" in words:
        Path(words[words.index("--json") + 1]).write_text(json.dumps(results, indent=2) + "\n")
    return all(ratio > 0 for ratio in results.values())


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
