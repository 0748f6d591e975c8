"""The library: short cards to read, for whoever likes to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scheduler.web.library import LIBRARY


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show all cards."""
    return render(request, "scheduler/talk/library.html", {"cards": LIBRARY})
