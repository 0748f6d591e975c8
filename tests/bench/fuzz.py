"""`python -m tests.bench.fuzz --requests 100000`: random requests at every address; none may fail or tell of another.

In this process, on SQLite in a folder of its own, with a world in which everything exists. Three readers take turns:
ana, who is linked, cleo, who is not, and nobody. A 500, a word of ana's in an answer to one of the other two that was
not in the request, or more than 50 MB that stay: exit code 1. The world is made anew every few thousand requests,
for ana leaves, frees and deletes as often as the fuzz presses there. `--seconds` bounds it by time.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.services import smtp_running

if TYPE_CHECKING:
    from collections import Counter

    from tests.bench.fuzz_run import Run

MEGABYTE = 1024 * 1024
MOST_GROWTH = 50 * MEGABYTE
EVERY = 2_500  # requests; what is loaded once is loaded within the first tenth


def memory() -> int:
    """Return the bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Ask, count and print."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.fuzz")
    words.add_argument("--requests", type=int, default=100_000)
    words.add_argument("--seconds", type=float, default=float("inf"))
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pear-"))
        inbox = stack.enter_context(smtp_running())
        _set_up(folder, inbox.url)
        from tests.bench.fuzz_run import Run  # noqa: PLC0415  (it needs the settings, which read the environment above)

        run = Run(seed=asked.seed, inbox=inbox)
        held = _go(run, asked.requests, asked.seconds)
    sys.exit(_report(run, held))


def _set_up(folder: str, email_url: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SITE_URL", "METRICS_PORT"):
        os.environ.pop(name, None)
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings.test", "EMAIL_URL": email_url}
    os.environ |= {"SECRET_KEY": "a key of this run", "ALLOWED_HOSTS": "testserver"}
    import django  # noqa: PLC0415  (likewise)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (likewise)

    logging.disable()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def _go(run: "Run", requests: int, seconds: float) -> list[int]:
    """Make the requests; returns the memory once each world is at its end, and at the very end."""
    end, held = time.monotonic() + seconds, []
    for number in range(1, requests + 1):
        if time.monotonic() > end:
            break
        run.one()
        if number % EVERY == 0:
            held.append(memory())
    return [*held, memory()]


def _report(run: Any, held: list[int]) -> int:
    """Print the counts and what went wrong; returns the exit code."""
    print(f"{run.made} requests, seed {run.seed}")
    statuses: Counter[int] = run.statuses
    print("by status:", ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    print("by reader:", ", ".join(f"{name}: {count}" for name, count in sorted(run.readers.items())))
    grown = held[-1] - held[len(held) // 10]
    print("memory in MB, as it went:", *(each // MEGABYTE for each in held))
    for place, error in run.failures.items():
        print(f"FAILED at {place}:")
        print("".join(traceback.format_exception(error)[-3:]))
    for leak in run.leaks:
        print("LEAK:", leak)
    bad = bool(run.failures or run.leaks or statuses[500]) or grown > MOST_GROWTH
    print("FAILED" if bad else "held: no 500, no leak, memory stable")
    return int(bad)


if __name__ == "__main__":
    main()
