"""The week ahead: what one marks in private, and what both were told of the latest draw."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.domain.period import Period
from scheduler.domain.problem import Problem
from scheduler.domain.talk import periods_within
from scheduler.operations.windows import forget_windows, mark_windows
from scheduler.queries.slots import slot_views
from scheduler.queries.talk import welcome_times
from scheduler.queries.windows import WeekAhead, week_ahead
from scheduler.web.responses import see_other
from scheduler.web.shown_week import marks_of
from scheduler.web.viewer import Viewer, viewer_of
from scheduler.web.visits import seat_in
from scheduler.web.week_ahead import shown_week_ahead
from scheduler.web.windows_form import WindowsForm, initial_of


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the week and one's own marks; a POST replaces them. Whoever is not linked sees what it is."""
    partner, now = seat_in(request), timezone.now()
    if partner is None:
        return render(request, "scheduler/windows_alone.html")
    viewer, ahead = viewer_of(partner, now=now), week_ahead(partner, now=now)
    form = _form(viewer, ahead, ahead.windows, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _marked(form, viewer):
        messages.success(request, _("Noted. Only you see it."))
        return see_other("windows")
    return _page(request, viewer, ahead, form)


@require_safe
def ordinary(request: HttpRequest) -> HttpResponse:
    """Show the week with the times of one's own card put in, beside the marks there are; none of them is kept yet."""
    partner, now = seat_in(request), timezone.now()
    if partner is None:
        return render(request, "scheduler/windows_alone.html")
    viewer, ahead = viewer_of(partner, now=now), week_ahead(partner, now=now)
    times, week = welcome_times(user=partner.user), ahead.week
    found = periods_within(times, starts_at=week.starts_at, ends_at=week.ends_at, zone=viewer.zone)
    return _page(request, viewer, ahead, _form(viewer, ahead, ahead.windows + found), from_card=bool(found))


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take out all that one has marked, at once."""
    partner = seat_in(request)
    if partner is None:
        return redirect("windows")
    forget_windows(partner=partner)
    messages.success(request, _("Forgotten. Nobody is told."))
    return see_other("windows")


def _form(viewer: Viewer, ahead: WeekAhead, shown: Iterable[Period], *, data: QueryDict | None = None) -> WindowsForm:
    initial = initial_of(shown, shortest=ahead.shortest, zone=viewer.zone)
    return WindowsForm(data, zone=viewer.zone, now=viewer.now, initial=initial)


def _marked(form: WindowsForm, viewer: Viewer) -> bool:
    """Return whether the marks were taken; say at the form why not."""
    try:
        mark_windows(
            partner=viewer.partner,
            stretches=form.stretches(),
            shortest=form.cleaned_data["shortest"],
            now=viewer.now,
        )
    except Problem as problem:
        form.tell(problem)
        return False
    return True


def _page(
    request: HttpRequest, viewer: Viewer, ahead: WeekAhead, form: WindowsForm, *, from_card: bool = False
) -> HttpResponse:
    views = slot_views(viewer.partner, now=viewer.now)
    marks = marks_of(views, on_break=viewer.partner.on_break)
    context = {
        "form": form,
        "from_card": from_card,
        "ahead": ahead,
        "draw": viewer.moment(ahead.draw_at, ahead.draw_at),
        "on_break": viewer.partner.on_break,
        "week": shown_week_ahead(viewer, week=ahead.week, marks=marks, chosen=form.chosen()),
    }
    return render(request, "scheduler/windows.html", context, status=422 if form.is_wrong else 200)
