"""What stands about a user outside their own rows: sessions, counts of tries, mails written as files."""

import datetime
import hashlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction

CACHE_TABLE = str(settings.CACHES["default"]["LOCATION"])
MAIL_FILES_KEPT = datetime.timedelta(days=7)


def forget_leftovers(*, user_id: UUID, address: str) -> None:
    """End every session of this user, or that was about to become theirs, and forget their tries and their mails.

    Files go once the transaction has committed.
    """
    _end_sessions(str(user_id), address.lower())
    _forget_counts(str(user_id), address)
    transaction.on_commit(lambda: _forget_mail_files(address.lower()))


def purge_counts(*, now: datetime.datetime) -> int:
    """Delete counts of tries that no longer count: the cache itself would keep them until it is full."""
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(f"DELETE FROM {CACHE_TABLE} WHERE expires < %s", [moment])  # nosec B608  # noqa: S608  (a name of our own)
        return int(cursor.rowcount)


def purge_mail_files(*, now: datetime.datetime) -> int:
    """Delete mails that were written as files more than seven days ago; returns how many."""
    limit = (now - MAIL_FILES_KEPT).timestamp()
    old = [path for path in _mail_files() if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _end_sessions(*told: str) -> None:
    """Delete the sessions that hold any of these words. Only the server can read them, so it reads each."""
    theirs = [
        session.session_key
        for session in Session.objects.iterator()
        if any(word in str(session.get_decoded()).lower() for word in told)
    ]
    Session.objects.filter(session_key__in=theirs).delete()


def _forget_counts(user_id: str, address: str) -> None:
    """Delete what is counted for the user or, under a hash of it, for their address."""
    spellings = {address, address.lower()}
    words = [user_id, *(hashlib.sha256(spelling.encode()).hexdigest() for spelling in spellings)]
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute(f"DELETE FROM {CACHE_TABLE} WHERE cache_key LIKE %s", [f"%{word}%"])  # nosec B608  # noqa: S608


def _forget_mail_files(address: str) -> None:
    for path in _mail_files():
        headers = message_from_bytes(path.read_bytes(), policy=policy.default)
        if address in {reader.lower() for _, reader in getaddresses(map(str, headers.get_all("To", [])))}:
            path.unlink(missing_ok=True)


def _mail_files() -> Iterator[Path]:
    """Yield the mails that the folder of a Pear without a mail server holds."""
    yield from Path(settings.EMAIL_FILE_PATH).glob("*.eml")
