"""Messages by e-mail: one connection a batch, text and HTML parts, and the headers that mail programs look for."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.letters import hang_up
from scheduler.notifications.messages import Message


class EmailLine:
    """A connection to the mail server, made when it is first needed and made anew after it broke."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def ready(self) -> None:
        """Connect where no connection stands."""
        self._connection.open()

    def send(self, message: Message) -> None:
        """Send one message; after an error the connection is closed, because nobody knows its state."""
        try:
            self._connection.send_messages([_mail(message)])
        except (smtplib.SMTPException, OSError):
            hang_up(self._connection)
            raise


class EmailChannel:
    """The e-mail channel."""

    @contextmanager
    def line(self) -> Iterator[EmailLine]:
        """Give a line to the mail server of the settings."""
        connection = get_connection(settings.DELIVERY_EMAIL_BACKEND)
        try:
            yield EmailLine(connection)
        finally:
            hang_up(connection)


def _mail(message: Message) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834 section 5
        "List-Unsubscribe": f"<{message.stop_url}>",  # RFC 2369
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058: stops this kind of mail, nothing else
    }
    mail = EmailMultiAlternatives(message.subject, message.text(), to=[message.address], headers=headers)
    mail.attach_alternative(message.html(), "text/html")
    return mail
