"""Reads about a person: what the page of linking shows."""

import datetime
from dataclasses import dataclass
from typing import Literal

from accounts import codes, linking
from accounts.models import Breaker, Invitation, User


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """Where a user stands with linking. `code`, `link` and `expires_at` belong to "open", `words` to "pairing"."""

    state: Literal["linked", "pairing", "open", "new"]
    words: str = ""
    pressed: bool = False
    code: str = ""
    link: str = ""
    expires_at: datetime.datetime | None = None


def link_view(*, user: User, now: datetime.datetime) -> LinkView:
    """Return what `user` sees on the page of linking; it shows their own press, never the other's."""
    if hasattr(user, "partner"):
        return LinkView(state="linked")
    if pairing := linking.pairing_of(user_id=user.pk, now=now):
        mine = pairing.inviter_pressed_at if pairing.inviter_id == user.pk else pairing.redeemer_pressed_at
        return LinkView(state="pairing", words=pairing.words, pressed=mine is not None)
    invitation = Invitation.objects.filter(inviter=user, redeemer__isnull=True, expires_at__gt=now).first()
    if invitation is None:
        return LinkView(state="new")
    code = codes.code_of(invitation.pk)
    return LinkView(state="open", code=codes.shown(code), link=codes.link_for(code), expires_at=invitation.expires_at)


def open_breakers() -> list[Breaker]:
    """Return the breakers that are open, by channel: each with its failures in a row, since when, and its next probe.

    None in a healthy installation; one row a channel at most.
    """
    return list(Breaker.objects.filter(retry_at__isnull=False).order_by("channel"))
