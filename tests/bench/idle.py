"""Measure Pear at rest: `python -m tests.bench.idle [--seconds N] [--json FILE]`.

The embedded Pear, as `make run` starts it: supervisor, web server and worker on SQLite. The first start prepares the
data folder, the second is the one that counts; then it is asked for a few pages and left alone for a while. Memory is
PSS: what several processes share is divided among them.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, say
from tests.bench.sites import family_of, memory_kilobytes, processor_seconds
from tests.services import pear_running

MOST_MEGABYTES, MOST_SHARE, MOST_SECONDS = 150.0, 1.0, 5.0
SECONDS = 60
STARTS = 3
WARM_UP = 10.0  # seconds, in which the worker imports what it needs
PAGES = ("/", "/help/", "/healthz")


def measure(seconds: int) -> list[Figure]:
    """Return memory, processor time and the time to the first answer."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="idle-") as name:
        took = [_start(Path(name)) for _ in range(STARTS)][1:]  # the first prepares
        with pear_running(Path(name)) as pear:
            for path in PAGES * 5:
                pear.get(path)
            time.sleep(WARM_UP)
            pid = pear.child.process.pid
            before = processor_seconds(pid)
            time.sleep(seconds)
            share = 100 * (processor_seconds(pid) - before) / seconds
            megabytes, processes = memory_kilobytes(pid) / 1024, len(family_of(pid))
    print(f"at rest: {processes} processes; starts took {', '.join(f'{wall:.1f}' for wall, _ in took)} s")
    return [
        Figure("at rest: memory (PSS)", megabytes, MOST_MEGABYTES, at_most=True, unit=" MB"),
        Figure("at rest: share of one core", share, MOST_SHARE, at_most=True, unit=" %"),
        Figure("second start to first answer", min(took)[0], MOST_SECONDS, at_most=True, unit=" s"),
        Figure("its processor time, of all processes", min(used for _, used in took), unit=" s"),
    ]


def _start(folder: Path) -> tuple[float, float]:
    """Start and end Pear; return the seconds to its first answer, and the processor time of all of it by then."""
    begin = time.perf_counter()
    with pear_running(folder) as pear:
        return time.perf_counter() - begin, processor_seconds(pear.child.process.pid)


def main() -> bool:
    """Measure; return whether all of it is within its bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    return say(measure(options.seconds), keep=options.json)


if __name__ == "__main__":
    sys.exit(not main())
