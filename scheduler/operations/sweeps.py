"""Short memory: what has done its work is deleted, in batches, by whichever worker comes by."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.leftovers import purge_counts, purge_mail_files
from accounts.letters import purge_letters
from accounts.operations import CoupleGone, couple_locked
from accounts.signin.devices import purge_devices, purge_sessions
from scheduler.domain.calendar_stay import cancelled_left_by, confirmed_left_by
from scheduler.domain.retention import KEPT, PAST_TIMES_KEPT, Keeping, Until
from scheduler.models import CalendarEntry, Offer, Slot
from scheduler.operations.feeds import purge_feeds

_Status = CalendarEntry.Status


def purge(*, now: datetime, limit: int = 500) -> int:
    """Delete what is past its keeping, at most `limit` rows of each sort; returns how many rows and files are gone.

    How long that is stands in `scheduler.domain.retention`; entries leave as `scheduler.domain.calendar_stay` says.
    """
    gone = _past_times(now, limit) + _entries(now, limit)
    gone += sum(_sweep(keeping, now, limit) for keeping in KEPT if keeping.until is Until.TIME)
    gone += purge_letters(now=now) + purge_feeds(now=now, limit=limit)
    gone += purge_counts(now=now) + purge_mail_files(now=now)
    gone += purge_sessions(now=now, limit=limit)
    if gone < limit:  # nothing is left over, so there is time for a long look
        gone += purge_devices()
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


def _sweep(keeping: Keeping, now: datetime, limit: int) -> int:
    """Delete what one row of the table of retention says, unless somebody else does."""
    if keeping.swept_with:
        return 0
    rows = apps.get_model(keeping.table)._default_manager.filter(  # noqa: SLF001  (public by its documentation)
        **{f"{keeping.since}__lt": now - keeping.kept}, **keeping.only
    )
    return _delete(rows, keeping.since, limit)


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
