"""Mails about an account: written as rows by the request that causes them, sent by the worker."""

import datetime
from collections.abc import Sequence
from email.utils import getaddresses

from billiard.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts import outbox
from accounts.addresses import LONGEST
from accounts.breaker import EMAIL
from accounts.mail_ids import message_id
from accounts.mail_line import MailLine, mail_line
from accounts.models import Letter
from accounts.sending import Outcome, outcome_of, send_due, settle

LIFETIME = datetime.timedelta(minutes=15)  # of a message that names none
KEPT = datetime.timedelta(days=1)


class OutboxEmailBackend(BaseEmailBackend):
    """Django's mail backend for every request: it talks to no mail server, it adds rows to the transaction at hand."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one letter for each reader of each message; returns how many messages there were."""
        now = outbox.database_now()
        Letter.objects.bulk_create(
            _letter(message, address, now) for message in email_messages for _, address in _readers(message)
        )
        outbox.nudge()
        return len(email_messages)


def deliver_letters(*, now: datetime.datetime, limit: int = 50) -> int:
    """Send the letters that are due, over one connection, outside any transaction; returns how many have left.

    `now` is the database's clock (`outbox.database_now()`). A letter that has left is deleted.
    """
    return send_due(Letter, way=EMAIL, now=now, limit=limit, line=mail_line, send=_deliver)


def purge_letters(*, now: datetime.datetime) -> int:
    """Delete the letters that have not left, a day after their time; returns how many."""
    return Letter.objects.filter(expires_at__lt=now - KEPT).delete()[0]


def _deliver(letter: Letter, line: MailLine) -> Outcome:
    if not outbox.mark_started(letter, now=outbox.database_now()):
        return Outcome.HELD
    try:
        line.send(_message(letter))
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # noqa: BLE001  (a poisoned letter must not hold up the others)
        return outcome_of(settle(letter, error))
    if outbox.mark_sent(letter, now=outbox.database_now()):
        Letter.objects.filter(pk=letter.pk).delete()
    return Outcome.SENT


def _readers(message: EmailMessage) -> list[tuple[str, str]]:
    """Return whom this message is for; nobody has an address that is longer than mail can carry."""
    return [reader for reader in getaddresses(message.recipients()) if len(reader[1]) <= LONGEST]


def _letter(message: EmailMessage, recipient: str, now: datetime.datetime) -> Letter:
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(part[0]) for part in parts if part[1] == "text/html"), "")
    return Letter(
        recipient=recipient,
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        headers={name: str(value) for name, value in message.extra_headers.items()},
        due_at=now,
        expires_at=now + getattr(message, "lifetime", LIFETIME),
    )


def _message(letter: Letter) -> EmailMultiAlternatives:
    own = {"Message-ID": message_id(letter), "Auto-Submitted": "auto-generated"}  # RFC 3834 section 5
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.recipient], headers=letter.headers | own)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message
