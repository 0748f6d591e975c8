"""What the other side's words mean: for the message at hand, for the reader's address, and for the server itself.

Every channel's errors are told apart here, so that the outbox and the breaker need to know none of them. A channel
that speaks no SMTP raises the exceptions of this module.
"""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

_PERMANENT = 500  # SMTP replies from here on will never pass (RFC 5321 section 4.2.1)
_GOING_AWAY = 421  # "service not available, closing" (RFC 5321 section 4.2.2)
_POLICY = b"5.7."  # enhanced status of security and policy: about the sender, not the address (RFC 3463 section 3.8)


class Fate(Enum):
    """What becomes of the message."""

    FINAL = auto()  # it will never pass
    LATER = auto()  # it has not been taken, and may pass later
    UNSURE = auto()  # nobody can tell whether it was taken


@dataclass(frozen=True)
class Verdict:
    """What an error means besides the message's fate.

    `is_away`: the server itself failed, whatever the message. `of_address`: the reader's address takes no mail.
    `is_answer`: it was the server's word, and no error of our own. `wait`: it is not to be tried again sooner.
    """

    fate: Fate
    is_away: bool = False
    of_address: bool = False
    is_answer: bool = True
    wait: timedelta = timedelta()


class Undeliverable(Exception):
    """Never: this message will not pass; `of_address`: nor will any other to this reader."""

    def __init__(self, message: str = "", *, of_address: bool = False) -> None:
        super().__init__(message)
        self.of_address = of_address


class NotNow(Exception):
    """Later: this message was not taken, and the server is well. `wait`: it asks for so much patience."""

    def __init__(self, message: str = "", *, wait: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.wait = wait


class Unsure(Exception):
    """The server is well and has answered, but nobody can tell whether it took this message."""


class Away(ConnectionError):
    """The server is not there, or takes nothing from us at all; it has not taken this message."""


def verdict_on(error: BaseException, *, has_begun: bool) -> Verdict:
    """Return what `error` means; `has_begun` says whether the message had begun to leave when it was raised.

    What is no word of the other side, such as an error in a message, is tried again later.
    """
    if isinstance(error, smtplib.SMTPException):
        return _of_smtp(error, has_begun=has_begun)
    if isinstance(error, Undeliverable | NotNow | Unsure | Away):
        return _of_channel(error, has_begun=has_begun)
    if isinstance(error, OSError):
        return _cut(has_begun=has_begun)
    return Verdict(Fate.LATER, is_answer=False)


def _of_channel(error: Undeliverable | NotNow | Unsure | Away, *, has_begun: bool) -> Verdict:
    match error:
        case Undeliverable():
            return Verdict(Fate.FINAL, of_address=error.of_address)
        case NotNow():
            return Verdict(Fate.LATER, wait=error.wait)
        case Unsure():
            return Verdict(Fate.UNSURE if has_begun else Fate.LATER)
    return Verdict(Fate.LATER, is_away=True)


def _of_smtp(error: smtplib.SMTPException, *, has_begun: bool) -> Verdict:
    """Read an SMTP reply. A refused sign-in or greeting is the host's to mend: it is retried whatever its number."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _of_recipients(list(error.recipients.values()))
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            if error.smtp_code >= _PERMANENT:
                return Verdict(Fate.FINAL)
            return Verdict(Fate.LATER, is_away=error.smtp_code == _GOING_AWAY)
        case smtplib.SMTPResponseException():
            return Verdict(Fate.LATER, is_away=True)
    return _cut(has_begun=has_begun)


def _of_recipients(answers: list[tuple[int, bytes]]) -> Verdict:
    if all(code >= _PERMANENT for code, _ in answers):
        return Verdict(Fate.FINAL, of_address=not any(_POLICY in text for _, text in answers))
    return Verdict(Fate.LATER, is_away=any(code == _GOING_AWAY for code, _ in answers))


def _cut(*, has_begun: bool) -> Verdict:
    return Verdict(Fate.UNSURE if has_begun else Fate.LATER, is_away=True)
