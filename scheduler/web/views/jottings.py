"""Notes to oneself. Nothing ever asks for one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import user_of
from scheduler.domain.problem import Problem
from scheduler.operations.jottings import jot_down, tear_out
from scheduler.queries.room import jottings_of
from scheduler.web.fields import id_in
from scheduler.web.own_forms import JottingForm
from scheduler.web.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the reader's notes to themselves; a POST keeps one more."""
    form = JottingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            jot_down(user=user_of(request), text=form.cleaned_data["text"], now=timezone.now())
        except Problem:
            form.add_error("text", gettext("That is as many notes as there can be. Take one away first."))
        else:
            return see_other("jottings")
    context = {"form": form, "jottings": jottings_of(user_of(request), now=timezone.now())}
    return render(request, "scheduler/jottings.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a note away."""
    jotting_id = id_in(request.POST.get("note", ""))
    if jotting_id is None or not tear_out(user=user_of(request), jotting_id=jotting_id):
        messages.info(request, gettext("That note isn't there any more."))
    return see_other("jottings")
