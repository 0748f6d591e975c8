"""Feeds behind a real socket: the checker finds nothing, and the database connections come back."""

import http.client
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from scheduler.models import Feed
from tests.cast import make_couple, make_user
from tests.integration.feed_scene import DAY, fetch, make_entry, make_feed
from tests.services import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(live_server: LiveServer) -> str:
    """Return the address of a feed with two entries, one of them cancelled; the live server has no frozen clock."""
    now = timezone.now()
    ana, _ = make_couple(make_user("ana"), make_user("ben"))
    make_entry(ana, starts_at=now + DAY, changed_at=now - DAY)
    make_entry(ana, starts_at=now + 2 * DAY, changed_at=now - DAY, status="CANCELLED", sequence=1)
    return f"{live_server.url}{make_feed(ana.user, now=now - DAY)[0]}"


def test_the_checker_finds_nothing_on_a_live_server(address: str) -> None:
    out = io.StringIO()
    call_command("checkfeed", address, stdout=out)
    assert out.getvalue() == "Nothing to find fault with.\n"


def test_the_checker_tells_of_an_address_that_is_not_there(live_server: LiveServer) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("checkfeed", f"{live_server.url}/cal/nothing.ics", stdout=out)
    assert "answers 404" in out.getvalue()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CommandError, match="cannot be asked"):
            call_command("checkfeed", f"http://127.0.0.1:{taken.getsockname()[1]}/cal/x.ics", stdout=out)


def test_every_connection_comes_back(address: str) -> None:
    parts = urlsplit(address)
    connection.close()
    before = lent_out()

    def come_by() -> None:
        for _ in range(5):
            client = http.client.HTTPConnection(parts.netloc, timeout=20)
            client.request("GET", parts.path)
            assert client.getresponse().read()
            client.close()

    threads = [threading.Thread(target=come_by) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    wait_for(lambda: lent_out() <= before, what="every connection to come back")


def lent_out() -> int:
    """Return how many connections the pool misses; SQLite has none, there it is enough that everybody is answered."""
    pool = getattr(connection, "pool", None)
    stats = pool.get_stats() if pool else {"pool_size": 0, "pool_available": 0}
    return int(stats["pool_size"] - stats["pool_available"])


@contextmanager
def another_writer() -> Iterator[None]:
    """Hold, from a connection of its own, the lock that a writer to the feed's row holds."""
    writer = connection.copy()
    writer.set_autocommit(False)  # on SQLite this takes the one write lock
    try:
        with writer.cursor() as cursor:
            cursor.execute("UPDATE scheduler_feed SET label = label")
        yield
    finally:
        writer.rollback()
        writer.close()


def test_a_writer_holds_up_neither_the_fetch_nor_its_note(address: str) -> None:
    with another_writer():
        assert fetch(urlsplit(address).path).status_code == 200
    assert Feed.objects.get().last_fetched_at is None
    assert fetch(urlsplit(address).path).status_code == 200
    assert Feed.objects.get().last_fetched_at is not None
