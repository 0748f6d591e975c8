"""What is there before the first time is offered: the overview with made-up times, and how it goes away for good."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.operations import close_first_steps
from accounts.requests import user_of
from scheduler.web.first_steps import shows_first_steps
from scheduler.web.responses import see_other
from scheduler.web.sample_overview import sample_of


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """Show the overview with made-up times; once it has gone, lead to the reader's own."""
    if not shows_first_steps(request):
        return see_other("agenda")
    context = {"sample": sample_of(request, user_of(request), now=timezone.now())}
    return render(request, "scheduler/sample.html", context)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Show the reader no first steps and no sample any more."""
    close_first_steps(user=user_of(request))
    return see_other("agenda")
