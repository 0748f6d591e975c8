"""The circuit breaker: a server that is away is asked seldom, by one worker, and costs no message a try."""

import datetime as dt
import socket
import uuid
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts import breaker, outbox
from accounts.breaker import EMAIL, ask_leave
from accounts.letters import deliver_letters
from accounts.models import Breaker, Letter, Partner
from accounts.queries import open_breakers
from scheduler.models import Notice
from tests.crowd import crowd_of
from tests.integration.mail_scene import Moody, moody_mail_server
from tests.integration.notice_scene import deliver, plan, real_now
from tests.services import free_port

State = Notice.State
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


@pytest.fixture
def away(settings: Settings) -> None:
    """Deliver to a port that nothing listens on."""
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


@pytest.fixture
def server(settings: Settings) -> Iterator[Moody]:
    """Run a mail server that answers as it is told, and deliver to it."""
    with moody_mail_server(settings) as moody:
        yield moody


def letter() -> Letter:
    now = outbox.database_now()
    return Letter.objects.create(
        recipient="ana@example.org", subject="x", text="x", due_at=now, expires_at=now + MINUTE
    )


def pause_is_over() -> None:
    """Let the pause of an open breaker end now."""
    Breaker.objects.filter(retry_at__isnull=False).update(retry_at=outbox.database_now())


def seconds_to_wait() -> float:
    retry_at = Breaker.objects.get().retry_at
    assert retry_at is not None
    return round((retry_at - outbox.database_now()).total_seconds())


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
class TestAway:
    """Nothing answers."""

    def test_the_third_failure_in_a_row_opens_it(self, ana: Partner) -> None:
        plan(ana)
        for failures in (1, 2, 3):
            assert open_breakers() == []
            assert deliver() == 0
            assert Breaker.objects.get(pk=EMAIL).failures == failures
        [seen] = open_breakers()
        assert (seen.channel, seen.failures) == (EMAIL, 3)
        assert 25 <= seconds_to_wait() <= 30

    def test_while_it_is_open_nothing_is_claimed_and_no_try_is_used_up(self, ana: Partner) -> None:
        plan(ana)
        letter()
        for _ in range(6):
            deliver()
            deliver_letters(now=outbox.database_now())
        assert Breaker.objects.get().failures == 3
        rows = Notice.objects.filter(kind="confirmed").values_list("state", "attempts", "claim", "last_error_class")
        assert set(rows) == {(State.PENDING, 0, None, "")}
        assert Letter.objects.get().attempts == 0

    def test_a_failed_probe_waits_longer_each_time_up_to_five_minutes(self, ana: Partner) -> None:
        plan(ana)
        for _ in range(3):
            deliver()
        waits = []
        for _ in range(6):
            pause_is_over()
            deliver()
            waits.append(seconds_to_wait())
        assert all(abs(wait - wanted) <= 5 for wait, wanted in zip(waits, (60, 120, 240, 300, 300, 300), strict=True))

    def test_what_is_too_late_expires_meanwhile(self, ana: Partner) -> None:
        plan(ana)
        for _ in range(3):
            deliver()
        Notice.objects.filter(kind="reminder").update(due_at=real_now() - MINUTE, expires_at=real_now())
        assert deliver() == 0
        assert set(Notice.objects.filter(kind="reminder").values_list("state", flat=True)) == {State.EXPIRED}


