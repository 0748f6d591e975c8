"""Measure the claim against what is stored: `python -m tests.bench.sweep [--most N] [--rounds N] [--json FILE]`.

A thousand due rows are claimed beside 10 thousand, 1 million and 10 million stored ones on PostgreSQL, and beside 10
thousand and 1 million on SQLite, in turn; what counts is the ratio of medians. Beside it, in the same run, what people
would pick instead: one Celery task with an ETA for each reminder, and the clocked rows of django-celery-beat. The
largest size takes about five gigabytes in the temporary folder, and some minutes to fill.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.instead import clocked_rows, eta_tasks
from tests.services import ROOT, make_database, postgresql, postgresql_url

SIZES = {"postgresql": (10_000, 1_000_000, 10_000_000), "sqlite": (10_000, 1_000_000)}
MOST_RATIO = 1.5
Figures = dict[str, list[float]]


class Sample:
    """A database with so many stored rows, and the process that measures in it."""

    module = "tests.bench.sweep_rows"
    names: tuple[str, ...] = ("claim", "idle")

    def __init__(self, stored: int, environment: dict[str, str]) -> None:
        self.stored = stored
        self.figures: Figures = {name: [] for name in self.names}
        argv = [sys.executable, "-m", self.module, str(stored)]
        self._process = subprocess.Popen(
            argv, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.megabytes = int(self._answer().removeprefix("ready")) // 1_000_000

    def measure(self, *, keep: bool) -> None:
        """Measure everything once; the first time only warms up."""
        for name, seen in self.figures.items():
            seconds = float(self.ask(name))
            if keep:
                seen.append(seconds)

    def ask(self, what: str) -> str:
        """Ask the process for one thing."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._answer()

    def median(self, name: str) -> float:
        """Return the median of what was measured, in seconds."""
        return statistics.median(self.figures[name])

    def end(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the process with {self.stored} rows has ended"
        return line.strip()


@contextlib.contextmanager
def samples(engine: str, most: int, folder: Path, server: Path) -> Iterator[list[Sample]]:
    """Fill one database of each size, one after the other."""
    made: list[Sample] = []
    with contextlib.ExitStack() as stack:
        for stored in [size for size in SIZES[engine] if size <= most]:
            own = folder / f"{engine}-{stored}"
            environment = os.environ | {"DATA_DIR": str(own), "DJANGO_SETTINGS_MODULE": "config.settings.production"}
            for name in ("DATABASE_URL", "REDIS_URL"):
                environment.pop(name, None)
            if engine == "postgresql":
                make_database(server, f"sweep{stored}")
                environment["DATABASE_URL"] = postgresql_url(server, database=f"sweep{stored}")
            own.mkdir()
            print(f"  filling {engine} with {stored:,} rows ...", file=sys.stderr)
            made.append(Sample(stored, environment))
            stack.callback(made[-1].end)
        yield made


def claims(engine: str, *, most: int, rounds: int, folder: Path, server: Path) -> dict[str, Any]:
    """Print the table of one engine; return its figures."""
    with samples(engine, most, folder, server) as made:
        for number in range(rounds + 1):
            for sample in made if number % 2 else reversed(made):
                sample.measure(keep=number > 0)
    print(f"{engine}: 1,000 due rows claimed in batches of 100; medians of {rounds} interleaved rounds")
    print(f"  {'stored':>12} {'MB':>7} {'claim, ms':>10} {'rows/s':>9} {'ratio':>6} {'idle look, ms':>14}")
    least = made[0].median("claim")
    for sample in made:
        claim, idle = sample.median("claim"), sample.median("idle")
        print(
            f"  {sample.stored:>12,} {sample.megabytes:>7,} {claim * 1000:>10.1f} {1000 / claim:>9.0f}"
            f" {claim / least:>6.2f} {idle * 1000:>14.2f}"
        )
    ratio = made[-1].median("claim") / least
    print(f"  largest / smallest {ratio:.2f}, at most {MOST_RATIO}: {'ok' if ratio <= MOST_RATIO else 'ABOVE'}")
    return {
        "ratio": ratio,
        "sizes": [{"stored": each.stored, "megabytes": each.megabytes, **each.figures} for each in made],
    }


def main() -> bool:
    """Run everything; return whether each ratio is within its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=10_000_000, help="leave out larger sizes")
    parser.add_argument("--engine", choices=SIZES, action="append", help="this one alone")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    engines: list[str] = options.engine or [*SIZES]
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="sweep-") as name:  # short: it holds a socket
        folder = Path(name)
        folder.chmod(0o755)
        with postgresql(folder / "pg"):
            for engine in engines:
                results[engine] = claims(
                    engine, most=options.most, rounds=options.rounds, folder=folder, server=folder / "pg"
                )
            results["eta"] = eta_tasks(folder)
            results["clocked"] = clocked_rows(folder, folder / "pg")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return all(results[engine]["ratio"] <= MOST_RATIO for engine in engines)


if __name__ == "__main__":
    sys.exit(not main())
