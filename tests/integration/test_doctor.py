"""`manage.py doctor` finds each fault that is planted, and says how to mend it.

That a Pear that is well gets status 0 is held by tests/integration/test_feed_running.py, at Pears that run.
"""

import datetime as dt
import io
import os
import ssl
import subprocess
import sys
import threading
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts import outbox
from accounts.models import Letter, User
from scheduler.management.doctor import ground
from tests.bench.certificate import make_certificate
from tests.services import NOT_INHERITED, ROOT, Inbox, free_port

pytestmark = pytest.mark.django_db
Answers = Mapping[str, tuple[int, Mapping[str, str]]]
WELL: Answers = {"/healthz": (200, {}), "/account/login/": (200, {})}


@pytest.fixture(autouse=True)
def ground_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """A private folder, a closed port for the site, and a worker that is not waited for."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    settings.DATA_DIR, settings.TICK_SECONDS = folder, 0.01
    settings.SITE_URL = f"http://127.0.0.1:{free_port()}"


def faults(*words: str) -> list[str]:
    """Ask the doctor; returns the lines of what is wrong, of which there has to be something."""
    said = io.StringIO()
    with pytest.raises(CommandError, match="fault") as stopped:
        call_command("doctor", *words, stdout=said)
    assert stopped.value.returncode == 1
    found = [line for line in said.getvalue().splitlines() if line.startswith("FAULT")]
    assert found
    assert all(" Mend it: " in line for line in found)
    return found


def fault(what: str, *words: str) -> str:
    """Return the one line about `what`."""
    [line] = [line for line in faults(*words) if line.startswith(f"FAULT  {what}: ")]
    return line


@contextmanager
def site(answers: Answers, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Let something answer as a badly set proxy would; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = answers.get(self.path, (404, {}))
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | dict(headers)).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_settings_that_fit_no_site_for_others(settings: Settings) -> None:
    settings.SITE_IS_LOCAL = False
    told = [line for line in faults() if line.startswith("FAULT  settings: ")]
    assert any("SECRET_KEY" in line for line in told)
    assert any("not an https:// address" in line for line in told)
    assert "set EMAIL_URL" in fault("mail")


def test_files_that_others_may_read_and_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    key = settings.DATA_DIR / "master_keys"
    key.touch(mode=0o644)
    assert f"chmod 600 {key}" in fault("files")
    key.chmod(0o600)
    settings.DATA_DIR.chmod(0o755)
    assert f"chmod 700 {settings.DATA_DIR}" in fault("files")
    settings.DATA_DIR.chmod(0o700)
    key.unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert "chown" in fault("files")
    monkeypatch.undo()
    monkeypatch.setattr(ground, "LEAST_FREE", 10**18)
    assert "make room" in fault("files")


def test_old_rules_of_the_worlds_clocks(tmp_path: Path) -> None:
    (tmp_path / "tzdata.zi").write_text("# version 2019c\n")
    zoneinfo.reset_tzpath([str(tmp_path)])
    try:
        assert "the system are of 2019c" in fault("time zones")
        (tmp_path / "tzdata.zi").unlink()
        [own] = ground.zones_look(now=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
        assert "Pear's own package" in own.said
        assert not own.is_fault
    finally:
        zoneinfo.reset_tzpath()


def test_a_broker_that_is_away(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://:a-secret@127.0.0.1:{free_port()}/0"
    line = fault("broker")
    assert "takes nothing (ConnectionError)" in line
    assert "a-secret" not in line


def test_a_mail_server_that_is_away(settings: Settings, smtp_sink: Inbox) -> None:
    assert "nobody takes mail from localhost" in fault("mail")
    settings.DEFAULT_FROM_EMAIL = "Calendar <calendar@example.org>"
    assert not any("mail" in line for line in faults())
    assert smtp_sink.mails == []
    settings.EMAIL_PORT = free_port()
    assert "EMAIL_URL" in fault("mail", "--mail-to", "ana@example.org")


def test_a_mail_is_sent_where_one_is_asked_for(settings: Settings, smtp_sink: Inbox) -> None:
    settings.DEFAULT_FROM_EMAIL = "Calendar <calendar@example.org>"
    assert not any("mail" in line for line in faults("--mail-to", "ana@example.org"))
    [mail] = smtp_sink.to("ana@example.org")
    assert (mail["Subject"], mail.get_content()) == ("A test", "This is a test.\r\n")


def test_a_schema_that_is_behind_ahead_or_without_its_guard() -> None:
    newest = max(path.stem for path in (ROOT / "scheduler" / "migrations").glob("0*.py"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = '9999_later' WHERE name = %s", [newest])
        assert "newer Pear (1 migration(s)" in fault("schema")
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
        assert "1 migration(s) are missing. Mend it: manage.py migrate" in fault("schema")
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE scheduler_slot DROP CONSTRAINT slot_confirmed_never_overlap")
        else:
            cursor.execute("DROP TRIGGER slot_confirmed_never_overlap_INSERT")
    assert any("guard against overlapping" in line for line in faults())


def test_a_clock_that_is_wrong() -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)):
        line = fault("clock")
    assert 3000 < int(line.split(" s apart")[0].rpartition(" ")[2]) <= 3600
    assert "NTP" in line


def test_no_worker_and_what_waits_too_long() -> None:
    assert "none came by" in fault("worker")
    assert not Letter.objects.exists()
    now = outbox.database_now()
    hour = dt.timedelta(hours=1)
    Letter.objects.create(recipient="a@example.org", subject="-", text="-", due_at=now - hour, expires_at=now + hour)
    waited = fault("worker").split(" s. Mend it")[0].rpartition(" ")[2]
    assert 3600 <= int(waited) < 4000


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({**WELL, "/healthz": (502, {})}, "answers 502 at /healthz"),
        ({**WELL, "/account/login/": (301, {"Location": "/account/login/"})}, "set X-Forwarded-Proto"),
        ({**WELL, "/account/login/": (400, {})}, "keeps Host"),
    ],
)
def test_a_proxy_that_is_badly_set(answers: Answers, words: str, settings: Settings) -> None:
    with site(answers) as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        assert words in fault("site")


def test_a_site_that_nobody_reaches_or_trusts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be reached from here (ConnectionRefusedError)" in fault("site")
    tls, trust = make_certificate(tmp_path)
    with site(WELL, tls=tls) as port:
        settings.SITE_URL, settings.SITE_IS_HTTPS = f"https://127.0.0.1:{port}", True
        assert "renew the certificate" in fault("site")
        for name, value in trust.items():
            monkeypatch.setenv(name, value)
        assert "Strict-Transport-Security" in fault("site")


def test_a_feed_that_does_not_pass_the_proxy(settings: Settings) -> None:
    with site(WELL) as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        assert "answers 404, not 200" in fault("feed")
    assert not User.objects.exists()


@pytest.mark.story
def test_a_database_that_is_away_or_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir(mode=0o700)
    (folder / "pear.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    for asked, words in (
        ({"DATABASE_URL": "postgres://pear:a-secret@127.0.0.1:1/pear"}, "FAULT  database: it does not answer"),
        ({}, "FAULT  database: the file pear.sqlite3 is damaged"),
    ):
        env = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        done = subprocess.run(
            [sys.executable, "manage.py", "doctor"],
            env=env | asked | {"DATA_DIR": str(folder), "DATABASE_POOL_SIZE": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert words in done.stdout
        assert "a-secret" not in done.stdout + done.stderr