@pytest.mark.django_db
class TestAnswers:
    """The server is there, or is again."""

    def test_the_first_success_closes_it_and_the_rest_follows(self, ana: Partner, server: Moody) -> None:
        plan(ana)
        now = outbox.database_now()
        Breaker.objects.create(channel=EMAIL, failures=5, open_since=now - MINUTE, retry_at=now - SECOND)
        assert deliver() == 1
        assert open_breakers() == []
        assert Breaker.objects.get().failures == 0
        assert deliver() == 1
        assert len(server.mails) == 2

    @pytest.mark.parametrize("reply", ["550 No", "554 Never", "451 Later"])
    def test_what_is_said_of_one_message_never_opens_it(self, ana: Partner, server: Moody, reply: str) -> None:
        server.replies = (reply,)
        for days in range(2, 6):
            plan(ana, days=days)
            deliver()
        assert len(server.mails) == 8
        assert not Breaker.objects.exists()

    def test_an_answer_ends_the_count(self, ana: Partner, server: Moody) -> None:
        plan(ana)
        Breaker.objects.create(channel=EMAIL, failures=2)
        server.replies = ("451 Later",)
        deliver()
        assert Breaker.objects.get().failures == 0

    def test_a_server_that_cuts_each_line_is_left_alone_after_three(self, ana: Partner, server: Moody) -> None:
        for days in range(2, 6):
            plan(ana, days=days)
        server.replies = ("drop",)
        deliver()
        assert len(server.mails) == 3
        assert [seen.failures for seen in open_breakers()] == [3]
        untouched = Notice.objects.filter(kind="confirmed", state=State.PENDING, attempts=0)
        assert untouched.count() == 5

    def test_one_message_that_makes_it_cut_the_line_holds_up_no_other(self, ana: Partner, server: Moody) -> None:
        plan(ana)
        server.replies = ("drop", "250 OK")
        assert deliver() == 1
        assert open_breakers() == []

    def test_a_probe_that_finds_nothing_leaves_the_turn_to_the_next(self, ana: Partner, server: Moody) -> None:
        plan(ana)
        now = outbox.database_now()
        Breaker.objects.create(channel=EMAIL, failures=3, open_since=now, retry_at=now)
        Notice.objects.filter(kind="confirmed", recipient=ana).update(revision=9)
        Notice.objects.filter(kind="confirmed", recipient=ana).update(due_at=now - MINUTE)
        assert deliver() == 0
        assert deliver() == 1
        assert len(server.mails) == 1


@pytest.mark.django_db
def test_a_server_that_hangs_costs_one_timeout_a_probe(ana: Partner, settings: Settings) -> None:
    """It takes the connection, and then says nothing at all."""
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.2
    for days in range(2, 6):
        plan(ana, days=days)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        silent.settimeout(0)
        for _ in range(3):
            deliver()
        pause_is_over()
        calls = waiting_calls(silent)
        deliver()
        assert (calls, waiting_calls(silent)) == (3, 1)
    assert set(Notice.objects.filter(kind="confirmed").values_list("attempts", flat=True)) == {0}


def waiting_calls(server: socket.socket) -> int:
    """Return how many have called since the last look."""
    calls = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return calls
        calls += 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_exactly_one_probes() -> None:
    now = outbox.database_now()
    Breaker.objects.create(channel=EMAIL, failures=3, open_since=now, retry_at=now)
    with crowd_of(6) as crowd:
        leaves = crowd.at_once([lambda: ask_leave(channel=EMAIL, now=now, limit=50)] * 6)
    assert sorted(leave.most for leave in leaves) == [0, 0, 0, 0, 0, 1]
    later = now + breaker.PROBE
    assert ask_leave(channel=EMAIL, now=later - SECOND, limit=50).most == 0
    assert ask_leave(channel=EMAIL, now=later, limit=50).most == 1, "a prober that died leaves the turn to the next"


@pytest.mark.django_db(transaction=True)
def test_failures_of_many_workers_at_once_are_each_counted() -> None:
    now = outbox.database_now()
    leaves = [ask_leave(channel="other", now=now, limit=50) for _ in range(2)]
    with crowd_of(2) as crowd:
        notes = [lambda leave=leave: breaker.note_failure(leave, now=now, error=OSError()) for leave in leaves]
        assert crowd.at_once(notes) == [False, False]
    assert Breaker.objects.get().failures == 2


@pytest.mark.django_db
def test_another_channel_goes_on(ana: Partner) -> None:
    """An open breaker of one channel leaves the rows of the others to be claimed."""
    now = outbox.database_now()
    Breaker.objects.create(channel=EMAIL, failures=3, open_since=now, retry_at=now + MINUTE)
    common = {"recipient": ana, "kind": "offer", "due_at": now, "expires_at": now + MINUTE}
    for channel in ("email", "push"):
        Notice.objects.create(channel=channel, cause=uuid.uuid4(), **common)
    claimed = {
        name: outbox.claim_due(Notice, now=now, limit=ask_leave(channel=name, now=now, limit=5).most, channel=name)
        for name in ("email", "push")
    }
    assert {name: len(rows) for name, rows in claimed.items()} == {"email": 0, "push": 1}
