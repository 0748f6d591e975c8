"""The overview: what is planned, open, offered and tucked away."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.queries.agenda import Agenda, agenda
from scheduler.web.cards import card_of, groups_of
from scheduler.web.closed import reference_of
from scheduler.web.viewer import Viewer, viewer_of
from scheduler.web.visits import seat_in


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the overview; explain Pear to whoever isn't signed in, and lead on whoever isn't linked yet."""
    if not request.user.is_authenticated:
        return render(request, "scheduler/home.html")
    partner = seat_in(request)
    if partner is None:
        return render(request, "scheduler/agenda_alone.html")
    now = timezone.now()
    found = agenda(partner, now=now)
    viewer = viewer_of(partner, now=now, other_zone=found.partner_zone)
    return render(request, "scheduler/agenda.html", _shown(found, viewer))


def _shown(found: Agenda, viewer: Viewer) -> dict[str, Any]:
    return {
        "agenda": found,
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
