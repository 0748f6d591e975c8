"""The ways on which a message can reach a person, behind one protocol."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from scheduler.models import Notice
from scheduler.notifications.email import EmailChannel
from scheduler.notifications.messages import Message
from scheduler.notifications.webpush import PushChannel


class Line(Protocol):
    """An open way to the other side, good for a batch of messages."""

    def ready(self) -> None:
        """Have the other side answer, before a message counts as begun; raises OSError (SMTPException is one)."""

    def send(self, message: Message) -> None:
        """Hand over one message; returns once the other side has taken it, and raises what it said if it has not.

        What is said in another language than SMTP's is raised as the exceptions of `accounts.failures`.
        """


class Channel(Protocol):
    """One way of reaching people."""

    def line(self) -> AbstractContextManager[Line]:
        """Return a line that is closed at the end of the block."""


CHANNELS: Mapping[str, Channel] = {
    Notice.Channel.EMAIL: EmailChannel(),
    Notice.Channel.PUSH: PushChannel(),
}
