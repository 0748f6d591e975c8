"""A real Chromium, driven by Playwright, for the tests of this folder; each of its pages belongs to one person."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.chromium import DESK, HEIGHT, PHONE, chromium_running
from tests.services import Pear, pear_running

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
UNDO_SECONDS = 4
TICK_SECONDS = "1"
Scheme = Literal["light", "dark"]
NewPage = Callable[..., Page]


def pytest_configure(config: pytest.Config) -> None:
    """Load what needs Django, once it stands."""
    config.pluginmanager.import_plugin("tests.browser.visitors")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as needing Chromium."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once."""
    # Playwright keeps an event loop in this thread, and Django then thinks that every query is made from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium_running() as browser:
        yield browser


@pytest.fixture(scope="session")
def embedded(run_folder: Path) -> Iterator[Pear]:
    """Pear as `make run` starts it with nothing set: SQLite, no Redis, mails as files."""
    with pear_running(run_folder / "embedded", UNDO_SECONDS=str(UNDO_SECONDS), TICK_SECONDS=TICK_SECONDS) as pear:
        yield pear


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Open a page in a profile of its own: `new_page(base_url, zone=..., width=..., scheme=..., language=...)`."""
    contexts: list[BrowserContext] = []

    def open_page(
        base_url: str,
        *,
        zone: str = "Europe/Berlin",
        width: int = PHONE,
        scheme: Scheme = "light",
        javascript: bool = True,
        language: str = "en-GB",
    ) -> Page:
        context = chromium.new_context(
            base_url=base_url,
            timezone_id=zone,
            locale=language,
            viewport={"width": width, "height": HEIGHT.get(width, HEIGHT[DESK])},
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
