"""Check a feed as strictly as the strictest calendar program would; handy behind a new proxy."""

import http.client
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.http import parse_http_date_safe

from scheduler.ical.check import faults_in
from scheduler.ical.check_answers import Answer, Ask, answer_faults

TIMEOUT_SECONDS = 20
SETTLING_SECONDS = 2
_CONNECTIONS: dict[str, type[http.client.HTTPConnection]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class Command(BaseCommand):
    """`manage.py checkfeed URL|FILE`: nothing found means status 0; the address itself is never printed."""

    help = "Check the bytes of a feed, and at an address also its headers and its answers to conditional requests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one address or file."""
        parser.add_argument("feed", help="address (http or https) or file of a feed")

    def handle(self, **options: Any) -> None:
        """Print each fault on a line of its own."""
        feed, now = str(options["feed"]), timezone.now()
        address = urlsplit(feed)
        faults = _at(address, now=now) if address.scheme in _CONNECTIONS else _in_file(Path(feed), now=now)
        for fault in faults:
            self.stdout.write(f"- {fault}")
        if faults:
            raise CommandError(f"Found {len(faults)} fault(s).", returncode=1)
        self.stdout.write("Nothing to find fault with.")


def _in_file(path: Path, *, now: datetime) -> list[str]:
    try:
        return faults_in(path.read_bytes(), now=now)
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.") from error


def _at(address: SplitResult, *, now: datetime) -> list[str]:
    def ask(method: str, headers: Mapping[str, str]) -> Answer:
        return _answer(address, method, headers)

    try:
        first = _settled(ask)
        return list(dict.fromkeys([*answer_faults(first, ask, now=now), *_body_faults(first, now=now)]))
    except (OSError, http.client.HTTPException) as error:
        raise CommandError(f"The address cannot be asked: {type(error).__name__}.") from error


def _settled(ask: Ask) -> Answer:
    """Return the answer to a plain GET; a feed that changed this very second gets its final date with the next one."""
    first = ask("GET", {})
    date = parse_http_date_safe(first.headers.get("last-modified", ""))
    if date is None or abs(time.time() - date) >= SETTLING_SECONDS:
        return first
    time.sleep(SETTLING_SECONDS)
    return ask("GET", {})


def _body_faults(first: Answer, *, now: datetime) -> list[str]:
    return faults_in(first.body, now=now) if first.status == http.HTTPStatus.OK else []


def _answer(address: SplitResult, method: str, headers: Mapping[str, str]) -> Answer:
    """Ask once, on a connection of its own, following no redirect and asking for no coding."""
    connection = _CONNECTIONS[address.scheme](address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        target = address.path + (f"?{address.query}" if address.query else "")
        connection.request(method, target, headers={"Accept-Encoding": "identity", **headers})
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=named, body=response.read())
    finally:
        connection.close()
