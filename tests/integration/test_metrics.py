"""What is counted, and what no count and no line of the log may tell."""

import datetime as dt
import json
import logging
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from socket import create_server

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client import CollectorRegistry
from pytest_django import Settings

from accounts.models import Breaker, Partner
from config.logs import Json
from scheduler import metrics, tasks
from scheduler.models import Notice
from scheduler.operations.feeds import create_feed
from tests.cast import NOW
from tests.integration.notice_scene import deliver, evening_in, real_now
from tests.scenes import offered
from tests.services import Inbox, free_port, pear_running, wait_for

MINUTE = dt.timedelta(minutes=1)
pytestmark = pytest.mark.django_db
IDS = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[A-Za-z0-9_-]{43}|@|/cal/|/times/")


def counted(name: str, **labels: str) -> float:
    """Return the count of this process so far."""
    return metrics._OWN.get_sample_value(name, labels) or 0.0


def lines_of(caplog: pytest.LogCaptureFixture, logger: str) -> list[dict[str, object]]:
    """Return the named fields of what a logger has said."""
    names = ("method", "route", "status", "what", "kind", "channel", "state")
    said = [record.__dict__ for record in caplog.records if record.name == logger]
    return [{name: fields[name] for name in names if name in fields} for fields in said]


def test_an_answer_is_counted_under_the_name_of_its_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="pear.request")
    told = {"route": "robots", "method": "GET", "status": "2xx"}
    before = counted("pear_requests_total", **told)
    client.get("/robots.txt?ana@example.org")
    client.get("/nobody/knows/ana@example.org")
    client.generic("BREW", "/robots.txt")
    assert counted("pear_requests_total", **told) == before + 1
    assert lines_of(caplog, "pear.request") == [
        {"method": "GET", "route": "robots", "status": 200},
        {"method": "GET", "route": "none", "status": 404},
        {"method": "other", "route": "robots", "status": 405},
    ]
    assert "ana" not in caplog.text


def test_calendar_programs_are_counted_by_what_they_get(ana: Partner, client: Client) -> None:
    token = create_feed(user=ana.user, label="Phone", now=NOW)
    before = {status: counted("pear_feed_answers_total", status=status) for status in ("200", "304", "404")}
    etag = client.get(f"/cal/{token}.ics").headers["ETag"]
    client.get(f"/cal/{token}.ics", headers={"If-None-Match": etag})
    client.get("/cal/nothing.ics")
    after = {status: counted("pear_feed_answers_total", status=status) for status in before}
    assert after == {status: count + 1 for status, count in before.items()}


@pytest.mark.parametrize("act", ["tuck", "bring-back", "yes", "free", "note"])
def test_no_line_and_no_count_tells_what_was_pressed(
    act: str, ana: Partner, ben_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="pear.request")
    slot = offered(ana)[0]
    ben_client.post(f"/times/{slot.pk}/{act}/", {"revision": slot.revision, "sentence": "hold"})
    (line,) = lines_of(caplog, "pear.request")
    assert (line["route"], line["method"]) == ("press", "POST")
    (requests,) = metrics.REQUESTS.collect()
    pressed = {sample.labels["route"] for sample in requests.samples if sample.labels["method"] == "POST"}
    assert [route for route in pressed if act in route] == []


