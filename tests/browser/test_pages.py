"""Every page in a real browser: nothing for axe to find, nothing from elsewhere, nothing that acts by being opened."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner, User
from tests.browser.conftest import DESK, PHONE, NewPage, Scheme
from tests.cast import signed_in
from tests.dump import dump
from tests.world import World

READERS = ("ana", "ben", "cleo", "nobody")
# What looks different to this reader than to ana; the rest need not be looked at twice.
UNLIKE = {"ana": r"/", "ben": r"/$|/times/", "cleo": r"/$|/link/|/leave/|/l/", "nobody": r"/"}
FILES = (".ics", ".txt", ".css", "/healthz", "/away/", "/export/")
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
NOWHERE = "/nowhere/"
LIKE_ANOTHER = ("/talk/cards/meaning/", "/talk/cards/new/", "/week/ordinary/")  # like the card of two lines, the week
CONTRAST = {"runOnly": ["color-contrast"]}
FETCHED = {"scheduler_feed": ("last_fetched_at", "last_client")}  # shown to the feed's owner alone
BESIDE_THE_POINT = ("django_session", "cache")  # a session that is used, and the counts that limit how often


@dataclass
class Visitor:
    """A page whose owner is signed in, and what the browser complained about or asked for elsewhere."""

    page: Page
    client: Client
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def visitor(
    live_server: LiveServer, new_page: NewPage, ana: Partner, ben: Partner, cleo: User
) -> Callable[..., Visitor]:
    """Let somebody in: `visitor("ana", width=..., scheme=...)`."""
    people = {"ana": ana.user, "ben": ben.user, "cleo": cleo}

    def let_in(name: str, **how: Any) -> Visitor:
        page = new_page(live_server.url, **how)
        client = signed_in(people[name]) if name in people else Client()
        found = Visitor(page, client)
        page.on("console", lambda message: found.complaints.extend(_complaint(message)))
        page.on("request", lambda request: found.complaints.extend(_elsewhere(request, live_server.url)))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        if name in people:
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        return found

    return let_in


def _complaint(message: ConsoleMessage) -> list[str]:
    """Return what stands in the console, but for the note on every answer of 404 and the like."""
    if message.type not in {"error", "warning"} or "the server responded with a status of" in message.text:
        return []
    return [f"{message.location.get('url', '')}: {message.text}"]


def _elsewhere(request: Request, home: str) -> list[str]:
    return [] if request.url.startswith((home, "data:")) else [f"asked for {request.url}"]


def pages_for(world: World, client: Client) -> list[str]:
    """Return the address of every page that this reader gets to see; the friendly 404 is one of them."""
    answers = {path: client.get(path) for path in world.addresses() if not path.endswith(FILES)}
    return [path for path, answer in answers.items() if _is_page(answer, path)]


def _is_page(answer: Any, path: str) -> bool:
    html = answer.headers.get("Content-Type", "").startswith("text/html") and b"<main" in answer.content
    return html and (answer.status_code == HTTPStatus.OK or path == NOWHERE)


def looking_alike(paths: list[str]) -> list[str]:
    """Return one path of each sort: those of many times, or of many mailed links, look alike but for a few."""
    unlike = [path for path in paths if path not in LIKE_ANOTHER]
    return list({re.sub(r"^/(m|s|l|l/stop)/[^/]+/$", r"/\1/", path): path for path in unlike}.values())


@pytest.mark.parametrize("reader", READERS)
def test_axe_finds_nothing(reader: str, world: World, visitor: Callable[..., Visitor]) -> None:
    """Light and dark, on a phone and on a desk; the dark ones differ in colours only."""
    guest = visitor(reader)
    found = []
    for path in looking_alike(pages_for(world, guest.client)):
        if not re.match(UNLIKE[reader], path):
            continue
        guest.page.goto(path)
        for width, scheme in itertools.product((PHONE, DESK), SCHEMES):
            guest.page.set_viewport_size({"width": width, "height": 800})
            guest.page.emulate_media(color_scheme=scheme)
            results = Axe().run(guest.page, options=CONTRAST if scheme == "dark" else None)
            if results.violations_count:
                found.append(f"{path}, {scheme}, {width} px: {results.generate_report()}")
            if guest.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} is wider than {width} px")
    assert found == []
    assert guest.complaints == []


@pytest.mark.parametrize("reader", READERS)
def test_a_browser_that_runs_scripts_changes_nothing(
    reader: str, world: World, visitor: Callable[..., Visitor], live_server: LiveServer
) -> None:
    guest = visitor(reader)
    pages = pages_for(world, guest.client)
    before = dump(masked=FETCHED)
    for path in pages:
        guest.page.goto(path)
        assert urlsplit(guest.page.url).netloc == urlsplit(live_server.url).netloc
    after = dump(masked=FETCHED)
    after |= {table: before[table] for table in BESIDE_THE_POINT}
    assert after == before
    assert guest.complaints == []


def test_axe_finds_nothing_on_the_answers_to_forms(world: World, visitor: Callable[..., Visitor]) -> None:
    """Pages that only a form leads to: a time just freed, a new address, a form that needs another look."""
    guest = visitor("ana")
    for path, button, answer in (
        (f"/times/{world.times['plan']}/", "Free this time", "No explanation needed."),
        ("/calendar/", "Get an address", "It is shown this once."),
        ("/offers/new/", "Offer this time", "Something needs another look."),
    ):
        guest.page.goto(path)
        if path == "/calendar/":
            guest.page.get_by_role("region", name="Add a device").get_by_role("textbox").fill("Phone")
        guest.page.locator("button.button", has_text=button).first.click()
        guest.page.get_by_text(answer).first.wait_for()
        results = Axe().run(guest.page)
        assert results.violations_count == 0, results.generate_report()
    assert guest.complaints == []
