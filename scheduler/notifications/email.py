"""Messages by e-mail: one connection a batch, text and HTML parts, and the headers that mail programs look for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.mail import EmailMultiAlternatives

from accounts.mail_line import MailLine, mail_line
from scheduler.notifications.messages import CalendarPart, Message


class EmailLine:
    """A line to the mail server that takes messages."""

    def __init__(self, line: MailLine) -> None:
        self._line = line

    def ready(self) -> None:
        """Connect where no connection stands."""
        self._line.ready()

    def send(self, message: Message) -> None:
        """Send one message."""
        self._line.send(_mail(message))


class EmailChannel:
    """The e-mail channel."""

    @contextmanager
    def line(self) -> Iterator[EmailLine]:
        """Give a line to the mail server of the settings."""
        with mail_line() as line:
            yield EmailLine(line)


def _mail(message: Message) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834 section 5
        "List-Unsubscribe": f"<{message.stop_url}>",  # RFC 2369
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058: stops this kind of mail, nothing else
    }
    if message.thread_id:  # the same in every mail about one plan, so that mail programs show them as one thread
        headers |= {"In-Reply-To": message.thread_id, "References": message.thread_id}  # RFC 5322 section 3.6.4
    mail = EmailMultiAlternatives(message.subject, message.text(), to=[message.address], headers=headers)
    mail.attach_alternative(message.html(), "text/html")
    if message.calendar:
        _add_calendar(mail, message.calendar)
    return mail


def _add_calendar(mail: EmailMultiAlternatives, part: CalendarPart) -> None:
    """Put the calendar's message last among the forms of the mail, where programs look for it, and beside them.

    Both are the same bytes; Outlook reads the first, some others only a file (RFC 6047, 2.4).
    """
    mail.attach_alternative(part.body.decode(), f"text/calendar; method={part.method}")
    mail.attach("time.ics", part.body, "application/ics")
