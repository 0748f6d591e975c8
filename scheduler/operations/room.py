"""A user's own list of what makes room before a plan. It touches nobody else's rows, and tells nobody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.operations import users_locked
from scheduler.domain.reminders import ROOM_LEADS, Lead
from scheduler.domain.text import single_line
from scheduler.models import Preferences, RoomLine
from scheduler.models.room import LONGEST_LINE, MOST_LINES
from scheduler.operations.notices import plan_reminders_of_user


def add_lines(*, user: User, lines: Iterable[str]) -> list[str]:
    """Put lines at the end of the user's own list; returns those for which there is no room any more.

    Each is made one line of at most LONGEST_LINE characters. What is empty, or stands in the list already, whatever
    its capitals, is passed over.
    """
    with users_locked(user.pk):
        there = list(_lines_of(user))
        new = _not_among(there, lines)
        fitting = new[: max(0, MOST_LINES - len(there))]
        last = there[-1].place if there else -1
        RoomLine.objects.bulk_create(
            RoomLine(user=user, text=text, place=place) for place, text in enumerate(fitting, start=last + 1)
        )
        return new[len(fitting) :]


def tick_line(*, user: User, line_id: UUID, ticked: bool) -> bool:
    """Tick a line off, or take the tick away; returns False for a line that is not there, or not this user's."""
    return bool(RoomLine.objects.filter(pk=line_id, user=user).update(ticked=ticked))


def untick_all(*, user: User) -> None:
    """Take every tick away, for the next plan."""
    RoomLine.objects.filter(user=user, ticked=True).update(ticked=False)


def remove_line(*, user: User, line_id: UUID) -> bool:
    """Delete a line; returns False for one that is not there, or not this user's."""
    return bool(RoomLine.objects.filter(pk=line_id, user=user).delete()[0])


def raise_line(*, user: User, line_id: UUID) -> bool:
    """Let a line change places with the one above it; returns False for one that is not there, or not this user's."""
    with users_locked(user.pk):
        lines = list(_lines_of(user))
        index = next((at for at, line in enumerate(lines) if line.pk == line_id), None)
        if index is None:
            return False
        if index:
            lines[index - 1], lines[index] = lines[index], lines[index - 1]
        for place, line in enumerate(lines):
            line.place = place
        RoomLine.objects.bulk_update(lines, ["place"])
        return True


@transaction.atomic
def remind_of_room(*, user: User, lead: Lead | None, now: datetime) -> None:
    """Have the user reminded of their own list at `lead` before each plan, or not at all (None); plans them anew.

    Raises ValueError for a lead that no form lets through.
    """
    if lead is not None and lead not in ROOM_LEADS:
        raise ValueError(lead)
    Preferences.objects.get_or_create(user=user)
    Preferences.objects.filter(user=user).update(room_lead=lead or "")
    plan_reminders_of_user(user=user, now=now)


def _lines_of(user: User) -> Iterable[RoomLine]:
    return RoomLine.objects.filter(user=user).select_related("user").order_by("place", "pk")


def _not_among(there: list[RoomLine], lines: Iterable[str]) -> list[str]:
    known = {line.text.casefold() for line in there}
    new: dict[str, str] = {}
    for text in map(_fit, lines):
        if text and text.casefold() not in known:
            new.setdefault(text.casefold(), text)
    return list(new.values())


def _fit(text: str) -> str:
    return single_line(text)[:LONGEST_LINE].rstrip()
