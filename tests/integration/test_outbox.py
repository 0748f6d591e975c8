"""The outbox: every row leaves once, in its time, whoever holds it and whatever the mail server says."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterator

import pytest
from celery import Celery
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts import outbox
from accounts.letters import deliver_letters, purge_letters
from accounts.mail_ids import message_id
from accounts.models import Letter
from config.celery import app
from tests.crowd import crowd_of
from tests.integration.mail_scene import Moody, moody_mail_server
from tests.services import free_port

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
State = Letter.State


@pytest.fixture
def server(settings: Settings) -> Iterator[Moody]:
    """Run a moody mail server that Pear delivers to."""
    with moody_mail_server(settings) as moody:
        yield moody


def letter(to: str = "ana@example.org", **changes: object) -> Letter:
    """Write a letter that is due and has an hour to leave."""
    now = outbox.database_now()
    facts = {"subject": "Your code", "text": "12345", "due_at": now - MINUTE, "expires_at": now + 60 * MINUTE}
    return Letter.objects.create(recipient=to, **facts | changes)


def deliver() -> int:
    """Deliver by the database's clock."""
    return deliver_letters(now=outbox.database_now())


@pytest.mark.django_db
class TestClaims:
    """Who holds a row, and for how long."""

    def test_a_row_is_claimed_once_until_its_lease_is_over(self) -> None:
        """Then by somebody else, and the first can no longer start it, nor say how it went."""
        row = letter(due_at=NOW, expires_at=NOW + 60 * MINUTE)
        assert outbox.claim_due(Letter, now=NOW - MINUTE) == []
        (first,) = outbox.claim_due(Letter, now=NOW)
        assert outbox.claim_due(Letter, now=NOW + MINUTE) == []
        (second,) = outbox.claim_due(Letter, now=NOW + 3 * MINUTE)
        assert not outbox.mark_started(first, now=NOW + 3 * MINUTE)
        assert outbox.mark_started(second, now=NOW + 3 * MINUTE)
        assert not outbox.mark_started(second, now=NOW + 3 * MINUTE)
        assert not outbox.mark_sent(first, now=NOW + 3 * MINUTE)
        assert outbox.mark_sent(second, now=NOW + 3 * MINUTE)
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.SENT, 1)

    def test_a_row_past_its_time_expires_also_when_it_is_claimed(self) -> None:
        """It neither starts nor comes back."""
        row = letter(due_at=NOW, expires_at=NOW + MINUTE)
        (mine,) = outbox.claim_due(Letter, now=NOW)
        assert not outbox.mark_started(mine, now=NOW + MINUTE)
        assert outbox.claim_due(Letter, now=NOW + MINUTE) == []
        row.refresh_from_db()
        assert row.state == State.EXPIRED

    def test_what_was_begun_and_never_finished_is_repeated_three_times_at_most(self) -> None:
        """With the same Message-ID; then nobody knows whether it arrived."""
        row, now, names = letter(due_at=NOW, expires_at=NOW + 600 * MINUTE), NOW, set()
        for _ in range(3):
            (mine,) = outbox.claim_due(Letter, now=now)
            assert outbox.mark_started(mine, now=now)
            names.add(message_id(mine))
            now += 3 * MINUTE
            assert outbox.claim_due(Letter, now=now) == []
            now += MINUTE
        row.refresh_from_db()
        assert row.state == State.UNKNOWN
        assert outbox.claim_due(Letter, now=now + 60 * MINUTE) == []
        assert len(names) == 1

    def test_what_comes_back_waits_longer_each_time_and_fails_after_six(self) -> None:
        """30 s, 2 min, 10 min, 30 min and 1 h, each a fifth more or less."""
        row, now, error = letter(due_at=NOW, expires_at=NOW + 600 * MINUTE), NOW, OSError()
        for seconds in (30, 120, 600, 1800, 3600):
            (mine,) = outbox.claim_due(Letter, now=now)
            outbox.mark_started(mine, now=now)
            assert outbox.put_back(mine, now=now, error=error)
            row.refresh_from_db()
            assert seconds * 0.8 <= (row.due_at - now).total_seconds() <= seconds * 1.2
            now = row.due_at
        (mine,) = outbox.claim_due(Letter, now=now)
        outbox.put_back(mine, now=now, error=error)
        row.refresh_from_db()
        assert (row.state, row.last_error_class, row.attempts) == (State.FAILED, "OSError", 5)

    def test_what_is_dropped_or_released_has_not_left(self) -> None:
        """Both only before it starts; what is released is due again."""
        letter(), letter()
        now = outbox.database_now()
        one, other = outbox.claim_due(Letter, now=now)
        assert outbox.release([one]) == 1
        assert outbox.release([]) == 0
        assert outbox.mark_dropped(other)
        assert [row.pk for row in outbox.claim_due(Letter, now=now)] == [one.pk]

    def test_an_idle_look_takes_no_lock(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        """Three reads, one for each index, no transaction: the tick of a quiet server is cheap."""
        with django_assert_num_queries(3):
            assert outbox.claim_due(Letter, now=NOW) == []


@pytest.mark.django_db(transaction=True)
def test_six_claimers_at_once_share_the_rows() -> None:
    """Each row is held by exactly one of them."""
    for _ in range(300):
        letter()
    now = outbox.database_now()

    def claim_all() -> list[uuid.UUID]:
        mine: list[uuid.UUID] = []
        while rows := outbox.claim_due(Letter, now=now, limit=10):
            mine += [row.pk for row in rows]
        return mine

    with crowd_of(6) as crowd:
        shares = crowd.at_once([claim_all] * 6)
    keys = [key for share in shares for key in share]
    assert len(keys) == len(set(keys)) == 300


@pytest.mark.django_db
class TestLetters:
    """Mails as rows, and rows as mails."""

    def test_a_letter_belongs_to_the_transaction_that_writes_it(self) -> None:
        """What is rolled back was never written."""
        with transaction.atomic():
            send_mail("Your code", "12345", None, ["ana@example.org"])
            transaction.set_rollback(True)
        assert not Letter.objects.exists()

    def test_a_letter_arrives_whole_and_its_row_is_gone(self, server: Moody) -> None:
        """Text and HTML, one Message-ID, marked as sent by a machine (RFC 3834); nobody reads who else got it."""
        mail = EmailMultiAlternatives("Your code", "12345", to=["ana@example.org"], bcc=["ben@example.org", "x" * 255])
        mail.attach_alternative("<p>12345</p>", "text/html")
        mail.send()
        assert deliver() == 2
        assert not Letter.objects.exists()
        assert sorted(str(mail["To"]) for mail in server.mails) == ["ana@example.org", "ben@example.org"]
        arrived = server.mails[0]
        assert arrived["Auto-Submitted"] == "auto-generated"
        assert arrived["Message-ID"].endswith("@127.0.0.1>")
        assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]

    @pytest.mark.parametrize(
        ("reply", "state", "tries"),
        [("550 No", State.FAILED, 1), ("451 Later", State.PENDING, 1), ("drop", State.PENDING, 2)],
    )
    def test_what_the_server_says_decides(self, server: Moody, reply: str, state: str, tries: int) -> None:
        """5xx has failed, 4xx comes later, a cut line is unsure (and counts double); the others get through."""
        first, second = letter(due_at=NOW), letter("ben@example.org")
        server.replies = (reply, "250 OK")
        assert deliver() == 1
        first.refresh_from_db()
        assert (first.state, first.attempts) == (state, tries)
        assert not Letter.objects.filter(pk=second.pk).exists()

    def test_a_poisoned_letter_holds_nobody_up(self, server: Moody) -> None:
        """It is put aside with the name of its error."""
        poisoned = letter(subject="Two\nlines", due_at=NOW)
        letter("ben@example.org")
        assert deliver() == 1
        poisoned.refresh_from_db()
        assert (poisoned.state, poisoned.last_error_class) == (State.PENDING, "BadHeaderError")
        assert len(server.mails) == 1

    def test_a_server_that_is_away_costs_neither_a_try_nor_a_letter(self, settings: Settings) -> None:
        """All of the batch come back later."""
        settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        letter(), letter()
        assert deliver() == 0
        assert set(Letter.objects.values_list("state", "attempts", "claim")) == {(State.PENDING, 0, None)}

    def test_letters_that_never_left_are_forgotten(self) -> None:
        """A day after their time."""
        letter(due_at=NOW, expires_at=NOW + MINUTE)
        outbox.claim_due(Letter, now=NOW + MINUTE)
        assert purge_letters(now=NOW + MINUTE) == 0
        assert purge_letters(now=NOW + dt.timedelta(days=2)) == 1


@pytest.mark.django_db
class TestNudge:
    """A hint to the worker, which must never break what a person does."""

    def test_without_redis_nobody_is_nudged(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        """The worker looks by itself."""
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            outbox.nudge()
        assert callbacks == []

    def test_a_broker_that_is_away_costs_a_log_line(
        self,
        settings: Settings,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        """The letter is written, the request goes on."""
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        away = Celery("away", broker=settings.REDIS_URL, set_as_current=True)
        away.conf.broker_transport_options = {"socket_connect_timeout": 1, "max_retries": 0}
        try:
            with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
                send_mail("Your code", "12345", None, ["ana@example.org"])
        finally:
            app.set_current()
        assert Letter.objects.count() == 1
        assert "nudge not sent" in caplog.text
