"""Measure yes and free: `python -m tests.bench.write [--engine ENGINE] [--rounds N] [--json FILE]`.

The yardstick is the bare SQL transaction that writes the same rows, sent by the engine's own driver (see
tests/bench/write_rows.py), to the same database, in turn. Both wait for the disk, as they do for people.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, ratio, say
from tests.bench.sites import database

ENGINES = ("sqlite", "postgresql")
LEAST = 0.3
ROUNDS = 11


def measure(engine: str, rounds: int) -> list[Figure]:
    """Return the ratios of one engine, after printing what the yardstick itself takes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="write-")))  # short: a socket
        folder.chmod(0o755)
        env = stack.enter_context(database(engine, folder, durable=True))
        rows = [sys.executable, "-m", "tests.bench.write_rows", str(rounds)]
        found = json.loads(subprocess.run(rows, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout)
    for name, took in found.items():
        print(
            f"{engine}: {name}: {took['statements']} writing statements, bare {1e3 * median(took['bare']):.2f} ms",
            end="",
        )
        print(f", the operation {1e3 * median(took['operation']):.2f} ms")
    return [
        Figure(f"{engine}: {name} : bare transaction", ratio(took["bare"], took["operation"]), LEAST)
        for name, took in found.items()
    ]


def main() -> bool:
    """Measure what is asked for; return whether all of it is within its bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="this one alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = [row for engine in options.engine or ENGINES for row in measure(engine, options.rounds)]
    return say(found, keep=options.json)


if __name__ == "__main__":
    sys.exit(not main())
