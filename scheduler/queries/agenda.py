"""The overview: what is planned, what is open to me, what I have offered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.fields import open_column
from accounts.models import Partner
from accounts.statements import rows_of
from scheduler.domain.slot import Action, State
from scheduler.models import Preferences, Sentence, Undo
from scheduler.queries.slots import SlotView, slot_views


@dataclass(frozen=True, kw_only=True)
class UndoView:
    """A time that the viewer has just freed and may still take back, until `expires_at`."""

    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    was_confirmed: bool
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class KindNoteView:
    """A sentence that the partner sent back."""

    id: UUID
    sentence: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """One partner's overview. `partner_zone` is the other's time zone, `partner_label` the viewer's word for them.

    `rhythm_to_see` says that the other proposes a rhythm, and that the viewer has not put it aside.
    """

    on_break: bool
    partner_zone: str
    partner_label: str
    rhythm_to_see: bool = False
    planned: list[SlotView] = field(default_factory=list)
    drafted: list[SlotView] = field(default_factory=list)
    open_to_me: list[SlotView] = field(default_factory=list)
    offered_by_me: list[SlotView] = field(default_factory=list)
    tucked_away: list[SlotView] = field(default_factory=list)
    kind_notes: list[KindNoteView] = field(default_factory=list)
    undoable: list[UndoView] = field(default_factory=list)


def agenda(partner: Partner, *, now: datetime) -> Agenda:
    """Return the overview at `now`: four queries, however many times there are. On a break nothing is open to me."""
    views = slot_views(partner, now=now)
    answerable = [v for v in views if v.state is State.OPEN and Action.CHANGE not in v.actions]
    in_sight = [v for v in answerable if not v.tucked_away and not partner.on_break]
    other = other_side(partner)
    return Agenda(
        on_break=partner.on_break,
        partner_zone=other.zone,
        partner_label=other.label,
        rhythm_to_see=other.asks_until is not None and now < other.asks_until and not partner.on_break,
        planned=[v for v in views if v.state is State.CONFIRMED],
        drafted=[v for v in in_sight if v.drafted],
        open_to_me=[v for v in in_sight if not v.drafted],
        offered_by_me=[v for v in views if Action.CHANGE in v.actions],
        tucked_away=[v for v in answerable if v.tucked_away],
        kind_notes=_kind_notes(partner),
        undoable=undoable(partner, now=now),
    )


class OtherSide(NamedTuple):
    """The other partner's time zone, the viewer's own label for them, and whether both have notes switched on.

    `asks_until` is when the other's proposal of a rhythm fades; None where there is none in the viewer's sight.
    """

    zone: str
    label: str
    notes_on: bool
    asks_until: datetime | None


class _Seats(NamedTuple):
    zone: str
    notes_on: bool
    asks_until: datetime | None
    label: bytes | None


# Nothing of what is private to the other: their preferences, and what they themselves keep out of their sight.
_SEATS = """
    SELECT u.time_zone, mine.notes_on AND other.notes_on, r.ends_at, p.partner_label
    FROM accounts_partner mine
    JOIN accounts_partner other ON other.couple_id = mine.couple_id AND other.id <> mine.id
    JOIN accounts_user u ON u.id = other.user_id
    LEFT JOIN scheduler_rhythm r ON r.proposer_id = other.id AND NOT r.away
    LEFT JOIN scheduler_preferences p ON p.user_id = mine.user_id
    WHERE mine.id = %s
"""


def other_side(partner: Partner) -> OtherSide:
    """Return what the viewer's pages need to know of the other seat: one query."""
    found = rows_of(_Seats, _SEATS, partner.pk)
    if not found:  # the couple has ended since the request began
        return OtherSide(zone="", label="", notes_on=False, asks_until=None)
    zone, notes_on, asks_until, sealed = found[0]
    key, owner = bytes(partner.user.data_key), partner.user_id
    label = open_column(Preferences, "partner_label", sealed, row=owner, wrapped=key, owner=owner) if sealed else ""
    return OtherSide(zone, label, notes_on, asks_until)


class _Freed(NamedTuple):
    slot_id: UUID
    key_hash: str
    starts_at: datetime
    ends_at: datetime
    was_confirmed: bool
    expires_at: datetime


_FREED = """
    SELECT slot_id, key_hash, starts_at, ends_at, was_confirmed, expires_at
    FROM scheduler_undo WHERE couple_id = %s AND expires_at > %s ORDER BY expires_at DESC
"""


def undoable(partner: Partner, *, now: datetime) -> list[UndoView]:
    """Return what this partner freed less than 60 seconds ago."""
    return [
        UndoView(
            slot_id=row.slot_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            was_confirmed=row.was_confirmed,
            expires_at=row.expires_at,
        )
        for row in rows_of(_Freed, _FREED, partner.couple_id, now)
        if Undo(slot_id=row.slot_id, key_hash=row.key_hash).was_pressed_by(partner.pk)
    ]


class _Said(NamedTuple):
    id: UUID
    sentence: str
    created_at: datetime


_SAID = "SELECT id, sentence, created_at FROM scheduler_kindnote WHERE recipient_id = %s ORDER BY created_at DESC"


def _kind_notes(partner: Partner) -> list[KindNoteView]:
    return [
        KindNoteView(id=row.id, sentence=str(Sentence(row.sentence).label), created_at=row.created_at)
        for row in rows_of(_Said, _SAID, partner.pk)
    ]
