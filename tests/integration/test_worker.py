"""The worker as it runs for people: a real process on a real database, alone and side by side, killed and stopped."""

import datetime as dt
import re
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import F, Q

from accounts.models import Partner
from config.ticker import STUCK
from scheduler.models import Notice, Preferences
from tests.integration.notice_scene import make_due, plan, real_now
from tests.integration.worker_scene import Workshop, database_url, held_mail_server, redis_on
from tests.services import Inbox, free_port, wait_for

Kind, State = Notice.Kind, Notice.State
PURGED = re.compile(r"scheduler\.purge\[[^]]*\] succeeded")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workshop(run_folder: Path, tmp_path: Path) -> Iterator[Workshop]:
    """Give the means to start workers; none outlives its test."""
    made = Workshop(folder=tmp_path, database=database_url(run_folder))
    yield made
    made.stop()


@pytest.fixture(params=["embedded", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    """Return the REDIS_URL of the mode under test; empty for a worker on its own."""
    return str(request.getfixturevalue("redis_server")) if request.param == "redis" else ""


@pytest.fixture
def plans(ana: Partner, ben: Partner) -> None:
    """Ten plans, with no quiet hours in the way of their reminders, none of which is due."""
    quiet = real_now() - dt.timedelta(hours=12)
    for partner in (ana, ben):
        hours = {"quiet_from": quiet.time(), "quiet_until": (quiet + dt.timedelta(minutes=1)).time()}
        Preferences.objects.create(user=partner.user, **hours)
    for days in range(3, 13):
        plan(ana, days=days)
    Notice.objects.exclude(kind=Kind.REMINDER).delete()


def unsettled() -> int:
    return Notice.objects.filter(Q(state=State.CLAIMED) | Q(state=State.PENDING, due_at__lte=real_now())).count()


def settled() -> bool:
    return unsettled() == 0


def doubled(inbox: Inbox) -> list[str]:
    return [key for key, times in Counter(str(mail["Message-ID"]) for mail in inbox.mails).items() if times > 1]


@pytest.mark.usefixtures("plans")
def test_what_is_due_arrives_once_with_two_workers_side_by_side(
    workshop: Workshop, smtp_sink: Inbox, broker: str
) -> None:
    for _ in range(2):
        workshop.start(mail_port=smtp_sink.port, redis_url=broker)
    make_due(kind=Kind.REMINDER)
    wait_for(settled, what="every notice")
    assert len(smtp_sink.mails) == 20
    assert doubled(smtp_sink) == []
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.usefixtures("plans")
def test_a_worker_wakes_itself_for_what_becomes_due_later(workshop: Workshop, smtp_sink: Inbox, broker: str) -> None:
    workshop.start(mail_port=smtp_sink.port, redis_url=broker)
    Notice.objects.update(due_at=real_now() + dt.timedelta(seconds=3))
    wait_for(lambda: Notice.objects.filter(state=State.SENT).count() == 20, what="every reminder")
    assert len(smtp_sink.mails) == 20
    assert not Notice.objects.filter(sent_at__lt=F("due_at")).exists()


@pytest.mark.usefixtures("plans")
def test_a_kill_in_the_middle_loses_nothing_and_reminds_nobody_twice(workshop: Workshop) -> None:
    with held_mail_server() as inbox:
        make_due(kind=Kind.REMINDER)
        worker = workshop.start(mail_port=inbox.port)
        wait_for(inbox.reached.is_set, what="the first mail")
        worker.process.kill()
        worker.process.wait()
        inbox.holds = False
        assert Notice.objects.filter(state=State.CLAIMED).count() == 20
        Notice.objects.filter(state=State.CLAIMED).update(lease_until=real_now())  # as if two minutes had passed
        workshop.start(mail_port=inbox.port)
        wait_for(settled, what="every notice")
        assert len({str(mail["Message-ID"]) for mail in inbox.mails}) == 20
        assert doubled(inbox) == []
    assert Counter(Notice.objects.values_list("state", flat=True)) == {State.SENT: 19, State.UNKNOWN: 1}


def test_a_kill_in_the_middle_repeats_what_must_not_be_lost(workshop: Workshop, ana: Partner) -> None:
    with held_mail_server() as inbox:
        plan(ana)
        worker = workshop.start(mail_port=inbox.port)
        wait_for(inbox.reached.is_set, what="the first mail")
        worker.process.kill()
        worker.process.wait()
        inbox.holds = False
        Notice.objects.filter(state=State.CLAIMED).update(lease_until=real_now())
        workshop.start(mail_port=inbox.port)
        sent = Notice.objects.filter(kind=Kind.CONFIRMED, state=State.SENT)
        wait_for(lambda: Notice.objects.filter(kind=Kind.CONFIRMED, state=State.PENDING).exists(), what="the repeat")
        make_due(kind=Kind.CONFIRMED, state=State.PENDING)
        wait_for(lambda: sent.count() == 2, what="both")
        assert len({str(mail["Message-ID"]) for mail in inbox.mails}) == 2
        assert len(inbox.mails) == 3


@pytest.mark.parametrize(("word", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 1)])
def test_a_worker_stops_when_told(
    workshop: Workshop, smtp_sink: Inbox, broker: str, word: signal.Signals, code: int
) -> None:
    worker = workshop.start(mail_port=smtp_sink.port, redis_url=broker)
    wait_for(lambda: PURGED.search(worker.log.read_text()), what="the last of the first tasks")
    worker.process.send_signal(word)
    assert worker.process.wait(10) == code


def test_a_worker_that_stands_still_ends_itself(workshop: Workshop, ana: Partner) -> None:
    with held_mail_server() as inbox:
        plan(ana)
        worker = workshop.start(mail_port=inbox.port, WATCHDOG_SECONDS="3")
        wait_for(inbox.reached.is_set, what="the first mail")
        assert worker.process.wait(9) == STUCK


def test_a_worker_outlives_its_broker(workshop: Workshop, smtp_sink: Inbox, ana: Partner, tmp_path: Path) -> None:
    port = free_port()
    with redis_on(port, tmp_path):
        worker = workshop.start(mail_port=smtp_sink.port, redis_url=f"redis://127.0.0.1:{port}/0")
        wait_for(lambda: "scheduler.deliver" in worker.log.read_text() and "succeeded" in worker.log.read_text())
    wait_for(lambda: "to broker lost" in worker.log.read_text(), what="the loss")
    plan(ana)
    with redis_on(port, tmp_path):
        wait_for(lambda: len(smtp_sink.mails) == 2, what="both mails", seconds=60)
        assert worker.process.poll() is None


def test_a_worker_waits_for_a_broker_that_never_answers(workshop: Workshop, smtp_sink: Inbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        worker = workshop.start(mail_port=smtp_sink.port, redis_url=url)
        wait_for(lambda: "Cannot connect" in worker.log.read_text(), what="the first try")
        worker.process.send_signal(signal.SIGTERM)
        worker.process.wait(10)
