"""A real mail server that answers as it is told."""

from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests.services import Inbox, free_port


class Moody(Inbox):
    """A mail server that answers as it is told: a reply for each mail in turn, the last one for all others."""

    replies: tuple[str, ...] = ("250 OK",)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, and say what was ordered; "drop" cuts the line instead."""
        await super().handle_DATA(server, session, envelope)
        reply = self.replies[min(len(self.mails), len(self.replies)) - 1]
        if reply == "drop" and isinstance(server.transport, WriteTransport):
            server.transport.abort()
        return reply


@contextmanager
def moody_mail_server(settings: Settings, moody: Moody | None = None) -> Iterator[Moody]:
    """Run a moody mail server, and let Pear deliver to it."""
    moody = moody or Moody()
    moody.port = free_port()
    settings.DELIVERY_EMAIL_BACKEND = "accounts.mail_line.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", moody.port
    controller = Controller(moody, hostname="127.0.0.1", port=moody.port)
    controller.start()
    try:
        yield moody
    finally:
        controller.stop()
