"""A user's notes to themselves. They touch nobody else's rows, and tell nobody."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.operations import users_locked
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.text import several_lines
from scheduler.models import Jotting
from scheduler.models.jotting import MOST_JOTTINGS


def jot_down(*, user: User, text: str, now: datetime) -> None:
    """Keep a note of `user` to themselves; the form has checked its length. Nothing but blanks is no note.

    Raises Problem(NOT_POSSIBLE) while there are MOST_JOTTINGS already.
    """
    kept = several_lines(text)
    if not kept:
        return
    with users_locked(user.pk):
        if Jotting.objects.filter(user=user).count() >= MOST_JOTTINGS:
            raise Problem(Reason.NOT_POSSIBLE)
        Jotting.objects.create(user=user, text=kept, written_at=now)


def tear_out(*, user: User, jotting_id: UUID) -> bool:
    """Delete a note; returns False for one that is not there, or not this user's."""
    return bool(Jotting.objects.filter(pk=jotting_id, user=user).delete()[0])
