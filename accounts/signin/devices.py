"""The devices on which an account is open: allauth's rows, without network addresses, and their sessions."""

import datetime
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.signin import idle
from accounts.signin.device_names import device_name

NOWHERE = "0.0.0.0"  # nosec B104  # noqa: S104  (not listened on: allauth's column must hold one, and this tells nothing)


@dataclass(frozen=True, kw_only=True)
class Device:
    """One device on the page. `last_seen_on` is a day (UTC), never a moment."""

    id: int
    name: str
    signed_in_on: datetime.date
    last_seen_on: datetime.date | None
    is_this_one: bool


def devices_of(*, user: User, this_session: str | None, now: datetime.datetime) -> list[Device]:
    """Return where `user` is signed in, the newest first; `this_session` is the key of the reader's own session."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    sessions = {session.session_key: session for session in alive}
    return [
        Device(
            id=row.pk,
            name=row.user_agent,
            signed_in_on=row.created_at.date(),
            last_seen_on=idle.last_seen_on(sessions[row.session_key].get_decoded()),
            is_this_one=row.session_key == this_session,
        )
        for row in rows
        if row.session_key in sessions
    ]


def end_device(*, user: User, device_id: int) -> None:
    """Sign one device of `user` out; one that isn't there, or isn't theirs, is left as it is."""
    _end(UserSession.objects.filter(user=user, pk=device_id))


def end_devices(*, user: User, but: str | None = None) -> None:
    """Sign every device of `user` out, but for the session with the key `but`."""
    _end(UserSession.objects.filter(user=user).exclude(session_key=but or ""))


def forget_session(*, session_key: str) -> None:
    """Delete the row of a session that ends by itself."""
    UserSession.objects.filter(session_key=session_key).delete()


def purge_sessions(*, now: datetime.datetime, limit: int) -> int:
    """Delete the `limit` sessions that ended first, with their rows; returns how many sessions that were."""
    ended = Session.objects.filter(expire_date__lt=now).order_by("expire_date")
    keys = list(ended.values_list("pk", flat=True)[:limit])
    return _forget(keys) if keys else 0


def purge_devices() -> int:
    """Delete the rows whose sessions went without them; returns how many. It looks at every row there is."""
    left = UserSession.objects.filter(~Exists(Session.objects.filter(pk=OuterRef("session_key"))))
    gone: int = left.delete()[0]
    return gone


def neutralise(row: UserSession) -> None:
    """Leave nothing in a row about to be saved but what its owner needs to know their devices apart."""
    row.ip, row.user_agent = NOWHERE, device_name(row.user_agent)


def _end(rows: object) -> None:
    with transaction.atomic():
        _forget(list(rows.values_list("session_key", flat=True)))  # type: ignore[attr-defined]


def _forget(keys: list[str]) -> int:
    """Delete the sessions with these keys, and their rows; returns how many sessions that were."""
    with transaction.atomic():
        gone: int = Session.objects.filter(session_key__in=keys).delete()[0]
        UserSession.objects.filter(session_key__in=keys).delete()
        return gone
