"""Secret addresses under which a user's calendar program reads their times, one per device."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from accounts.fields import save_columns
from accounts.models import User
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.retention import ENDED_FEEDS_KEPT
from scheduler.models import Feed

MOST_FEEDS = 20
CALENDAR_NAME = "Times"  # until its owner names it
TOKEN_BYTES = 32
# A row is written for one fetch in twelve of a program that comes every half an hour; its owner reads that it may have
# come again since (scheduler.web.feed_health). Another program is told of at once, or nearly.
NOTED_EVERY = timedelta(hours=6)
ANOTHER_NOTED_EVERY = timedelta(minutes=1)
_NOTE = """
    UPDATE scheduler_feed SET last_fetched_at = %s, last_client = %s WHERE id = (
      SELECT id FROM scheduler_feed WHERE id = %s AND (last_fetched_at IS NULL OR last_fetched_at <= %s
        OR (last_fetched_at <= %s AND last_client <> %s)){lock})
"""


@dataclass(frozen=True, kw_only=True)
class FeedSettings:
    """What the owner chose for one device. `alarm_minutes` before the start, or None for no alarm."""

    label: str
    calendar_name: str
    title: str
    alarm_minutes: int | None
    link: bool


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_feed(*, user: User, label: str, now: datetime) -> str:
    """Make an address for one more device; return its token, which is shown once and kept nowhere.

    Raises Problem(NOT_POSSIBLE) once the user has MOST_FEEDS live addresses.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if Feed.objects.filter(user=user, ended_at=None).count() >= MOST_FEEDS:
            raise Problem(Reason.NOT_POSSIBLE)
        feed = Feed(user=user, label=label, calendar_name=CALENDAR_NAME, created_at=now, changed_at=now)
        return _new_address(feed)


def rotate_feed(*, user: User, feed_id: UUID, now: datetime) -> str:
    """Give a device a new address with the same settings; return its token. The old address ends as if revoked.

    Raises Feed.DoesNotExist unless it is a live feed of this user.
    """
    with transaction.atomic():
        feed = _live(user, feed_id)
        _end(feed.pk, now=now)
        same = {name: getattr(feed, name) for name in ("label", "calendar_name", "title", "alarm_minutes", "link")}
        return _new_address(Feed(user=user, created_at=now, changed_at=now, **same))


def revoke_feed(*, user: User, feed_id: UUID, now: datetime) -> None:
    """End an address: for 30 days it carries only the "Calendar connected" entry, so that clients drop the rest.

    Repeating it changes nothing. Raises Feed.DoesNotExist unless the feed is this user's.
    """
    feed = Feed.objects.get(pk=feed_id, user=user)
    _end(feed.pk, now=now)


def change_feed(*, user: User, feed_id: UUID, chosen: FeedSettings, now: datetime) -> None:
    """Store the owner's settings of one device; conditional clients see the change at their next fetch.

    Raises Feed.DoesNotExist unless it is a live feed of this user.
    """
    with transaction.atomic():
        feed = _live(user, feed_id)
        values = {name: value for name, value in asdict(chosen).items() if getattr(feed, name) != value}
        if values:
            save_columns(feed, **values, changed_at=now)


def end_feeds(*, user_ids: Iterable[UUID], now: datetime) -> None:
    """End every live address of these users, in the caller's transaction."""
    Feed.objects.filter(user_id__in=list(user_ids), ended_at=None).update(ended_at=now, changed_at=now)


def purge_feeds(*, now: datetime, limit: int = 500) -> int:
    """Delete addresses that ended more than 30 days ago; return how many, at most `limit`. Locked ones can wait."""
    with transaction.atomic():
        old = Feed.objects.select_for_update(skip_locked=True).filter(ended_at__lt=now - ENDED_FEEDS_KEPT)
        keys = list(old.order_by("ended_at").values_list("pk", flat=True)[:limit])
        return Feed.objects.filter(pk__in=keys).delete()[0]


def note_fetch(*, feed_id: UUID, client: str, now: datetime) -> bool:
    """Remember for the owner when this feed last came and by which kind of client; return whether that was stored.

    At most once in NOTED_EVERY, or ANOTHER_NOTED_EVERY when another kind of client came before. It never waits for a
    lock and never raises: a fetch is worth more than its note.
    """
    moments = (now, now - NOTED_EVERY, now - ANOTHER_NOTED_EVERY)
    moment, before, just_before = map(connection.ops.adapt_datetimefield_value, moments)
    feed = feed_id if connection.features.has_native_uuid_field else feed_id.hex
    lock = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    try:
        with _unwilling_to_wait(), connection.cursor() as cursor:
            cursor.execute(_NOTE.format(lock=lock), [moment, client, feed, before, just_before, client])
            return bool(cursor.rowcount == 1)
    except DatabaseError:
        return False


@contextmanager
def _unwilling_to_wait() -> Iterator[None]:
    """On SQLite, give up at once when somebody else is writing; PostgreSQL skips a locked row by itself."""
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    handle = connection.connection
    patience = handle.execute("PRAGMA busy_timeout").fetchone()[0]
    handle.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        handle.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _new_address(feed: Feed) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_hash = token_hash(token)
    feed.save(force_insert=True)
    return token


def _live(user: User, feed_id: UUID) -> Feed:
    """Return a live feed of this user, locked; its text opens with the key in hand."""
    feed = Feed.objects.select_for_update().get(pk=feed_id, user=user, ended_at=None)
    feed.user = user
    return feed


def _end(feed_id: UUID, *, now: datetime) -> None:
    Feed.objects.filter(pk=feed_id, ended_at=None).update(ended_at=now, changed_at=now)
