"""Measure the overview: `python -m tests.bench.page [--engine ENGINE] [--rounds N] [--json FILE]`.

Its yardstick is a page that renders the same template from a context made once, behind all middleware and without a
single query; asked with the reader's cookies, the yardstick pays for sign-in too, which is printed beside it. One
thread of the web server answers against four, and four of them while SLOW clients trickle their requests. All of it is
measured in turn in each round, on a server of its own core, and the median of the rounds' ratios counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figure, ratio, say
from tests.bench.load import Target, rate, request_of
from tests.bench.sites import CORES, database, server
from tests.bench.slow import slow_clients

LEAST = {"sqlite": 0.45, "postgresql": 0.35}
SECONDS = 0.5
ROUNDS = 11
SLOW = 60
Rates = dict[str, list[float]]


def target(name: str, port: int, path: str, cookies: str = "") -> Target:
    """Return what is asked, after asking it once for the length that it has to have."""
    headers = {"Cookie": cookies} if cookies else {}
    with urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=30
    ) as response:
        length = len(response.read())
    return Target(name, port, (request_of(path, **headers),), 200, length)


def measure(engine: str, rounds: int) -> Rates:
    """Return the answers per second of each target, round by round."""
    seen: Rates = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="page-")))  # short: a socket
        folder.chmod(0o755)
        env = stack.enter_context(database(engine, folder)) | {"DJANGO_SETTINGS_MODULE": "tests.bench.page_site"}
        rows = [sys.executable, "-m", "tests.bench.page_rows"]
        made = json.loads(subprocess.run(rows, env=env, check=True, capture_output=True, text=True).stdout)
        env["BENCH_PARTNER"] = made["partner"]
        four, one = (stack.enter_context(server(env, folder, threads=count)).port for count in (4, 1))
        os.sched_setaffinity(0, {CORES[-1]})
        for number in range(rounds + 1):
            for name, reached in _round(four, one, made["cookies"]):
                if number:  # the first round only warms up
                    seen[name].append(reached)
        honest = target("overview", four, "/", made["cookies"])
        with slow_clients(four, count=SLOW, body=True):  # once: a server that stands still takes half a minute
            seen["among slow bodies"] = [rate(honest, seconds=SECONDS)[0]]
    return seen


def _round(four: int, one: int, cookies: str) -> list[tuple[str, float]]:
    same = [
        target("unchanging", four, "/unchanging/"),
        target("overview", four, "/", cookies),
        target("unchanging, signed in", four, "/unchanging/", cookies),
        target("one thread", one, "/", cookies),
        target("four threads", four, "/", cookies),
    ]
    assert abs(same[0].length / same[1].length - 1) < 0.02, [each.length for each in same]
    reached = [(each.name, rate(each, seconds=SECONDS)[0]) for each in same]
    with slow_clients(four, count=SLOW, body=False):
        reached.append(("among slow heads", rate(same[1], seconds=SECONDS)[0]))
    return reached


def figures(engine: str, seen: Rates) -> list[Figure]:
    """Return the ratios, after printing the yardstick's own rate."""
    print(f"{engine}: the yardstick {statistics.median(seen['unchanging']):.0f}/s", end=", ")
    print(f"the overview {statistics.median(seen['overview']):.0f}/s")
    return [
        Figure(f"{engine}: overview : static context", ratio(seen["overview"], seen["unchanging"]), LEAST[engine]),
        Figure(
            f"{engine}: overview : static context, signed in",
            ratio(seen["overview"], seen["unchanging, signed in"]),
        ),
        Figure(f"{engine}: overview, 4 threads : 1", ratio(seen["four threads"], seen["one thread"]), 1.0),
        *(
            Figure(f"{engine}: overview, among {SLOW} {slow} : alone", _kept(seen, f"among {slow}"), 0.9)
            for slow in ("slow heads", "slow bodies")
        ),
    ]


def _kept(seen: Rates, among: str) -> float:
    return ratio(seen[among], seen["four threads"][-len(seen[among]) :])


def main() -> bool:
    """Measure what is asked for; return whether all of it is within its bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=list(LEAST), action="append", help="this one alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = [row for engine in options.engine or LEAST for row in figures(engine, measure(engine, options.rounds))]
    return say(found, keep=options.json)


if __name__ == "__main__":
    sys.exit(not main())
