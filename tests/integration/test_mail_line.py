"""A line that breaks: before the server has asked for the mail nobody can have taken it, afterwards nobody knows."""

from collections.abc import Iterator
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts.failures import Away
from accounts.mail_line import _Conversation, _dotted, mail_line
from tests.faults.sink import Point, Sink, hang_up, say


def mail() -> EmailMessage:
    return EmailMessage("Friday", "There is something.", to=["ana@example.org"])


@pytest.fixture(params=[True, False], ids=["in a row", "one by one"])
def sink(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Sink]:
    sink = Sink(pipelining=request.param)
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


@pytest.mark.parametrize(
    ("point", "error"),
    [
        (Point.MAIL, SMTPSenderRefused),
        (Point.RECIPIENT, SMTPRecipientsRefused),
        (Point.DATA, SMTPDataError),
        (Point.WHOLE, SMTPDataError),
    ],
)
def test_a_word_of_the_server_stays_what_it_is(sink: Sink, point: Point, error: type[Exception]) -> None:
    """Also where it says to go on with a mail whose reader it does not take; the next mail is none the worse."""
    with mail_line() as line:
        with sink.does(point, say("451 not now"), times=1), pytest.raises(error):
            line.send(mail())
        assert sink.taken == []
        line.send(mail())
    assert len(sink.taken) == 1


def test_mails_share_a_connection(sink: Sink) -> None:
    with mail_line() as line:
        for _ in range(3):
            line.send(mail())
    assert (len(sink.taken), sink.connections) == (3, 1)


def test_an_address_is_no_command(sink: Sink) -> None:
    with mail_line() as line, pytest.raises(ValueError, match=r"newlines|Invalid address"):
        line.send(EmailMessage("Friday", "x", to=["ana@example.org>\r\nRSET"]))
    assert sink.taken == []


def test_what_is_asked_of_an_extension_is_said(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    with _Conversation("127.0.0.1", sink.port) as line:
        line.set_debuglevel(1)
        line.sendmail("me@example.org", ["ana@example.org"], mail().message().as_bytes(), (), ["NOTIFY=NEVER"])
    assert "ana@example.org> NOTIFY=NEVER" in capsys.readouterr().err
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"one\r\n.two\r\n..\r\n", b"one\r\n..two\r\n...\r\n.\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b"one", b"one\r\n.\r\n"),
    ],
)
def test_no_line_of_a_mail_ends_it(content: bytes, sent: bytes) -> None:
    assert _dotted(content) == sent


def test_each_mail_begins_anew(sink: Sink) -> None:
    """One that was taken over the same line says nothing about the next."""
    with mail_line() as line:
        line.send(mail())
        with sink.does(Point.MAIL, hang_up), pytest.raises(Away):
            line.send(mail())
        line.send(mail())
    assert len(sink.taken) == 2
