"""A form that reached a locked session: kept, sealed, until its sender has shown who they are and sends it again."""

import json
from dataclasses import dataclass
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.envelope import SealBrokenError
from accounts.signin.sealing import seal, unseal

_HELD: Final = "held"
_OURS: Final = frozenset({"csrfmiddlewaretoken"})


@dataclass(frozen=True)
class Held:
    """Where the form was sent, and its fields as name and value."""

    path: str
    fields: list[tuple[str, str]]


def hold(request: HttpRequest) -> None:
    """Keep the form of this request; an earlier one makes way."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in _OURS for value in values]
    request.session[_HELD] = seal(json.dumps([request.get_full_path(), fields]))


def held_in(session: SessionBase) -> Held | None:
    """Return the form that waits in this session; None when there is none, or none that this server can read."""
    try:
        path, fields = json.loads(unseal(session[_HELD]))
    except (KeyError, SealBrokenError):
        return None
    return Held(path, [(name, value) for name, value in fields])


def drop(session: SessionBase) -> None:
    """Let the form go: it has been sent, or its sender doesn't want it any more."""
    session.pop(_HELD, None)
