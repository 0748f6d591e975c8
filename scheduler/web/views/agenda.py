"""The overview: what is planned, open, offered and tucked away; the same by the month, and the plans for paper."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.requests import user_of
from scheduler.web.cards import card_of
from scheduler.web.days import month as month_of
from scheduler.web.first_steps import shows_first_steps
from scheduler.web.overview import overview_part, seen_by
from scheduler.web.own_zone import own_zone
from scheduler.web.responses import see_other
from scheduler.web.visits import seat_in


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the overview; explain Pear to whoever isn't signed in, and lead on whoever isn't linked yet."""
    if not request.user.is_authenticated:
        return render(request, "scheduler/home.html")
    partner, now = seat_in(request), timezone.now()
    context = {"first_steps": shows_first_steps(request), "zone": own_zone(user_of(request), now=now)}
    if partner is None:
        return render(request, "scheduler/agenda_alone.html", context)
    return render(request, "scheduler/agenda.html", context | {"part": overview_part(request, partner, now=now)})


@require_safe
def part(request: HttpRequest) -> HttpResponse:
    """Answer with the part that changes, or with 304 where the asker has it already (RFC 9110, 13.1.2)."""
    partner = seat_in(request)
    if partner is None:
        return see_other("link")
    found = overview_part(request, partner, now=timezone.now())
    response = HttpResponse(found.html, headers={"ETag": found.etag})
    return get_conditional_response(request, etag=found.etag, response=response) or response


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show one month, day by day."""
    partner = seat_in(request)
    if partner is None:
        return see_other("link")
    sheet = month_of(*seen_by(partner, now=timezone.now()), asked=request.GET.get("month", ""))
    return render(request, "scheduler/month.html", {"sheet": sheet})


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans as they may lie on a table: days and times, and not a word more."""
    partner = seat_in(request)
    if partner is None:
        return see_other("link")
    found, viewer = seen_by(partner, now=timezone.now())
    return render(request, "scheduler/plans.html", {"planned": [card_of(view, viewer) for view in found.planned]})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show which keys lead where, and how to switch them on and off."""
    return render(request, "scheduler/keys.html")
