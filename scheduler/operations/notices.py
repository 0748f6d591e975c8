"""The outbox rows of what there is to tell: written, moved and dropped in the transaction that changes the schedule.

Both partners get `confirmed` and both get `freed`, so that no row tells who pressed. Every public call belongs inside
`couple_locked`; the sender starts a notice under the same lock, so that dropping and sending never cross.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.db.models import Max

from accounts import outbox
from accounts.models import Partner, User
from accounts.operations import couple_locked
from accounts.statements import changed, stored
from scheduler.domain.reminders import ROOM, Lead, reminder_moments
from scheduler.models import CalendarEntry, KindNote, Notice, Offer, Slot
from scheduler.operations.readers import Reader, readers_of
from scheduler.operations.ways import on_every_way, ways_for_reminders

NOTE_LIFETIME = timedelta(days=7)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_State = Notice.State
_NEW = "id state due_at expires_at attempts last_error_class recipient_id kind channel cause revision lead starts_at"
_INTO = f"scheduler_notice ({', '.join(_NEW.split())}, reached)"
_new = attrgetter(*_NEW.split())
_DROP = (
    "UPDATE scheduler_notice SET state = 'dropped', claim = NULL, lease_until = NULL"
    " WHERE (state = 'pending' OR state = 'claimed' AND send_started_at IS NULL) AND cause IN"
)
_PLANNABLE = frozenset({_State.PENDING, _State.CLAIMED, _State.DROPPED})


def announce_offer(*, offer: Offer, now: datetime) -> None:
    """Tell the other partner, at once, that there is something new; called again when a slot has a new revision."""
    newest = offer.slots.aggregate(revision=Max("revision"), expires_at=Max("expires_at"))
    others = Partner.objects.filter(couple_id=offer.couple_id).exclude(offers=offer)
    due_at = _at_once(now)
    _tell(
        Notice(
            recipient=partner,
            kind=Notice.Kind.OFFER,
            cause=offer.pk,
            revision=newest["revision"] or 1,
            due_at=due_at,
            expires_at=newest["expires_at"] or now,
        )
        for partner in others
    )


def announce_plan(*, slot: Slot, entries: Sequence[CalendarEntry], now: datetime) -> None:
    """Tell both partners, at once, that there is a new plan, and plan its reminders: none of its rows can be there."""
    readers = readers_of(entry.partner_id for entry in entries)
    reachable = {partner_id for partner_id, reader in readers.items() if reader.has_device}
    told = on_every_way(_confirmed(slot, entries, now), reachable=reachable)
    for entry in entries:
        wanted = _wanted(entry, readers[entry.partner_id])
        told += [_reminder(entry, *which, due_at) for which, due_at in wanted.items() if due_at > now]
    write_notices(told)


def announce_confirmed(
    *, slot: Slot, entries: Iterable[CalendarEntry], now: datetime, known: Container[tuple[UUID, str]] = ()
) -> None:
    """Tell both partners, at once, that there is a plan again; worth telling until it starts.

    `known` names the recipients and channels that know already.
    """
    notices = on_every_way(_confirmed(slot, entries, now))
    write_notices(notice for notice in notices if (notice.recipient_id, notice.channel) not in known)


def announce_note(*, note: KindNote, now: datetime) -> None:
    """Tell the reader of a kind note, at once, that there is something new."""
    _tell(
        [
            Notice(
                recipient_id=note.recipient_id,
                kind=Notice.Kind.NOTE,
                cause=note.pk,
                due_at=_at_once(now),
                expires_at=now + NOTE_LIFETIME,
            )
        ]
    )


def write_notices(notices: Iterable[Notice]) -> None:
    """Add rows that nobody has begun to send; one that is already there stays as it is (`notice_once_a_cause`)."""
    if rows := list(notices):
        stored(_INTO, [(*_new(row), "[]") for row in rows], unless_there=True)
        outbox.nudge()


def drop_notices(*, causes: Sequence[UUID], kind: Notice.Kind | None = None) -> None:
    """Drop what has not begun to leave and is no longer so: of these causes, of which there is one at least.

    `kind` narrows it; None means every kind.
    """
    of_these = f"{_DROP} ({', '.join(['%s'] * len(causes))})"
    if kind is None:
        changed(of_these, *causes)
    else:
        changed(f"{of_these} AND kind = %s", *causes, kind)


def revive_notices(*, causes: Iterable[UUID], kinds: Iterable[str]) -> None:
    """Let what was dropped before it began to leave be due again; whether it is still so is asked when it leaves."""
    rows = Notice.objects.filter(state=_State.DROPPED, send_started_at__isnull=True)
    rows.filter(cause__in=list(causes), kind__in=list(kinds)).update(state=_State.PENDING)
    outbox.nudge()


def plan_reminders(*, entries: Sequence[CalendarEntry], now: datetime) -> None:
    """Bring the reminders of these entries into line with their owners' leads, zone and quiet hours.

    A lead is told once for one sequence of an entry on each way, whatever changes later: rows that have left are never
    touched.
    """
    readers = readers_of(entry.partner_id for entry in entries)
    rows = _reminders_of(entries)
    new: list[Notice] = []
    changed: list[Notice] = []
    for entry in entries:
        wanted = _wanted(entry, readers[entry.partner_id])
        mine = rows.get((entry.partner_id, entry.slot_id), [])
        changed += _adjusted(mine, entry, wanted, now)
        known = {(row.lead, row.channel) for row in mine if row.revision == entry.sequence}
        ahead = {each: due_at for each, due_at in wanted.items() if due_at > now and each not in known}
        new += [_reminder(entry, *which, due_at) for which, due_at in ahead.items()]
    _store(changed)
    write_notices(new)


def plan_reminders_of_user(*, user: User, now: datetime) -> None:
    """Plan the reminders of all this user's coming plans anew, after a change of settings. Takes the couple's lock."""
    partner = Partner.objects.filter(user=user).first()
    if partner is None:
        return
    with couple_locked(partner.couple_id):
        entries = CalendarEntry.objects.filter(
            partner=partner, status=CalendarEntry.Status.CONFIRMED, starts_at__gt=now, ends_at__gt=now
        )
        plan_reminders(entries=list(entries), now=now)


def _at_once(now: datetime) -> datetime:
    """Return the present by the clock that the sender goes by: a web server's that is fast makes nothing late."""
    return min(now, outbox.database_now())