def test_a_request_has_an_id_of_ours_or_of_a_trusted_proxy(client: Client, settings: Settings) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(Json().format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("pear.request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    for proxies, given in ((0, "given-by-somebody"), (1, "given-by-the-proxy"), (1, "a line\u2028of its own")):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        client.get("/robots.txt", headers={"X-Request-ID": given})
    logger.removeHandler(handler)
    logger.setLevel(logging.WARNING)
    first, second, third = (json.loads(line)["request"] for line in lines)
    assert second == "given-by-the-proxy"
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert re.fullmatch("[0-9a-f]{16}", third)


def test_what_becomes_of_each_mail_is_counted_and_said_by_its_id(
    ana: Partner, smtp_sink: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="pear.delivery")
    told = {"state": "sent", "kind": "offer", "channel": "email"}
    before, taken = counted("pear_moved_total", **told), counted("pear_claimed_total", what="notice")
    offered(ana, evening_in(3), now=real_now())
    deliver()
    assert len(smtp_sink.mails) == 1
    assert counted("pear_moved_total", **told) == before + 1
    assert counted("pear_claimed_total", what="notice") == taken + 1
    assert lines_of(caplog, "pear.delivery") == [{"what": "notice", **told}]
    assert str(Notice.objects.get().pk) in str([record.__dict__ for record in caplog.records])
    assert not IDS.search(caplog.text)


def test_what_came_too_late_is_counted(ana: Partner) -> None:
    told = {"state": "expired", "kind": "offer", "channel": "email"}
    before = counted("pear_moved_total", **told)
    offered(ana, evening_in(3), now=real_now())
    Notice.objects.update(due_at=real_now(), expires_at=real_now())
    deliver()
    assert counted("pear_moved_total", **told) == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_is_timed_and_its_failure_counted() -> None:
    name = {"sweep": tasks.fade.name}
    runs = counted("pear_sweep_seconds_count", **name)
    failures = counted("pear_sweep_failures_total", **name)
    assert tasks.fade.apply().successful()

    def away(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        assert tasks.fade.apply().failed()
    assert counted("pear_sweep_seconds_count", **name) == runs + 2
    assert counted("pear_sweep_failures_total", **name) == failures + 1


def test_the_gauges_say_what_waits(ana: Partner) -> None:
    registry = CollectorRegistry()
    registry.register(metrics.OutboxCollector())
    offered(ana, evening_in(3), now=real_now())
    Notice.objects.update(due_at=real_now() - 2 * MINUTE)
    assert registry.get_sample_value("pear_due", {"what": "notice"}) == 1
    assert registry.get_sample_value("pear_held", {"what": "notice"}) == 0
    assert registry.get_sample_value("pear_due", {"what": "letter"}) == 0
    Breaker.objects.create(channel="email", failures=3, open_since=real_now(), retry_at=real_now())
    assert registry.get_sample_value("pear_breaker_open", {"way": "email"}) == 1
    assert (registry.get_sample_value("pear_oldest_due_seconds", {"what": "notice"}) or 0) >= 120

    def away(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        assert [(metric.name, metric.samples[0].value) for metric in registry.collect()] == [("pear_database_up", 0)]


def test_files_of_processes_that_have_ended_are_forgotten(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kept = {f"counter_{os.getpid()}.db", "counter_1.db", "other.db"}
    for name in (*kept, f"counter_{ended.pid}.db", f"histogram_{ended.pid}.db"):
        (tmp_path / name).touch()
    metrics.forget_the_dead(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_the_exporter_wants_a_port_that_is_free(settings: Settings, tmp_path: Path) -> None:
    settings.METRICS_DIR = tmp_path
    with pytest.raises(CommandError, match="Set METRICS_PORT"):
        call_command("exporter")
    with create_server(("127.0.0.1", 0)) as taken:
        settings.METRICS_PORT = taken.getsockname()[1]
        with pytest.raises(CommandError, match="cannot be had"):
            call_command("exporter")


@pytest.mark.story
def test_all_processes_are_counted_together_on_loopback(tmp_path: Path) -> None:
    port = free_port()
    with pear_running(tmp_path, METRICS_PORT=str(port), LOG_FORMAT="json") as pear:
        pear.get("/cal/nothing.ics")

        def shown() -> str:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                    return str(answer.read().decode())
            except urllib.error.URLError:  # it starts beside the web server, in no order
                return ""

        wait_for(lambda: "pear_sweep_seconds_count" in shown(), what="the worker's count")
        text = shown()
        said = pear.child.log.read_text()
    assert 'pear_feed_answers_total{status="404"} 1.0' in text
    assert 'pear_sweep_seconds_count{sweep="scheduler.deliver"}' in text
    assert "pear_database_up 1.0" in text
    assert 'pear_due{what="notice"} 0.0' in text
    assert not IDS.search(text)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {"route": "feed", "status": 404}.items() <= next(x for x in lines if x.get("route") == "feed").items()
