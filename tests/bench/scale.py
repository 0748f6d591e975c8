"""Measure whether Pear's price grows: `python -m tests.bench.scale [--couples N] [--rounds N] [--json FILE]`.

A PostgreSQL database of a thousand couples and one of N (a million, unless said otherwise) are filled (see
tests/bench/scale_rows.py) and measured in turn: a feed that has not changed, the overview, a yes, the claim of a
thousand due reminders, a look for offers that fade, and a purge. No statement may read a large table whole. A million
couples take about 17 gigabytes in the temporary folder; each tenth of them takes a tenth.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, say
from tests.bench.sweep import Sample
from tests.services import POSTGRESQL_SPEED, make_database, postgresql, postgresql_url

FEW, MANY = 1_000, 1_000_000
MOST_RATIO = 1.3
ROUNDS = 11
# Little is written twice while filling, and PostgreSQL has a quarter of the memory, as its manual asks for.
QUARTER = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 // 2**20
ROOMY = [
    *POSTGRESQL_SPEED,
    *("-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=16GB"),
    *("-c", f"shared_buffers={QUARTER}MB"),
]


class Couples(Sample):
    """A database with so many couples, and the process that measures in it."""

    module = "tests.bench.scale_rows"
    names = ("feed", "overview", "yes", "sweep", "fade", "purge")


@contextlib.contextmanager
def filled(folder: Path, *sizes: int) -> Iterator[list[Couples]]:
    """Fill one database of each size, one after the other."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(postgresql(folder / "pg", options=ROOMY))
        made = []
        for couples in sizes:
            begin, name = time.perf_counter(), f"couples{couples}"
            make_database(folder / "pg", name)
            own = folder / name
            own.mkdir()
            environment = os.environ | {"DATA_DIR": str(own), "DJANGO_SETTINGS_MODULE": "config.settings.production"}
            environment["DATABASE_URL"] = postgresql_url(folder / "pg", database=name)
            environment.pop("REDIS_URL", None)
            made.append(Couples(couples, environment))
            stack.callback(made[-1].end)
            took = time.perf_counter() - begin
            print(f"{couples:,} couples: {made[-1].megabytes:,} MB, filled in {took:.0f} s", flush=True)
        yield made


def measure(couples: int, rounds: int) -> list[Figure]:
    """Return the ratios of many couples to few, after printing the milliseconds of both."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="scale-") as name:  # short: it holds a socket
        folder = Path(name)
        folder.chmod(0o755)
        with filled(folder, FEW, couples) as (few, many):
            for number in range(rounds + 1):
                for sample in (few, many) if number % 2 else (many, few):
                    sample.measure(keep=number > 0)
            whole = many.ask("plans")
    print(f"tables of which all was read: {whole}")
    for act in Couples.names:
        print(f"  {act}: {1e3 * few.median(act):.2f} ms of {FEW:,}, {1e3 * many.median(act):.2f} ms of {couples:,}")
    ratios = [
        Figure(f"{act}: {couples:,} couples : {FEW:,}", many.median(act) / few.median(act), MOST_RATIO, at_most=True)
        for act in Couples.names
    ]
    read = Figure("statements without an index, of all", float(whole != "none"), 0.5, at_most=True)
    return [*ratios, read]


def main() -> bool:
    """Measure; return whether every ratio is within its bound and every table is found by an index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--couples", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    return say(measure(options.couples, options.rounds), keep=options.json)


if __name__ == "__main__":
    sys.exit(not main())
