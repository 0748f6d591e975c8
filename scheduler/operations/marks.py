"""Marking what one would welcome, in private, and the weekly tick that finds what two have in common."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from scheduler.domain.marks import MOST_OWN, OWN, normalised, same
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.text import single_line
from scheduler.models import InCommon, Kind, Mark, Topic
from scheduler.models.kinds import words_of
from scheduler.operations.entries import forget_kinds
from scheduler.operations.turn import turn_of_user


def change_marks(
    *, user: User, topic: Topic, chosen: Collection[str], kept: Collection[UUID], written: str, now: datetime
) -> None:
    """Make the marks of `user` on one list these: the `chosen` words, the `kept` ones of their own, and one `written`.

    What is new is private, and the partner sees nothing of it before a tick finds it on both sides. What is not among
    them any more is taken out at once; where both saw it, it disappears for both, and times that were meant for it are
    time together again, in calendars too. Nobody is told. Raises `Problem` (TOO_MANY_OWN) where the list of one's own
    words is full, and ValueError for a word that no form lets through.
    """
    if unknown := set(chosen) - {word for word, _ in words_of(topic)}:
        raise ValueError(unknown)
    with turn_of_user(user):
        mine = list(user.marks.filter(topic=topic))
        stay = [mark for mark in mine if mark.what in chosen or (mark.written and mark.pk in kept)]
        wanted = {*chosen, *_own(stay, written)} - {mark.what for mark in stay}
        _take_out([mark.pk for mark in mine if mark not in stay], now)
        Mark.objects.bulk_create(Mark(user=user, topic=topic, what=what, marked_at=now) for what in sorted(wanted))


def kind_named(*, couple_id: UUID, code: str) -> InCommon | None:
    """Return the kind that the two have in common under this code; None, the default, for everything else."""
    if code == Kind.TOGETHER:
        return None
    rows = InCommon.objects.filter(couple_id=couple_id, topic=Topic.KIND).select_related("couple")
    return next((row for row in rows if row.code == code), None)


def _own(stay: Collection[Mark], written: str) -> set[str]:
    """Return what was newly written, as a mark; nothing where it says what an own mark says already, or nothing."""
    text = single_line(written)
    own = {same(mark.what) for mark in stay if mark.written}
    if not normalised(text) or same(OWN + text) in own:
        return set()
    if len(own) >= MOST_OWN:
        raise Problem(Reason.TOO_MANY_OWN)
    return {OWN + text}


def _take_out(marks: Collection[UUID], now: datetime) -> None:
    ended = InCommon.objects.filter(Q(one__in=marks) | Q(other__in=marks), topic=Topic.KIND).select_related("couple")
    for row in ended:
        forget_kinds(couple_id=row.couple_id, kind=row.calendar_kind, now=now)
    Mark.objects.filter(pk__in=marks).delete()
