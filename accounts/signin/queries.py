"""Reads about how a person signs in."""

import datetime
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """One passkey on the page; days are UTC."""

    id: int
    name: str
    added_on: datetime.date
    used_on: datetime.date | None


@dataclass(kw_only=True)
class Ways:
    """How a person can sign in, beside a code by mail. `codes_left` is None where there are no recovery codes."""

    has_password: bool
    passkeys: list[Passkey] = field(default_factory=list)
    has_app: bool = False
    codes_left: int | None = None


def ways_of(*, user: User) -> Ways:
    """Return how `user` signs in; their passkeys in the order in which they came."""
    ways = Ways(has_password=user.has_usable_password())
    for kept in Authenticator.objects.filter(user=user).order_by("pk"):
        if kept.type == Authenticator.Type.WEBAUTHN:
            ways.passkeys.append(_passkey(kept))
        elif kept.type == Authenticator.Type.TOTP:
            ways.has_app = True
        else:
            ways.codes_left = len(kept.wrap().get_unused_codes())
    return ways


def _passkey(kept: Authenticator) -> Passkey:
    used_on = kept.last_used_at.date() if kept.last_used_at else None
    return Passkey(id=kept.pk, name=kept.wrap().name, added_on=kept.created_at.date(), used_on=used_on)
