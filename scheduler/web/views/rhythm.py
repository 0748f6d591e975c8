"""The page of a couple's rhythm: what is on, what either proposes, and the form to propose one."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits
from accounts.models import Partner
from scheduler.domain.problem import Problem, Reason
from scheduler.operations.rhythm import (
    agree_to_rhythm,
    propose_rhythm,
    put_rhythm_aside,
    stop_rhythm,
    withdraw_rhythm,
)
from scheduler.queries.rhythm import Rhythms, rhythms_of
from scheduler.web.fields import id_in
from scheduler.web.responses import see_other
from scheduler.web.rhythm_card import rhythm_card
from scheduler.web.rhythm_form import RhythmForm
from scheduler.web.viewer import Viewer, viewer_of
from scheduler.web.visits import seat_in

Act = Callable[[HttpRequest, Partner], object]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the rhythm and what is proposed; a POST proposes one."""
    partner, now = seat_in(request), timezone.now()
    if partner is None:
        return redirect("link")
    viewer, found = viewer_of(partner, now=now), rhythms_of(partner, now=now)
    known = found.mine or found.theirs or found.on
    data = request.POST if request.method == "POST" else None
    form = RhythmForm(data, viewer=viewer, known=known)
    if form.is_valid() and _has_room(request, form):
        try:
            _say(request, begun=propose_rhythm(partner=partner, pattern=form.pattern(), now=now))
            return see_other("rhythm")
        except Problem as problem:
            form.tell(problem)
    context = _cards(found, viewer) | {"form": form}
    return render(request, "scheduler/rhythm.html", context, status=422 if form.errors else 200)


def _has_room(request: HttpRequest, form: RhythmForm) -> bool:
    """Return whether this user may put something forward again: each change of it comes into the other's sight."""
    if limits.may_offer(request):
        return True
    form.add_error(None, _("That was a lot at once. Try again in a few minutes."))
    return False


def _cards(found: Rhythms, viewer: Viewer) -> dict[str, Any]:
    views = {"on": found.on, "mine": found.mine, "theirs": found.theirs, "aside": found.aside}
    return {name: rhythm_card(view, viewer) if view else None for name, view in views.items()}


def _say(request: HttpRequest, *, begun: bool) -> None:
    if begun:
        messages.success(request, _("You both said yes to this rhythm. Either of you can stop it, any time."))
    else:
        messages.success(request, _("Put forward. If it suits you both, it begins."))


def _press(act: Act) -> Callable[[HttpRequest], HttpResponse]:
    """Make a view of one press on this page: whatever comes of it, the page shows how it is now."""

    @require_POST
    @wraps(act)
    def answer(request: HttpRequest) -> HttpResponse:
        partner = seat_in(request)
        if partner is None:
            return redirect("link")
        try:
            act(request, partner)
        except Problem:
            messages.info(request, _("That is no longer open. This is how it is now."))
        return see_other("rhythm")

    return answer


@_press
def agree(request: HttpRequest, partner: Partner) -> None:
    """Say yes to what the partner proposes."""
    agree_to_rhythm(partner=partner, rhythm_id=_named(request), now=timezone.now())
    _say(request, begun=True)


@_press
def aside(request: HttpRequest, partner: Partner) -> None:
    """Put the partner's proposal out of one's own sight (`on` is 1), or back into it. Nobody else can tell."""
    away = request.POST.get("on") == "1"
    put_rhythm_aside(partner=partner, rhythm_id=_named(request), away=away, now=timezone.now())
    if away:
        messages.success(request, _("That's fine. Nothing was sent."))


@_press
def withdraw(request: HttpRequest, partner: Partner) -> None:
    """Take one's own proposal back."""
    withdraw_rhythm(partner=partner, rhythm_id=_named(request), now=timezone.now())
    messages.success(request, _("Done. It is taken back."))


@_press
def stop(request: HttpRequest, partner: Partner) -> None:
    """Stop the rhythm at once. Pressing twice is as friendly."""
    stop_rhythm(partner=partner)
    messages.success(request, _("Done. No more times are drafted."))


def _named(request: HttpRequest) -> UUID:
    """Return the id that the form names; raises `Problem` (NO_LONGER_OPEN) for what is none."""
    if found := id_in(request.POST.get("rhythm")):
        return found
    raise Problem(Reason.NO_LONGER_OPEN)