def _tell(notices: Iterable[Notice]) -> None:
    write_notices(on_every_way(notices))


def _confirmed(slot: Slot, entries: Iterable[CalendarEntry], now: datetime) -> Iterator[Notice]:
    due_at = _at_once(now)
    for entry in entries:
        yield Notice(
            recipient_id=entry.partner_id,
            kind=Notice.Kind.CONFIRMED,
            cause=slot.pk,
            revision=entry.sequence,
            due_at=due_at,
            expires_at=slot.starts_at,
            starts_at=slot.starts_at,
        )


def _reminders_of(entries: Sequence[CalendarEntry]) -> dict[tuple[UUID, UUID], list[Notice]]:
    rows: dict[tuple[UUID, UUID], list[Notice]] = {}
    slots = {entry.slot_id for entry in entries}
    for row in Notice.objects.filter(kind=Notice.Kind.REMINDER, cause__in=slots):
        rows.setdefault((row.recipient_id, row.cause), []).append(row)
    return rows


def _wanted(entry: CalendarEntry, reader: Reader) -> dict[tuple[str, str], datetime]:
    """Return when this reader wants to be reminded, by lead and way."""
    ways = ways_for_reminders(chosen=reader.chosen, has_device=reader.has_device)
    return {(lead, way): due_at for lead, due_at in _moments(entry, reader).items() for way in ways}


def _moments(entry: CalendarEntry, reader: Reader) -> dict[str, datetime]:
    """Return the moment of each lead that this reader has chosen, those that are past included.

    The reminder of their own list gives way to another at the same moment.
    """
    if entry.status != CalendarEntry.Status.CONFIRMED:
        return {}
    moments = {lead.value: due_at for lead, due_at in _due(entry, reader, reader.chosen.reminder_leads).items()}
    for due_at in _due(entry, reader, [reader.chosen.room_lead]).values():
        if due_at not in moments.values():
            moments[ROOM] = due_at
    return moments


def _due(entry: CalendarEntry, reader: Reader, leads: list[str]) -> dict[Lead, datetime]:
    return reminder_moments(
        starts_at=entry.starts_at,
        leads=leads,
        zone=reader.zone,
        quiet_from=reader.chosen.quiet_from,
        quiet_until=reader.chosen.quiet_until,
        now=_LONG_AGO,
    )


def _adjusted(
    rows: list[Notice], entry: CalendarEntry, wanted: dict[tuple[str, str], datetime], now: datetime
) -> list[Notice]:
    """Return the rows that must change: moved, revived or dropped; those that have left are not among them.

    One whose moment has come, and that is still wanted, stays as it is: it is about to leave.
    """
    changed = []
    for row in rows:
        if row.send_started_at or row.state not in _PLANNABLE:
            continue
        due_at = wanted.get((row.lead, row.channel)) if row.revision == entry.sequence else None
        if due_at and due_at <= now < entry.starts_at:
            continue
        state = _State.PENDING if due_at else _State.DROPPED
        if (row.state, row.due_at) != (state, due_at or row.due_at):
            row.state, row.due_at, row.claim, row.lease_until = state, due_at or row.due_at, None, None
            changed.append(row)
    return changed


def _store(rows: list[Notice]) -> None:
    if rows:
        Notice.objects.bulk_update(rows, ["state", "due_at", "claim", "lease_until"])
        outbox.nudge()


def _reminder(entry: CalendarEntry, lead: str, way: str, due_at: datetime) -> Notice:
    return Notice(
        recipient_id=entry.partner_id,
        kind=Notice.Kind.REMINDER,
        channel=way,
        cause=entry.slot_id,
        revision=entry.sequence,
        lead=lead,
        due_at=due_at,
        expires_at=entry.starts_at,
        starts_at=entry.starts_at,
    )
