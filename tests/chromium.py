"""Chromium, driven by Playwright, for tests and benches; CHROMIUM names it where it isn't on the path."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",  # the order in which date and time inputs take what is typed
]
PHONE = 360
DESK = 1280
HEIGHT = {PHONE: 740, DESK: 800}


@contextmanager
def chromium_running() -> Iterator[Browser]:
    """Run one browser without a window."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "Chromium is not installed; `make test` installs what the tests need"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()
