"""A real Chromium, driven by Playwright, for the tests of this folder; each of its pages belongs to one person."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

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
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
Scheme = Literal["light", "dark"]
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as needing Chromium."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once; CHROMIUM names it where it isn't on the path."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "Chromium is not installed; `make test` installs what the tests need"
    # Playwright keeps an event loop in this thread, and Django then thinks that every query is made from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Open a page in a profile of its own: `new_page(base_url, zone=..., width=..., scheme=..., javascript=...)`."""
    contexts: list[BrowserContext] = []

    def open_page(
        base_url: str,
        *,
        zone: str = "Europe/Berlin",
        width: int = PHONE,
        scheme: Scheme = "light",
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=base_url,
            timezone_id=zone,
            locale="en-GB",
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
