"""Short memory: what has done its work is deleted, in batches, by whichever worker comes by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.letters import purge_letters
from accounts.models import Invitation
from accounts.operations import CoupleGone, couple_locked
from scheduler.domain.calendar_stay import cancelled_left_by, confirmed_left_by
from scheduler.models import CalendarEntry, KindNote, Notice, Offer, Slot, Undo
from scheduler.operations.feeds import purge_feeds

PAST_TIMES_KEPT = timedelta(days=7)
NOTES_KEPT = timedelta(days=7)
NOTICES_KEPT = timedelta(days=1)
_Status = CalendarEntry.Status


def purge(*, now: datetime, limit: int = 500) -> int:
    """Delete what is past its keeping, at most `limit` rows of each sort; returns how many rows are gone.

    Past plans go 7 days after their end, entries as `scheduler.domain.calendar_stay` says, kind notes after 7
    days, undos, invitations and sessions when they expire, notices a day later, ended feeds after 30 days.
    """
    gone = sum(sweep(now, limit) for sweep in _SWEEPS)
    gone += purge_letters(now=now) + purge_feeds(now=now, limit=limit)
    SessionStore.clear_expired()
    _truncate_log()
    return gone


def _past_times(now: datetime, limit: int) -> int:
    """Delete past plans couple by couple, under the lock of each, so that no act of theirs meets half a plan."""
    rows = Slot.objects.filter(confirmed_at__isnull=False, ends_at__lt=now - PAST_TIMES_KEPT).order_by("ends_at")
    couples = dict.fromkeys(rows.values_list("couple_id", flat=True)[:limit])
    return sum(_past_times_of(couple_id, now) for couple_id in couples)


def _past_times_of(couple_id: UUID, now: datetime) -> int:
    try:
        with couple_locked(couple_id):
            past = Slot.objects.filter(
                couple_id=couple_id, confirmed_at__isnull=False, ends_at__lt=now - PAST_TIMES_KEPT
            )
            offers = list(past.values_list("offer_id", flat=True))
            return Offer.objects.filter(pk__in=offers).delete()[0]
    except CoupleGone:
        return 0


def _entries(now: datetime, limit: int) -> int:
    past = CalendarEntry.objects.filter(status=_Status.CONFIRMED, ends_at__lte=confirmed_left_by(now))
    tombstones = CalendarEntry.objects.filter(status=_Status.CANCELLED, ends_at__lte=cancelled_left_by(now))
    return _delete(past, "ends_at", limit) + _delete(tombstones, "ends_at", limit)


def _kind_notes(now: datetime, limit: int) -> int:
    return _delete(KindNote.objects.filter(created_at__lt=now - NOTES_KEPT), "created_at", limit)


def _notices(now: datetime, limit: int) -> int:
    return _delete(Notice.objects.filter(expires_at__lt=now - NOTICES_KEPT), "expires_at", limit)


def _undos(now: datetime, limit: int) -> int:
    return _delete(Undo.objects.filter(expires_at__lt=now), "expires_at", limit)


def _invitations(now: datetime, limit: int) -> int:
    return _delete(Invitation.objects.filter(expires_at__lt=now), "expires_at", limit)


_SWEEPS: tuple[Callable[[datetime, int], int], ...] = (
    _past_times,
    _entries,
    _kind_notes,
    _notices,
    _undos,
    _invitations,
)


def _delete(rows: QuerySet[Any], oldest_first: str, limit: int) -> int:
    """Delete the oldest `limit` of these rows; rows that another sweep is deleting are left to it."""
    with transaction.atomic():
        keys = list(
            rows.select_for_update(skip_locked=True).order_by(oldest_first).values_list("pk", flat=True)[:limit]
        )
        gone: int = rows.model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001  (public by its documentation)
        return gone


def _truncate_log() -> None:
    """On SQLite, write the log into the database file and empty it: deleted text must not stay on in the log."""
    if settings.DATABASE_IS_SQLITE and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
