"""Stands before each view: a session that was left alone is locked, and some acts ask once more who it is.

Which addresses are open in a locked session, and which ask once more, is said in the settings (`LOCK_PASSES`,
`STEP_UP_TO_SEE`, `STEP_UP_TO_ACT`): nothing that closes ever asks.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from accounts.signin import held, idle

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionGuardMiddleware:
    """Locks idle sessions and asks once more who it is. `request.locked` tells templates which of the two it was."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        request.locked = False  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Lead to showing who one is, or let the view answer."""
        user, now = request.user, timezone.now()
        if not isinstance(user, User):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if idle.is_locked(request.session, user=user, now=now):
            request.locked = True  # type: ignore[attr-defined]
            return None if name in settings.LOCK_PASSES else _unlock(request, user)
        if _is_a_person(request):
            idle.touch(request.session, user=user, now=now)
        if request.method not in SAFE:
            held.drop(request.session)  # it is being sent, or something else is
        if _asks_again(request, name) and not idle.has_just_shown(request.session, now=now):
            again: HttpResponse = suspend_request(request, _door(user))
            return again
        return None


def _is_a_person(request: HttpRequest) -> bool:
    """Return whether somebody is there: what a script fetches by itself keeps no session awake."""
    return request.method not in SAFE or request.headers.get("Sec-Fetch-Dest", "document") != "empty"


def _asks_again(request: HttpRequest, name: str | None) -> bool:
    return name in settings.STEP_UP_TO_SEE or (name in settings.STEP_UP_TO_ACT and request.method not in SAFE)


def _unlock(request: HttpRequest, user: User) -> HttpResponse:
    """Lead to the way in and from there back; what was typed is kept."""
    back = request.get_full_path()
    if request.method not in SAFE:
        held.hold(request)
        back = reverse("account-held")
    return redirect(f"{_door(user)}?{urlencode({'next': back})}")


def _door(user: User) -> str:
    """Return where this user shows who they are: by password, passkey or code, whichever they have."""
    return str(get_adapter().get_reauthentication_methods(user)[0]["url"])
