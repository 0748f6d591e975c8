"""The part of the overview that changes, with a validator: who has it already is told so, and nothing more.

The validator is made of the very bytes that are shown, and of nothing else; so it can tell no more than they do. Only
the proof against forgery, which is another one each time, is left out of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import Partner
from scheduler.queries.agenda import Agenda, agenda
from scheduler.web.cards import card_of, groups_of
from scheduler.web.closed import reference_of
from scheduler.web.days import weeks_ahead
from scheduler.web.viewer import Viewer, viewer_of


@dataclass(frozen=True)
class Part:
    """The markup, and its strong ETag with the quotes (RFC 9110, 8.8.3)."""

    html: SafeString
    etag: str


def seen_by(partner: Partner, *, now: datetime) -> tuple[Agenda, Viewer]:
    """Return this partner's overview, and by whose clocks it is read: four queries."""
    found = agenda(partner, now=now)
    return found, viewer_of(partner, now=now, other_zone=found.partner_zone)


def overview_part(request: HttpRequest, partner: Partner, *, now: datetime) -> Part:
    """Return the part of the overview that changes, as this partner sees it at `now`."""
    return rendered(request, shown(*seen_by(partner, now=now)))


def rendered(request: HttpRequest, context: dict[str, Any]) -> Part:
    """Return the part that shows `context`, which `shown` made; asks the database for nothing."""
    token = get_token(request)
    html = render_to_string("scheduler/agenda_part.html", context | {"csrf_token": token}, request)
    tag = hashlib.sha256(html.replace(token, "").encode()).hexdigest()[:32]
    return Part(html=html, etag=f'"{tag}"')


def shown(found: Agenda, viewer: Viewer) -> dict[str, Any]:
    """Return what the template of the part reads."""
    return {
        "agenda": found,
        "sheet": weeks_ahead(found, viewer),
        "planned": [card_of(view, viewer) for view in found.planned],
        "open_to_me": groups_of(found.open_to_me, viewer, others=found.offered_by_me),
        "drafted": groups_of(found.drafted, viewer, others=found.offered_by_me),
        "offered_by_me": groups_of(found.offered_by_me, viewer),
        "tucked_away": groups_of(found.tucked_away, viewer),
        "undoable": [
            (undo.slot_id, viewer.moment(undo.starts_at, undo.ends_at), reference_of(viewer.partner, undo.slot_id))
            for undo in found.undoable
        ],
    }
