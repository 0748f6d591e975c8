"""The web server's short way to a feed answers as the way through Django does."""

import io
import itertools
import sys
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Partner
from config.feed_first import FeedFirst
from scheduler.models import Feed
from tests.cast import NOW
from tests.integration.feed_scene import DAY, fetch, make_entry, make_feed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

Answered = tuple[int, dict[str, str], bytes]


def elsewhere(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Stand for everything but feeds."""
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


def by_the_short_way(path: str, *, method: str = "GET", **headers: str) -> Answered:
    """Ask as the web server does."""
    heads: list[Any] = []

    def start_response(*head: Any) -> Any:
        heads.append(head)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    sent = FeedFirst(elsewhere)(environ, start_response)
    body = b"".join(sent)
    if hasattr(sent, "close"):
        sent.close()
    [(status, named)] = heads
    return int(status.split()[0]), dict(named), body


def by_django(path: str, *, method: str = "GET", **headers: str) -> Answered:
    """Ask as tests do, through the middleware."""
    response = fetch(path, method=method, **headers)
    return response.status_code, dict(response.headers), response.content


def test_both_ways_give_the_same(ana: Partner, settings: Settings) -> None:
    path, _ = make_feed(ana.user, link=True)
    make_entry(ana, starts_at=NOW + DAY)
    addresses = (path, "/cal/", f"/cal/{'a' * 43}.ics", "/cal/\xff\xfe.ics")
    asked: list[dict[str, str]] = [
        {},
        {"If_None_Match": "*"},
        {"Accept_Encoding": "gzip"},
        {"Host": "elsewhere.example"},
    ]
    seen = set()
    for address, method, headers in itertools.product(addresses, ("GET", "HEAD", "POST"), asked):
        answer = by_the_short_way(address, method=method, **headers)
        assert answer == by_django(address, method=method, **headers), (address, method, headers)
        seen.add(answer[0])
    assert seen == {200, 304, 400, 404, 405}
    settings.SITE_IS_HTTPS, settings.SITE_URL = True, "https://times.example"
    assert by_the_short_way(path) == by_django(path)
    assert by_the_short_way(path)[1]["Location"] == f"https://times.example{path}"


def test_the_short_way_notes_the_fetch_when_all_is_sent(ana: Partner) -> None:
    path, _ = make_feed(ana.user)
    by_the_short_way(path, User_Agent="Google-Calendar-Importer")
    assert Feed.objects.get().last_client == "google"


def test_what_is_no_feed_goes_to_django() -> None:
    assert by_the_short_way("/calendar/")[2] == b"/calendar/"
