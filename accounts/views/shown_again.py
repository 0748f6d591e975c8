"""Showing once more who one is: by a code from the mailbox, and going on with what was being sent."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.forms import MailedCodeForm
from accounts.requests import user_of
from accounts.responses import see_other
from accounts.signin import held, mailed_step


@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest) -> HttpResponse:
    """Mail a code to somebody who has neither password nor passkey, and take it."""
    user = user_of(request)
    first_way = get_adapter().get_reauthentication_methods(user)[0]["url"]
    if first_way != request.path:
        return redirect(first_way)
    if request.method != "POST":
        return _page(request, MailedCodeForm())
    if not limits.may_show_again(request):
        form = MailedCodeForm(request.POST)
        form.add_error(None, gettext("That was a lot at once. Try again in a few minutes."))
        return _page(request, form, status=429)
    if "send" in request.POST:
        mailed_step.send(request.session, user=user, now=timezone.now())
        return _page(request, MailedCodeForm())
    form = MailedCodeForm(request.POST)
    if form.is_valid() and mailed_step.opens(request.session, code=form.cleaned_data["code"], now=timezone.now()):
        record_authentication(request, user, method="code", reauthenticated=True)
        return resume_request(request) or redirect("agenda")
    if form.is_valid():
        form.add_error("code", gettext("That is not the code. Look at the newest mail."))
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """Show one button that sends what waits since the session locked; a POST lets it go instead."""
    waiting = held.held_in(request.session)
    if request.method == "POST":
        held.drop(request.session)
        return see_other("agenda")
    return render(request, "accounts/held.html", {"held": waiting}) if waiting else redirect("agenda")


def _page(request: HttpRequest, form: MailedCodeForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "sent": mailed_step.was_sent(request.session),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/mailed_step.html", context, status=status)
