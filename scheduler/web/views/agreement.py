"""One's agreement to storing private things, and silence: each taken at one press, without a password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import user_of
from scheduler.operations.agreement import give_agreement, withdraw_agreement
from scheduler.operations.quiet import go_quiet
from scheduler.web.agreement import AgreementForm
from scheduler.web.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the agreement, or say that it stands; a POST with a ticked box gives it."""
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        give_agreement(user=user_of(request), now=timezone.now())
        return see_other("agenda")
    return render(request, "scheduler/agreement.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the agreement back: what was entered is deleted at once. Pressing twice is as friendly."""
    withdraw_agreement(user=user_of(request), now=timezone.now())
    messages.success(request, gettext("Done. All that you entered here is deleted."))
    return see_other("agreement")


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """Send nothing more to the reader, until they switch something on again."""
    go_quiet(user=user_of(request), now=timezone.now())
    messages.success(request, gettext("Done. Nothing more will be sent to you. Your times stay as they are."))
    return see_other("settings")
