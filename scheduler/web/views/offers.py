"""Putting times forward: a new offer, another suggestion, a move, and a change of one's own open time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import limits
from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.domain.slot import Action
from scheduler.models import Topic
from scheduler.operations.offers import Outcome, Proposal, change_time, make_offer, suggest_another
from scheduler.queries.marks import common_of
from scheduler.queries.slots import SlotView, slot_views
from scheduler.web.cards import card_of
from scheduler.web.forms import ChangeForm, OfferForm, instant_of, typed_in
from scheduler.web.quick_picks import quick_picks, with_pick
from scheduler.web.responses import see_other
from scheduler.web.shown_week import ShownWeek, marks_of, shown_week
from scheduler.web.time_row import row_of
from scheduler.web.viewer import Viewer, viewer_of
from scheduler.web.visits import Visit, seat_in, visit
from scheduler.web.week import Mark

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Purpose:
    """What a page of times is for: its words, the time that it starts from, and the operation behind its button."""

    heading: str
    submit: Callable[[Proposal], Outcome]
    intro: str = ""
    about: SlotView | None = None
    initial: Mapping[str, Any] = field(default_factory=dict)


@read_or_post
def new(request: HttpRequest) -> HttpResponse:
    """Offer one to three times."""
    partner, now = seat_in(request), timezone.now()
    if partner is None:
        return redirect("link")
    viewer = viewer_of(partner, now=now)
    purpose = Purpose(
        heading=_("Offer a time"),
        submit=lambda proposal: make_offer(partner=partner, proposal=proposal, now=now),
        initial={"times": _again(request, viewer)},
    )
    return _offer_page(request, viewer, purpose)


@read_or_post
@visit
def suggest(here: Visit) -> HttpResponse:
    """Answer an open time by other times; they replace the offer."""
    about = _known_slot(here, Action.SUGGEST)
    purpose = Purpose(
        heading=_("Suggest another time"),
        intro=_("What you suggest takes the place of this offer:"),
        about=about,
        initial={"kind": about.kind} if about else {},
        submit=lambda proposal: suggest_another(
            partner=here.partner, slot_id=here.slot_id, proposal=proposal, now=here.now
        ),
    )
    return _offer_page(here.request, here.viewer(), purpose)


@read_or_post
@visit
def move(here: Visit) -> HttpResponse:
    """Offer times that would replace a plan; it stands until both have said yes to one of them."""
    about = _known_slot(here, Action.MOVE)
    purpose = Purpose(
        heading=_("Move this time"),
        intro=_("Until you have both said yes to another time, this one stands:"),
        about=about,
        initial={"kind": about.kind} if about else {},
        submit=lambda proposal: make_offer(
            partner=here.partner, proposal=replace(proposal, moves=here.slot_id), now=here.now
        ),
    )
    return _offer_page(here.request, here.viewer(), purpose)


@read_or_post
@visit
def change(here: Visit) -> HttpResponse:
    """Change one's own open time; it is a new time then, and earlier answers to it are void."""
    viewer, view = here.viewer(), _known_slot(here, Action.CHANGE)
    if view is None:
        return here.closed()
    current = row_of(Period(view.starts_at, view.ends_at), viewer.zone)
    form = ChangeForm(
        here.request.POST if here.request.method == "POST" else None,
        zone=viewer.zone,
        now=here.now,
        initial={"time": current, "revision": view.revision},
    )
    if form.is_bound and form.is_valid() and _has_room(here.request, form):
        try:
            return _answer(here.request, _changed(here, form))
        except Problem as problem:
            _tell(form, problem, about=view)
    context = {"form": form, "card": card_of(view, viewer)}
    return render(here.request, "scheduler/time_change.html", context, status=422 if form.is_wrong else 200)


def _changed(here: Visit, form: ChangeForm) -> Outcome:
    return change_time(
        partner=here.partner,
        slot_id=here.slot_id,
        revision=form.cleaned_data["revision"],
        period=form.period(),
        zone=form.zone.key,
        now=here.now,
    )


def _known_slot(here: Visit, action: Action) -> SlotView | None:
    """Return the time that the page is about; None when it ended since the form was shown, else a `Problem`.

    The form is let through then: it may be the second press on a button whose first press has ended the time.
    """
    view = here.slot()
    if view is None and here.request.method == "POST" and here.has_seen():
        return None
    if view is None or action not in view.actions:
        raise Problem(Reason.NO_LONGER_OPEN)
    return view


