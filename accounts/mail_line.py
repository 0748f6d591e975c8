"""The way to the mail server, or to the provider, that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend


class MailLine:
    """A connection to the mail server, made when it is first needed and made anew after it broke."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def ready(self) -> None:
        """Connect where no connection stands; raises OSError, which SMTPException is too."""
        self._connection.open()

    def send(self, mail: EmailMessage) -> None:
        """Send one mail; after an error the connection is closed, because nobody knows its state."""
        try:
            self._connection.send_messages([mail])
        except OSError:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        """Close the connection; what the server says while it closes no longer matters."""
        try:
            self._connection.close()
        except OSError:
            self._connection.connection = None  # type: ignore[attr-defined]


@contextmanager
def mail_line() -> Iterator[MailLine]:
    """Give a line to the mail server of the settings."""
    line = MailLine(get_connection(settings.DELIVERY_EMAIL_BACKEND))
    try:
        yield line
    finally:
        line.hang_up()
