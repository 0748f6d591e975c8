"""What a user keeps for themselves alone, for that user."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from scheduler.domain.retention import JOTTINGS_KEPT
from scheduler.models import Jotting, Preferences, RoomLine


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One line of the user's own list."""

    id: UUID
    text: str
    ticked: bool


@dataclass(frozen=True, kw_only=True)
class RoomView:
    """The user's own list, first line first; `lead` is how long before a plan they are reminded of it, or empty."""

    lines: tuple[LineView, ...]
    lead: str


@dataclass(frozen=True, kw_only=True)
class JottingView:
    """A note of the user to themselves; it is gone by `until`, in UTC."""

    id: UUID
    text: str
    until: datetime


def room_of(user: User) -> RoomView:
    """Return the user's own list: two queries."""
    rows = RoomLine.objects.filter(user=user).select_related("user").order_by("place", "pk")
    chosen = Preferences.objects.filter(user=user).values_list("room_lead", flat=True).first()
    return RoomView(
        lines=tuple(LineView(id=row.pk, text=row.text, ticked=row.ticked) for row in rows), lead=chosen or ""
    )


def jottings_of(user: User, *, now: datetime) -> tuple[JottingView, ...]:
    """Return the user's notes to themselves, newest first, without those whose time is over: one query."""
    rows = Jotting.objects.filter(user=user, written_at__gt=now - JOTTINGS_KEPT).select_related("user")
    return tuple(
        JottingView(id=row.pk, text=row.text, until=row.written_at + JOTTINGS_KEPT)
        for row in rows.order_by("-written_at", "pk")
    )
