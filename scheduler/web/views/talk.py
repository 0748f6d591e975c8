"""The room for talking: a deck of cards, and the ways to the other rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show the deck, and lead to the other rooms."""
    return render(request, "scheduler/talk/hub.html")
