"""Readers with a browser each, and the pages that each of them gets to see."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner, User
from tests.browser.conftest import NewPage
from tests.browser.look import WATCH_SHIFTS
from tests.cast import signed_in
from tests.world import World

READERS = ("ana", "ben", "cleo", "nobody")
# What looks different to this reader than to ana; the rest need not be looked at twice.
UNLIKE = {"ana": r"/", "ben": r"/$|/times/", "cleo": r"/$|/sample/|/link/|/leave/|/l/", "nobody": r"/"}
FILES = (".ics", ".txt", ".css", "/healthz", "/away/", "/export/")
NOWHERE = "/nowhere/"
SHAPE = re.compile(rb'<[a-z][a-z0-9]*(?:\s+class="[^"]*")?')


@dataclass
class Visitor:
    """A page whose owner is signed in, and what the browser complained about or asked for elsewhere."""

    page: Page
    client: Client
    complaints: list[str]


LetIn = Callable[..., Visitor]


@pytest.fixture
def visitor(live_server: LiveServer, new_page: NewPage, ana: Partner, ben: Partner, cleo: User) -> LetIn:
    """Let somebody in: `visitor("ana", width=..., scheme=..., language=...)`."""
    people = {"ana": ana.user, "ben": ben.user, "cleo": cleo}

    def let_in(name: str, **how: Any) -> Visitor:
        page = new_page(live_server.url, **how)
        client = signed_in(people[name]) if name in people else Client()
        found = Visitor(page, client, complaints_of(page, live_server.url))
        page.add_init_script(WATCH_SHIFTS)
        if name in people:
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        return found

    return let_in


def complaints_of(page: Page, home: str) -> list[str]:
    """Return a list that fills with what the browser complains about on this page, or asks for elsewhere."""
    found: list[str] = []
    page.on("console", lambda message: found.extend(_complaint(message)))
    page.on("request", lambda request: found.extend(_elsewhere(request, home)))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


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


def shown_to(reader: str, world: World, client: Client) -> list[str]:
    """Return the address of each page that this reader is the one to look at."""
    return [path for path in looking_unlike(pages_for(world, client)) if re.match(UNLIKE[reader], path)]
