"""The way to the mail server, or to the provider, that the settings name."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from accounts.failures import Away

_OK = (250, 251)  # 251: it will be forwarded
_GO_AHEAD = 354  # the server's word after which a mail's content follows (RFC 5321 section 4.1.1.4)


class _Conversation(smtplib.SMTP):
    """Knows whether the mail at hand can have been taken: only once the server has asked for its content.

    Where the server allows it, sender, reader and the wish to go on travel together (PIPELINING, RFC 2920): two
    journeys a mail instead of four.
    """

    may_be_taken = False

    def sendmail(self, from_addr: str, to_addrs: Any, msg: Any, *options: Any, **more: Any) -> Any:
        """Send one mail; raises what `smtplib` raises, and leaves no conversation standing that has gone wrong.

        Whoever gives options of SMTP's extensions, or names several readers, gets smtplib's own way.
        """
        self.ehlo_or_helo_if_needed()
        if options or more or len(to_addrs) != 1 or not self.has_extn("pipelining"):
            return super().sendmail(from_addr, to_addrs, msg, *options, **more)
        try:
            self._send_in_two(from_addr, to_addrs[0], msg)
        except smtplib.SMTPException:
            self.close()
            raise
        return {}

    def _send_in_two(self, sender: str, reader: str, content: bytes) -> None:
        self.may_be_taken = False
        size = f" size={len(content)}" if self.has_extn("size") else ""
        asked = [f"mail FROM:{smtplib.quoteaddr(sender)}{size}", f"rcpt TO:{smtplib.quoteaddr(reader)}", "data", ""]
        if any(set("\r\n") & set(line) for line in asked):
            raise ValueError("an address with newlines would be read as a command")
        self.send("\r\n".join(asked))
        if (reply := self.getreply())[0] not in _OK:
            raise smtplib.SMTPSenderRefused(*reply, sender)
        if (reply := self.getreply())[0] not in _OK:
            raise smtplib.SMTPRecipientsRefused({reader: reply})
        if (reply := self.getreply())[0] != _GO_AHEAD:
            raise smtplib.SMTPDataError(*reply)
        self.send(_dotted(content))
        if (reply := self.getreply())[0] not in _OK:
            raise smtplib.SMTPDataError(*reply)

    def mail(self, sender: str, options: Any = ()) -> Any:
        """Begin with the next mail."""
        self.may_be_taken = False
        return super().mail(sender, options)

    def getreply(self) -> tuple[int, bytes]:
        """Hear the server out."""
        code, text = super().getreply()
        self.may_be_taken = self.may_be_taken or code == _GO_AHEAD
        return code, text


class _PrivateConversation(_Conversation, smtplib.SMTP_SSL):
    """The same over TLS from its first byte."""


class SmtpBackend(EmailBackend):
    """Django's backend for SMTP, over connections that know how far a mail has come."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The class of the connections."""
        return _PrivateConversation if self.use_ssl else _Conversation


class MailLine:
    """A connection to the mail server, made when it is first needed and made anew after it broke."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def ready(self) -> None:
        """Connect where no connection stands; raises OSError, which SMTPException is too."""
        self._connection.open()

    def send(self, mail: EmailMessage) -> None:
        """Send one mail; after an error the connection is closed, because nobody knows its state.

        Raises `Away` when the line broke before the server can have taken anything of the mail.
        """
        self.ready()
        conversation = getattr(self._connection, "connection", None)
        try:
            self._connection.send_messages([mail])
        except OSError as error:
            self.hang_up()
            if not getattr(conversation, "may_be_taken", True) and _is_cut(error):
                raise Away(str(error)) from error
            raise

    def hang_up(self) -> None:
        """Close the connection; what the server says while it closes no longer matters."""
        try:
            self._connection.close()
        except OSError:
            self._connection.connection = None  # type: ignore[attr-defined]


def _dotted(content: bytes) -> bytes:
    """Return a mail as it travels: a line that begins with a dot has one more, and a dot alone ends it all.

    RFC 5321 section 4.5.2. `content` ends its lines with CRLF already.
    """
    end = b"" if content.endswith(b"\r\n") else b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", content) + end + b".\r\n"


def _is_cut(error: OSError) -> bool:
    """Return whether the line broke, or nobody answered in time: the server has said nothing."""
    return isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException)


@contextmanager
def mail_line() -> Iterator[MailLine]:
    """Give a line to the mail server of the settings."""
    line = MailLine(get_connection(settings.DELIVERY_EMAIL_BACKEND))
    try:
        yield line
    finally:
        line.hang_up()
