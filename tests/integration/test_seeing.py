"""Whether Pear is well: what strangers, operators and their machines are told, and that it tells nothing else."""

import datetime as dt
import logging
import os
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from socket import create_server

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client, override_settings
from pytest_django import Settings

from accounts import outbox
from accounts.models import Breaker, Letter, Partner
from scheduler.models import Notice
from scheduler.web.readiness import Readiness
from tests.services import Child, free_port, wait_for

READY, NOT_READY = (200, b"ready\n"), (503, b"not ready\n")
PROBES = ("/healthz", "/readyz")
MINUTE = dt.timedelta(minutes=1)


def asked(client: Client, path: str = "/readyz") -> tuple[int, bytes]:
    """Ask a probe."""
    answer = client.get(path)
    return answer.status_code, answer.content


def until_ready(client: Client) -> None:
    """Ask until it is ready: a machine that does much else may need more than one try."""
    wait_for(lambda: asked(client) == READY, what="an answer in time")


def letter(*, due: dt.timedelta, state: str = "pending") -> Letter:
    """Write a letter that became due so long ago."""
    now = outbox.database_now()
    return Letter.objects.create(
        recipient="ana@example.org", subject="x", text="x", due_at=now - due, expires_at=now + 60 * MINUTE, state=state
    )


def notice(ana: Partner, *, due: dt.timedelta, **facts: object) -> Notice:
    """Write a notice that became due so long ago."""
    now = outbox.database_now()
    kept = {"recipient": ana, "kind": "offer", "cause": uuid.uuid4(), "due_at": now - due, "expires_at": now + MINUTE}
    row: Notice = Notice.objects.create(**kept | facts)
    return row


def printed(*words: str) -> list[list[str]]:
    """Return the words of each line that the command prints."""
    out = StringIO()
    call_command("notices", *words, stdout=out)
    return [line.split() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("path", PROBES)
@pytest.mark.django_db(transaction=True)
def test_a_probe_is_answered_plainly_and_kept_by_nobody(path: str, client: Client) -> None:
    until_ready(client)
    answer = client.get(path, headers={"Host": "10.1.2.3:8000"})
    assert answer.status_code in {200, 503}
    assert answer.headers["Content-Type"] == "text/plain"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert client.head(path).content == b""
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PROBES)
@override_settings(SECURE_SSL_REDIRECT=True, SECURE_REDIRECT_EXEMPT=[r"^(healthz|readyz)$"])
@pytest.mark.django_db(transaction=True)
def test_a_probe_without_tls_is_answered_and_not_led_away(path: str, client: Client) -> None:
    assert client.get(path).status_code in {200, 503}
    assert client.get("/help/").status_code == 301


def test_health_needs_no_database(client: Client) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        assert asked(client, "/healthz") == (200, b"ok\n")


