"""One's own list of what makes room before a plan. Every id of somebody else, or of nothing, changes nothing."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import user_of
from scheduler.operations.room import add_lines, raise_line, remind_of_room, remove_line, tick_line, untick_all
from scheduler.queries.room import room_of
from scheduler.web.fields import id_in
from scheduler.web.own_forms import LineForm, RoomReminderForm
from scheduler.web.responses import SeeOther, see_other

ACTS: dict[str, Callable[..., bool]] = {
    "tick": partial(tick_line, ticked=True),
    "untick": partial(tick_line, ticked=False),
    "up": raise_line,
    "remove": remove_line,
}
SUGGESTIONS = (
    gettext_lazy("Bedtime for the children half an hour sooner"),
    gettext_lazy("Dishes done, or left until tomorrow"),
    gettext_lazy("Telephone away"),
)
FULL = gettext_lazy("That is as many lines as fit. Take one away first.")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the reader's own list; a POST adds a line to it."""
    if request.method != "POST":
        return _page(request)
    form = LineForm(request.POST)
    if form.is_valid():
        if not add_lines(user=user_of(request), lines=[form.cleaned_data["text"]]):
            return see_other("room")
        form.add_error("text", FULL)
    return _page(request, line=form)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Tick a line off or on again, move it up, or take it away."""
    act, line_id = ACTS.get(request.POST.get("do", "")), id_in(request.POST.get("line", ""))
    if act is None or line_id is None or not act(user=user_of(request), line_id=line_id):
        messages.info(request, gettext("That line isn't there any more."))
        return see_other("room")
    return SeeOther(f"{resolve_url('room')}#line-{line_id}")


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Take every tick away, for the next plan."""
    untick_all(user=user_of(request))
    return see_other("room")


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Store whether to be reminded of the list, and when."""
    form = RoomReminderForm(request.POST)
    if not form.is_valid():
        return _page(request, reminder=form)
    remind_of_room(user=user_of(request), lead=form.cleaned_data["lead"], now=timezone.now())
    messages.success(request, gettext("Saved."))
    return see_other("room")


def _page(request: HttpRequest, *, line: Form | None = None, reminder: Form | None = None) -> HttpResponse:
    room = room_of(user_of(request))
    there = {each.text.casefold() for each in room.lines}
    context = {
        "room": room,
        "line_form": line or LineForm(),
        "reminder": reminder or RoomReminderForm(initial={"lead": room.lead}),
        "suggestions": [each for each in map(str, SUGGESTIONS) if each.casefold() not in there],
        "any_ticked": any(each.ticked for each in room.lines),
    }
    return render(request, "scheduler/room.html", context, status=422 if line or reminder else 200)
