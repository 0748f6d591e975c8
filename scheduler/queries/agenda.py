"""The overview: what is planned, what is open to me, what I have offered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.models import Partner
from scheduler.domain.slot import Action, State
from scheduler.models import KindNote, Undo
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
    """Return the overview at `now`: six queries, however many times there are. On a break nothing is open to me."""
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


def other_side(partner: Partner) -> OtherSide:
    """Return what the viewer's pages need to know of the other seat: one query."""
    seats = Partner.objects.filter(couple_id=partner.couple_id).select_related("user__preferences", "rhythm")
    zone, label, asks_until = "", "", None
    for seat in seats:
        if seat.pk != partner.pk:
            zone = seat.user.time_zone
            asks_until = seat.rhythm.ends_at if hasattr(seat, "rhythm") and not seat.rhythm.away else None
        elif hasattr(seat.user, "preferences"):
            label = seat.user.preferences.partner_label
    return OtherSide(zone, label, all(seat.notes_on for seat in seats), asks_until)


def undoable(partner: Partner, *, now: datetime) -> list[UndoView]:
    """Return what this partner freed less than 60 seconds ago."""
    rows = Undo.objects.filter(couple_id=partner.couple_id, expires_at__gt=now).order_by("-expires_at")
    return [
        UndoView(
            slot_id=row.slot_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            was_confirmed=row.was_confirmed,
            expires_at=row.expires_at,
        )
        for row in rows
        if row.was_pressed_by(partner.pk)
    ]


def _kind_notes(partner: Partner) -> list[KindNoteView]:
    rows = KindNote.objects.filter(recipient=partner).order_by("-created_at")
    return [
        KindNoteView(id=row.pk, sentence=str(row.get_sentence_display()), created_at=row.created_at) for row in rows
    ]
