"""Every page in a real browser: nothing for axe to find, nothing from elsewhere, nothing that acts by being opened."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner, User
from tests.browser.conftest import DESK, PHONE, NewPage, Scheme
from tests.browser.look import WATCH_SHIFTS, hard_to_reach, heavy_or_restless, too_wide
from tests.cast import signed_in
from tests.dump import dump
from tests.world import World

READERS = ("ana", "ben", "cleo", "nobody")
# What looks different to this reader than to ana; the rest need not be looked at twice.
UNLIKE = {"ana": r"/", "ben": r"/$|/times/", "cleo": r"/$|/link/|/leave/|/l/", "nobody": r"/"}
FILES = (".ics", ".txt", ".css", "/healthz", "/away/", "/export/")
NOWHERE = "/nowhere/"
SHAPE = re.compile(rb'<[a-z][a-z0-9]*(?:\s+class="[^"]*")?')
CONTRAST = {"runOnly": ["color-contrast"]}
# The layouts differ by width, the colours by scheme; the telephone at night is what most evenings look like.
LOOKS: tuple[tuple[int, Scheme, dict[str, list[str]] | None], ...] = (
    (PHONE, "light", None),
    (PHONE, "dark", CONTRAST),
    (DESK, "dark", None),
)
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
        page.add_init_script(WATCH_SHIFTS)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        if name in people:
            key = client.cookies[django_settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": django_settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
            )
        return found

    return let_in


def _complaint(message: ConsoleMessage) -> list[str]:
    """Return what stands in the console, but for the note on every answer of 404 and the like."""
    if message.type not in {"error", "warning"} or "the server responded with a status of" in message.text:
        return []
    return [f"{message.location.get('url', '')}: {message.text}"]


def _elsewhere(request: Request, home: str) -> list[str]:
    return [] if request.url.startswith((home, "data:")) else [f"asked for {request.url}"]


def pages_for(world: World, client: Client) -> dict[str, bytes]:
    """Return every page that this reader gets to see, by its address; the friendly 404 is one of them."""
    answers = {path: client.get(path) for path in world.addresses() if not path.endswith(FILES)}
    return {path: answer.content for path, answer in answers.items() if _is_page(answer, path)}


def _is_page(answer: Any, path: str) -> bool:
    html = answer.headers.get("Content-Type", "").startswith("text/html") and b"<main" in answer.content
    return html and (answer.status_code == HTTPStatus.OK or path == NOWHERE)


def looking_unlike(pages: dict[str, bytes]) -> list[str]:
    """Return one address of each sort: pages of the same elements and classes look alike but for their words."""
    return list({tuple(SHAPE.findall(content)): path for path, content in pages.items()}.values())


def faults_of(page: Page, path: str) -> list[str]:
    """Return what is wrong with one page; it is loaded once for everything."""
    answer = page.goto(path)
    assert answer
    found = [*heavy_or_restless(page, answer), *too_wide(page)]
    for width, scheme, options in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options=options)
        if results.violations_count:
            found.append(f"{scheme}, {width} px: {results.generate_report()}")
        if options is None:
            found += [f"{width} px: {fault}" for fault in hard_to_reach(page)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("reader", READERS)
def test_axe_finds_nothing(reader: str, world: World, visitor: Callable[..., Visitor]) -> None:
    """By day and by night, on a phone and on a desk; nor anything of what `look` asks of each page."""
    guest = visitor(reader)
    found = []
    for path in looking_unlike(pages_for(world, guest.client)):
        if re.match(UNLIKE[reader], path):
            found += [f"{path}: {fault}" for fault in faults_of(guest.page, path)]
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


def test_the_page_of_components_is_in_order(
    transactional_db: None,  # noqa: ARG001
    settings: Settings,
    visitor: Callable[..., Visitor],
) -> None:
    settings.ROOT_URLCONF = "tests.workbench_urls"
    guest = visitor("nobody")
    assert faults_of(guest.page, "/styleguide/") == []
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