def _again(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the row for a time to be offered again, named by `again` and `minutes` in the address."""
    starts_at, minutes = instant_of(request.GET.get("again", "")), request.GET.get("minutes", "")
    if starts_at is None or starts_at <= viewer.now or minutes not in map(str, range(15, 1441)):
        return []
    try:
        return [row_of(Period(starts_at, starts_at + timedelta(minutes=int(minutes))), viewer.zone)]
    except OverflowError:
        return []


def _offer_page(request: HttpRequest, viewer: Viewer, purpose: Purpose) -> HttpResponse:
    """Show the form; turn a week's page or write a quick pick in, with everything kept; or put the times forward."""
    data = request.POST if request.method == "POST" else None
    if data is not None and ("week" in data or "pick" in data):
        kept = with_pick(typed_in(data), instant_of(data.get("pick", "")), viewer)
        return _form_page(request, viewer, purpose, _form(viewer, None, kept))
    form = _form(viewer, data, dict(purpose.initial))
    if form.is_bound and form.is_valid() and _has_room(request, form):
        try:
            return _answer(request, purpose.submit(_proposal(form)))
        except Problem as problem:
            _tell(form, problem, about=purpose.about)
    return _form_page(request, viewer, purpose, form)


def _form(viewer: Viewer, data: QueryDict | None, initial: dict[str, Any]) -> OfferForm:
    """Return the form as it is for these two: with what they have in common, and a note if both have that on."""
    kinds = common_of(viewer.partner, Topic.KIND)
    return OfferForm(data, zone=viewer.zone, now=viewer.now, kinds=kinds, notes=viewer.notes_on, initial=initial)


def _has_room(request: HttpRequest, form: OfferForm | ChangeForm) -> bool:
    """Return whether this user may put times forward again; say it at the form where they can't for a while."""
    if limits.may_offer(request):
        return True
    form.add_error(None, _("That was a lot at once. Try again in a few minutes."))
    return False


def _proposal(form: OfferForm) -> Proposal:
    typed = form.cleaned_data
    return Proposal(
        periods=form.periods(),
        zone=form.zone.key,
        kind=typed["kind"],
        key=typed["key"],
        note=typed.get("note", ""),
    )


def _tell(form: OfferForm | ChangeForm, problem: Problem, *, about: SlotView | None) -> None:
    """Say at the form what is wrong with its times; what is wrong with the time it is about is not the form's."""
    if about and problem.reason in {Reason.NO_LONGER_OPEN, Reason.NOT_POSSIBLE}:
        raise problem
    form.tell(problem)


def _answer(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    if outcome.confirmed_slot_id:
        return see_other("time-detail", outcome.confirmed_slot_id)
    messages.success(request, _("Offered. If it suits you both, it will appear in your plans."))
    return see_other("agenda")


def _form_page(request: HttpRequest, viewer: Viewer, purpose: Purpose, form: OfferForm) -> HttpResponse:
    about = purpose.about
    marks = _marks(viewer, about)
    context = {
        "purpose": purpose,
        "form": form,
        "card": card_of(about, viewer) if about else None,
        "picks": quick_picks(viewer, marks=marks),
        "week": _week(request, viewer, about, marks, form.chosen()),
    }
    return render(request, "scheduler/offer_form.html", context, status=422 if form.is_wrong else 200)


def _marks(viewer: Viewer, about: SlotView | None) -> list[Mark]:
    """Return the couple's times; a plan that is being moved does not stand in its own way."""
    views = slot_views(viewer.partner, now=viewer.now)
    free_again = {instant for instant in (about.starts_at, about.moves_from) if instant} if about else set()
    return marks_of(views, on_break=viewer.partner.on_break, not_blocking=free_again)


def _week(
    request: HttpRequest, viewer: Viewer, about: SlotView | None, marks: list[Mark], chosen: frozenset[datetime]
) -> ShownWeek:
    asked = request.POST.get("week") or request.POST.get("shown") or request.GET.get("week", "")
    start = about.starts_at if about else viewer.now
    return shown_week(viewer, asked=asked, start=start, marks=marks, chosen=chosen)
