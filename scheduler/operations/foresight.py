"""Reminders by mail, read some at a time and ahead; each begins to leave only if its couple has not acted since.

Every act of a couple raises its `rev` under its lock. What was read after `rev` still holds for as long as `rev` is
the same, and the one statement that marks a reminder as begun asks for that under the same lock. Whatever is not as
foreseen goes the long way, which reads everything again. Only on PostgreSQL, where each question is a journey.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from accounts import outbox
from accounts.clock import DatabaseClock
from accounts.models import Partner
from scheduler.models import CalendarEntry, Notice

AT_ONCE = 25
FRESH_SECONDS = 2.0  # what no couple's lock guards, such as an address, is never older than this

_BEGIN = """
WITH unchanged AS (SELECT 1 FROM accounts_couple WHERE id = %s AND rev = %s FOR UPDATE SKIP LOCKED)
UPDATE scheduler_notice
SET send_started_at = clock_timestamp(), lease_until = clock_timestamp() + %s, attempts = attempts + 1
WHERE id = %s AND claim = %s AND state = 'claimed' AND send_started_at IS NULL
AND lease_until > clock_timestamp() AND expires_at > clock_timestamp() AND EXISTS (SELECT 1 FROM unchanged)
RETURNING send_started_at, lease_until, attempts
"""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A reminder that would leave: its reader with the couple's `rev`, the entry it is about, and when it was read."""

    recipient: Partner
    entry_id: UUID
    starts_at: datetime
    read_at: datetime


class Foresight:
    """What is known ahead of a batch of notices."""

    def __init__(self) -> None:
        self._ahead: dict[UUID, Notice] = {}
        self._foreseen: dict[UUID, Foreseen] = {}
        self._read_at = 0.0

    def look_at(self, notices: Sequence[Notice]) -> None:
        """Take the batch, in the order in which it will leave."""
        ours = connection.vendor == "postgresql"
        mails = [each for each in notices if ours and each.kind == Notice.Kind.REMINDER and _by_mail(each)]
        self._ahead = {each.pk: each for each in mails}

    def of(self, notice: Notice) -> Foreseen | None:
        """Return what is known of `notice` and recent, reading some more where needed; None: go the long way."""
        if notice.pk not in self._ahead:
            return None
        if notice.pk not in self._foreseen or time.monotonic() - self._read_at > FRESH_SECONDS:
            self._read_at = time.monotonic()
            self._foreseen = _read(list(islice(_from(self._ahead, notice.pk), AT_ONCE)))
        del self._ahead[notice.pk]
        return self._foreseen.get(notice.pk)


def begin_foreseen(notice: Notice, foreseen: Foreseen) -> bool:
    """Mark a reminder as begun, under its couple's lock, if nothing has changed; False: nothing was done."""
    couple = foreseen.recipient.couple
    values: list[Any] = [couple.pk, couple.rev, outbox.LEASE, notice.pk, notice.claim]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, values)
        row = cursor.fetchone()
    if row is None:
        return False
    notice.send_started_at, notice.lease_until, notice.attempts = row
    return True


def _by_mail(notice: Notice) -> bool:
    return notice.channel == Notice.Channel.EMAIL


def _from(ahead: dict[UUID, Notice], key: UUID) -> list[Notice]:
    """Return this notice and those that are still ahead."""
    return [ahead[key], *(each for each in ahead.values() if each.pk != key)]


def _read(notices: list[Notice]) -> dict[UUID, Foreseen]:
    """Read recipients and entries of these notices; the couples' `rev` first, so that it is never too new."""
    people = Partner.objects.filter(pk__in={each.recipient_id for each in notices})
    people = people.select_related("couple", "user__preferences").annotate(read_at=DatabaseClock())
    recipients = {each.pk: each for each in people}
    entries = CalendarEntry.objects.filter(
        partner__in=recipients, slot_id__in={each.cause for each in notices}, status=CalendarEntry.Status.CONFIRMED
    )
    found = {
        (entry.partner_id, entry.slot_id, entry.sequence): entry
        for entry in entries.only("partner_id", "slot_id", "sequence", "starts_at")
    }
    pairs = [(each, found.get((each.recipient_id, each.cause, each.revision))) for each in notices]
    return {
        notice.pk: Foreseen(
            recipient=recipients[notice.recipient_id],
            entry_id=entry.pk,
            starts_at=entry.starts_at,
            read_at=recipients[notice.recipient_id].read_at,
        )
        for notice, entry in pairs
        if entry is not None
    }
