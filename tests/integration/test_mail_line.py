"""A line that breaks: before the server has asked for the mail nobody can have taken it, afterwards nobody knows."""

from collections.abc import Iterator
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts.failures import Away
from accounts.mail_line import mail_line
from tests.faults.sink import Point, Sink, hang_up, say


def mail() -> EmailMessage:
    return EmailMessage("Friday", "There is something.", to=["ana@example.org"])


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    settings.DELIVERY_EMAIL_BACKEND = "accounts.mail_line.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.close()


@pytest.mark.parametrize("point", [Point.MAIL, Point.RECIPIENT, Point.DATA])
def test_cut_before_the_mail_was_asked_for(sink: Sink, point: Point) -> None:
    with mail_line() as line, sink.does(point, hang_up), pytest.raises(Away):
        line.send(mail())
    assert sink.taken == []


@pytest.mark.parametrize("point", [Point.WHOLE, Point.TAKEN])
def test_cut_once_the_mail_is_under_way(sink: Sink, point: Point) -> None:
    with mail_line() as line, sink.does(point, hang_up), pytest.raises(SMTPServerDisconnected):
        line.send(mail())


def test_a_word_of_the_server_stays_what_it_is(sink: Sink) -> None:
    with mail_line() as line, sink.does(Point.DATA, say("451 not now")), pytest.raises(SMTPDataError):
        line.send(mail())


def test_each_mail_begins_anew(sink: Sink) -> None:
    """One that was taken over the same line says nothing about the next."""
    with mail_line() as line:
        line.send(mail())
        with sink.does(Point.MAIL, hang_up), pytest.raises(Away):
            line.send(mail())
        line.send(mail())
    assert len(sink.taken) == 2
