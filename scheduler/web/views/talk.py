"""The room for talking: a deck of cards, each answered for oneself and shown once both share it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import user_of
from scheduler.domain.talk import Card, lines_of
from scheduler.models.room import LONGEST_LINE
from scheduler.operations.room import add_lines
from scheduler.operations.talk import delete_answer, keep_answer, share_card, stop_sharing
from scheduler.queries.talk import card_view
from scheduler.web.responses import see_other
from scheduler.web.talk_forms import forms_of, version_in
from scheduler.web.talk_page import card_page, deck_of


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show the deck, and lead to the other rooms."""
    return render(request, "scheduler/talk/hub.html", {"deck": deck_of(user_of(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, card: Card) -> HttpResponse:
    """Show a card; keep the reader's own answers, or put both side by side where one changed meanwhile."""
    if request.method != "POST":
        return card_page(request, card)
    user, forms = user_of(request), forms_of(request.POST, card=card)
    if not all(form.is_valid() for form in forms.values()):
        return card_page(request, card, forms=forms, status=422)
    stale = {
        each: form
        for each, form in forms.items()
        if not keep_answer(user=user, card=each, text=form.text(), version=form.seen_version())
    }
    if stale:
        return card_page(request, card, forms=stale, changed=True, status=409)
    messages.success(request, gettext("Saved."))
    return see_other("card", card)


@require_POST
def share(request: HttpRequest, card: Card) -> HttpResponse:
    """Press "Share this card", for the answer that the page showed."""
    if not share_card(user=user_of(request), card=card, version=version_in(request.POST.get("version"))):
        messages.info(request, gettext("This changed meanwhile. Have a look, and press again if you like."))
    return see_other("card", card)


@require_POST
def stop(request: HttpRequest, card: Card) -> HttpResponse:
    """Take one's own press back, from the card or from the hub; pressing twice is as friendly as once."""
    stop_sharing(user=user_of(request), card=card)
    messages.success(request, gettext("Done. Your answer is yours alone again."))
    return see_other("talk") if "hub" in request.POST else see_other("card", card)


@require_POST
def delete(request: HttpRequest, card: Card) -> HttpResponse:
    """Delete one's own answer; pressing twice is as friendly as once."""
    delete_answer(user=user_of(request), card=card)
    messages.success(request, gettext("Done. Nothing is kept here."))
    return see_other("card", card)


@require_POST
def to_list(request: HttpRequest) -> HttpResponse:
    """Put the lines of "what could we cut out" on one's own list for making room."""
    user = user_of(request)
    lines = lines_of(card_view(user=user, card=Card.ROOM).text, width=LONGEST_LINE)
    if add_lines(user=user, lines=lines):
        messages.info(request, gettext("Your list is full: not all of it found a place."))
    else:
        messages.success(request, gettext("It is on your list."))
    return see_other("room")
