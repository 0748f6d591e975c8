"""When a session was last used, when its person last showed who they are, and when it is locked.

Three numbers in the session, in seconds since 1970. A locked session is not lost: it opens again with the password, a
passkey, a code.
"""

import datetime
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User

SHOWN_FOR = datetime.timedelta(minutes=5)  # as long as ACCOUNT_REAUTHENTICATION_TIMEOUT
_SEEN: Final = "seen_at"
_SHOWN: Final = "shown_at"
_MINUTE: Final = 60
_DAY: Final = 24 * 3600


def show(session: SessionBase, *, now: datetime.datetime) -> None:
    """Note that the person has just shown who they are; a locked session is open again."""
    session[_SEEN] = session[_SHOWN] = int(now.timestamp())


def is_locked(session: SessionBase, *, user: User, now: datetime.datetime) -> bool:
    """Return whether the session has been idle for longer than its user chose."""
    limit = user.lock_minutes * _MINUTE
    return bool(limit) and _seconds_since(session.get(_SEEN), now) >= limit


def touch(session: SessionBase, *, user: User, now: datetime.datetime) -> None:
    """Note that the session is in use: once a minute where it may lock, else once a day, and no finer than that."""
    if _seconds_since(session.get(_SEEN), now, unknown=_DAY) >= (_MINUTE if user.lock_minutes else _DAY):
        session[_SEEN] = int(now.timestamp())


def has_just_shown(session: SessionBase, *, now: datetime.datetime) -> bool:
    """Return whether the person has shown who they are within the last five minutes."""
    return _seconds_since(session.get(_SHOWN), now, unknown=_DAY) < SHOWN_FOR.total_seconds()


def last_seen_on(data: dict[str, Any]) -> datetime.date | None:
    """Return the day (UTC) on which the session with this content was last used; None when it doesn't say."""
    seen = data.get(_SEEN)
    return None if seen is None else datetime.datetime.fromtimestamp(seen, datetime.UTC).date()


def _seconds_since(moment: Any, now: datetime.datetime, *, unknown: float = 0) -> float:
    """Return the seconds since `moment`; a session that doesn't know counts as `unknown`."""
    return unknown if moment is None else now.timestamp() - moment
