"""What one partner does alone, at once and without a reason: a break, one's own key to notes, and leaving."""

from collections.abc import Callable
from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.middleware import seat_of
from accounts.requests import user_of
from scheduler.domain.problem import Problem
from scheduler.operations.couples import leave as leave_couple
from scheduler.operations.couples import set_break
from scheduler.operations.offer_notes import switch_notes
from scheduler.queries.calendar_mails import gets_calendar_mails
from scheduler.web.responses import see_other


@require_POST
def break_set(request: HttpRequest) -> HttpResponse:
    """Begin or end the reader's own break; the field `on` is 1 or 0."""
    return _switched(request, set_break, on=gettext("Your break has begun."), off=gettext("Your break is over."))


@require_POST
def notes_set(request: HttpRequest) -> HttpResponse:
    """Turn the reader's own key to notes on offers; the field `on` is 1 or 0."""
    on = gettext("Notes are on, for your part.")
    return _switched(request, switch_notes, on=on, off=gettext("Notes are off."))


def _switched(request: HttpRequest, switch: Callable[..., object], *, on: str, off: str) -> HttpResponse:
    """Do as the form says and say so, `on` or `off`; who is in no couple any more has nothing to switch."""
    partner, wanted = seat_of(request.user), request.POST.get("on") == "1"
    if partner:
        with suppress(Problem):
            switch(partner=partner, on=wanted)
        messages.success(request, on if wanted else off)
    return see_other("settings")


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Show what leaving means; a POST leaves at once. A second press finds nothing left to do and is as friendly."""
    partner = seat_of(request.user)
    if request.method != "POST":
        context = {"partner": partner, "by_mail": gets_calendar_mails(user_of(request))}
        return render(request, "scheduler/leave.html", context)
    if partner:
        with suppress(Problem):
            leave_couple(partner=partner, tell_partner=request.POST.get("tell") == "1", now=timezone.now())
    messages.success(request, gettext("Done. You are no longer linked."))
    return see_other("agenda")
