"""Those who are told of a plan: by whose clocks, and what they have chosen, in one query."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.statements import rows_of
from accounts.zones import zone_or_utc
from scheduler.models import Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One partner as a reader of reminders. Of `chosen` only what reminders go by has been read."""

    zone: ZoneInfo
    has_device: bool
    chosen: Preferences


class _Row(NamedTuple):
    """What `_READERS` finds of a partner; with `user_id` begins what a user without preferences has none of."""

    partner_id: UUID
    time_zone: str
    has_device: bool
    user_id: UUID | None
    reminder_leads: str
    room_lead: str
    quiet_from: dt.time
    quiet_until: dt.time
    mail_reminders: bool
    push_reminders: bool


# The leads as text: each of PostgreSQL's cursors brings JSON in a form of its own.
_READERS = """
    SELECT a.id, u.time_zone,
        EXISTS (SELECT 1 FROM scheduler_pushdevice d WHERE d.user_id = a.user_id AND d.gone_at IS NULL),
        p.user_id, CAST(p.reminder_leads AS TEXT), p.room_lead, p.quiet_from, p.quiet_until, p.mail_reminders,
        p.push_reminders
    FROM accounts_partner a
    JOIN accounts_user u ON u.id = a.user_id
    LEFT JOIN scheduler_preferences p ON p.user_id = a.user_id
    WHERE a.id IN (%s, %s)
"""


def readers_of(partner_ids: Iterable[UUID]) -> dict[UUID, Reader]:
    """Return these partners, one or both of a couple, as readers of reminders."""
    ids = sorted(set(partner_ids))
    return {row.partner_id: _reader(row) for row in rows_of(_Row, _READERS, ids[0], ids[-1])} if ids else {}


def _reader(row: _Row) -> Reader:
    return Reader(zone=zone_or_utc(row.time_zone), has_device=row.has_device, chosen=_chosen(row))


def _chosen(row: _Row) -> Preferences:
    if row.user_id is None:
        return Preferences()
    columns = dict(zip(row._fields[3:], row[3:], strict=True))
    return Preferences(**columns | {"reminder_leads": json.loads(row.reminder_leads)})
