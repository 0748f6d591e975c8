"""Writes about people and couples. One public call is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Subquery

from accounts.models import Couple, User
from accounts.statements import changed

LOCK_TIMEOUT = "3s"
_TAKE = "UPDATE accounts_couple SET rev = rev + 1 WHERE id = %s"


class CoupleGone(Exception):
    """The couple has been ended; nothing shared is left to act on."""


@contextmanager
def couple_locked(couple_id: UUID | Subquery) -> Iterator[None]:
    """Run the block in a transaction in which no other act of this couple runs.

    The first statement is a write to the couple's row, which serialises the two partners on PostgreSQL (row lock) and
    on SQLite (write lock) alike: everything read after it is current. Raises `CoupleGone` when there is no such
    couple, and lets `OperationalError` through when the lock cannot be had within 3 seconds (PostgreSQL) or the busy
    timeout (SQLite). A subquery finds the couple in that first statement.
    """
    with transaction.atomic():
        _wait_briefly()
        if not _taken(couple_id):
            raise CoupleGone
        yield


@contextmanager
def users_locked(*user_ids: UUID) -> Iterator[None]:
    """Run the block in a transaction in which no other block like it runs for any of these users.

    The rows are locked in the order of their ids, so that two calls never wait for each other. Lets
    `OperationalError` through like `couple_locked`.
    """
    with transaction.atomic():
        _wait_briefly()
        lock_users(*user_ids)
        yield


def lock_users(*user_ids: UUID) -> None:
    """Hold the rows of these users until the transaction at hand ends; on SQLite it holds every row already."""
    users = User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    list(users.values_list("pk", flat=True))


def change_personal_settings(*, user: User, name: str, time_zone: str, language: str, clock: str) -> None:
    """Save how `user` is shown time and text. The form has checked that zone, language and clock exist."""
    user.name, user.time_zone, user.language, user.clock = name, time_zone, language, clock
    user.save(update_fields=["name", "time_zone", "language", "clock"])


def note_browser_language(*, user: User, language: str) -> None:
    """Save what the browser asked for with which `user` signs in, for mails to who chose no language."""
    if user.browser_language != language:
        user.browser_language = language
        user.save(update_fields=["browser_language"])


def change_lock(*, user: User, minutes: int) -> None:
    """Save after how many minutes of idleness a session of `user` locks; 0 is never. The form has checked them."""
    user.lock_minutes = minutes
    user.save(update_fields=["lock_minutes"])


def close_first_steps(*, user: User) -> None:
    """Show `user` the first steps and the sample no more; there is no way back, and twice is the same."""
    user.shows_first_steps = False
    user.save(update_fields=["shows_first_steps"])


def change_time_zone(*, user: User, time_zone: str) -> None:
    """Save by which clocks `user` is shown time. The form has checked that the zone exists."""
    user.time_zone = time_zone
    user.save(update_fields=["time_zone"])


def _taken(couple_id: UUID | Subquery) -> bool:
    if isinstance(couple_id, UUID):
        return changed(_TAKE, couple_id) == 1
    return Couple.objects.filter(pk=couple_id).update(rev=F("rev") + 1) == 1


def _wait_briefly() -> None:
    """Wait for a lock three seconds at most; on SQLite the connection's busy timeout holds."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