@pytest.mark.django_db(transaction=True)
def test_what_has_been_due_for_too_long_is_not_ready(
    client: Client, ana: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    until_ready(client)
    late = notice(ana, due=2 * MINUTE)
    assert [asked(client), asked(client)] == [NOT_READY, NOT_READY]
    assert "not ready: the database or the outbox" in caplog.messages
    late.delete()
    letter(due=2 * MINUTE)
    assert asked(client) == NOT_READY
    Letter.objects.all().delete()
    notice(ana, due=MINUTE / 2)
    notice(ana, due=-MINUTE)
    until_ready(client)
    assert caplog.messages[-1] == "not ready: no longer; all is well"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_not_ready(client: Client, settings: Settings, redis_server: str) -> None:
    settings.REDIS_URL = redis_server
    until_ready(client)
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert asked(client) == NOT_READY
    settings.REDIS_URL = ""
    until_ready(client)


def test_those_who_ask_while_a_check_hangs_start_no_other() -> None:
    begun, released = list[bool](), threading.Event()

    def hangs() -> bool:
        begun.append(True)
        return released.wait(60)

    readiness = Readiness({"a check": hangs, "another": lambda: True})
    assert not any(readiness.holds(seconds=0.1) for _ in range(5))
    assert len(begun) == 1
    released.set()
    wait_for(readiness.holds, what="the end of the check")


def test_what_fails_is_said_once_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    to_come = [True, False, False, True, True]
    expected = to_come.copy()
    readiness = Readiness({"a check": lambda: to_come.pop(0), "another": lambda: True})
    assert [readiness.holds(seconds=60) for _ in expected] == expected
    assert caplog.messages == ["not ready: a check", "not ready: no longer; all is well"]


def test_a_check_that_breaks_is_not_well() -> None:
    assert not Readiness({"a check": lambda: bool(1 / 0)}).holds()


@contextmanager
def web_server(folder: Path, **environment: str) -> Iterator[int]:
    """Run a web server as Pear does, without migrating anything; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi", "--no-ws"]
    command += ["--port", str(port), "--blocking-threads", "256", "--no-access-log", "--log-level", "error"]
    child = Child.start(command, name="granian", folder=folder, env={**os.environ, **environment})

    def answers() -> bool:
        try:
            return fetch(port, "/healthz") == (200, b"ok\n")
        except OSError:
            return False

    try:
        child.until(answers)
        yield port
    finally:
        child.stop()


def fetch(port: int, path: str) -> tuple[int, bytes]:
    """Fetch a path."""
    connection = HTTPConnection(f"127.0.0.1:{port}", timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_database_and_a_broker_that_hang_hold_up_no_probe(tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        hung = {"DATABASE_URL": f"postgres://pear@{where}/pear", "REDIS_URL": f"redis://{where}/0"}
        with web_server(tmp_path, **hung, DATA_DIR=str(tmp_path / "var")) as port:
            answers = [fetch(port, path) for _ in range(2) for path in ("/readyz", "/healthz")]
    assert answers == [NOT_READY, (HTTPStatus.OK, b"ok\n")] * 2
    said = (tmp_path / "granian.log").read_text()
    assert said.count("not ready") == 1
    assert "/readyz" not in said


@pytest.mark.django_db
def test_the_command_counts_and_names_nobody(ana: Partner) -> None:
    notice(ana, due=2 * MINUTE)
    notice(ana, due=-MINUTE)
    notice(ana, due=3 * MINUTE, kind="freed", state="claimed")
    notice(ana, due=3 * MINUTE, kind="freed", state="sent")
    letter(due=4 * MINUTE)
    now = outbox.database_now()
    Breaker.objects.create(channel="email", failures=3, open_since=now - 5 * MINUTE, retry_at=now)
    Breaker.objects.create(channel="push")
    *lines, mail, push = printed()
    assert " ".join(mail).startswith("email: the server does not answer for 0:05:")
    assert " ".join(push) == "push: the server answers"
    assert [line[:5] for line in lines] == [
        ["what", "kind", "channel", "state", "rows"],
        ["letter", "letter", "email", "pending", "1"],
        ["notice", "freed", "email", "claimed", "1"],
        ["notice", "freed", "email", "sent", "1"],
        ["notice", "offer", "email", "pending", "2"],
    ]
    assert [line[5].rpartition(":")[0] for line in lines[1:]] == ["0:04", "0:03", "", "0:02"]
    said = str(lines)
    assert not any(str(value) in said for row in Notice.objects.all() for value in (row.pk, row.cause, ana.pk))
    assert "@" not in said


@pytest.mark.django_db
def test_the_command_can_be_asked_whether_something_is_late(ana: Partner) -> None:
    assert printed("--check") == [["Nothing", "is", "late."]]
    notice(ana, due=2 * MINUTE)
    with pytest.raises(CommandError, match=r"^The oldest has been due for 0:02:0\d\.$") as late:
        printed("--check")
    assert late.value.returncode == 1
    assert printed("--check", "--limit", "600")
    notice(ana, due=20 * MINUTE, state="claimed")
    assert printed("--check", "--limit", "600")


def test_nothing_is_said_of_a_probe_in_the_log_of_requests(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="pear.request")
    client.get("/healthz")
    client.get("/robots.txt")
    assert [getattr(record, "route", "") for record in caplog.records if record.name == "pear.request"] == ["robots"]
