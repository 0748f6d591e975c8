"""Measure the first paint: `python -m tests.bench.paint [--rounds N] [--json FILE]`.

In Chromium, on a phone's screen and with its processor slowed down, beside a bare page of the same server that has one
sentence and no styles. Each look is of a browser that has never been here; a second one has the styles already. All
pages are opened in turn in each round, and the median of the rounds' ratios counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.bench.figures import Figure, ratio, say
from tests.bench.sites import database, server
from tests.chromium import HEIGHT, PHONE, chromium_running

SLOWER = 4  # a middling phone, as Chromium's own tools put it
MOST = 2.0
ROUNDS = 15
BARE = "/bare/"
PAGES = ("/", "/offers/new/", "/settings/", "/account/login/", "/help/")
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
Times = dict[str, list[float]]


def measure(rounds: int) -> Times:
    """Return the milliseconds to the first paint of each page, first and later visits, round by round."""
    seen: Times = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="paint-")))
        env = stack.enter_context(database("sqlite", folder)) | {"DJANGO_SETTINGS_MODULE": "tests.bench.page_site"}
        rows = [sys.executable, "-m", "tests.bench.page_rows"]
        made = json.loads(subprocess.run(rows, env=env, check=True, capture_output=True, text=True).stdout)
        port = stack.enter_context(server(env | {"BENCH_PARTNER": made["partner"]}, folder)).port
        browser = stack.enter_context(chromium_running())
        for number in range(rounds + 1):
            for path in (BARE, *PAGES):
                first, later = _looks(browser, f"http://127.0.0.1:{port}{path}", cookies=made["cookies"])
                if number:  # the first round only warms up
                    seen[path].append(first)
                    seen[f"{path} later"].append(later)
    return seen


def _looks(browser: Browser, url: str, *, cookies: str) -> tuple[float, float]:
    """Open a page as nobody's browser, then once more; the one who signs in brings no cookies."""
    context = browser.new_context(viewport={"width": PHONE, "height": HEIGHT[PHONE]})
    if "/account/" not in url:
        sent = SimpleCookie(cookies)
        context.add_cookies([{"name": name, "value": morsel.value, "url": url} for name, morsel in sent.items()])
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times = _painted(page, url), _painted(page, url)
    context.close()
    return times


def _painted(page: Page, url: str) -> float:
    answer = page.goto(url)
    assert answer
    assert (answer.status, answer.url) == (200, url)
    return float(page.wait_for_function(PAINTED).json_value())


def figures(seen: Times) -> list[Figure]:
    """Return each page's ratio to the bare one."""
    return [
        Figure(f"{path}, {visit} paint : bare page", ratio(seen[path + end], seen[BARE + end]), MOST, at_most=True)
        for path in PAGES
        for visit, end in (("first", ""), ("later", " later"))
    ]


def main() -> bool:
    """Measure; return whether all of it is within its bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    return say(figures(measure(options.rounds)), keep=options.json)


if __name__ == "__main__":
    sys.exit(not main())
