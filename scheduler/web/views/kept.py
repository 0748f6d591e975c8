"""What a browser shows without a network: the plans, if their owner has them kept there, or nothing of anybody."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import user_of
from scheduler.queries.slots import planned_periods
from scheduler.web.viewer import viewer_of
from scheduler.web.visits import seat_in

LONGEST = datetime.timedelta(days=7)


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Show when something is planned, and nothing else. `Kept-For` is how long it may be kept, in seconds.

    That is as long as Pear does not lock by itself; where it never does, a week.
    """
    partner, now = seat_in(request), timezone.now()
    moments = []
    if partner is not None:
        viewer = viewer_of(partner, now=now)
        moments = [viewer.moment(*period) for period in planned_periods(partner, now=now)]
    response = render(request, "scheduler/kept.html", {"moments": moments})
    lock = datetime.timedelta(minutes=user_of(request).lock_minutes)
    response.headers["Kept-For"] = str(int((lock or LONGEST).total_seconds()))
    return response


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network: the same for everybody, in the reader's language."""
    return render(request, "scheduler/offline.html")
