"""The page of linking, and what is pressed on it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts import invitation_mail, limits, linking, qr
from accounts.forms import InvitationMailForm, RedeemForm
from accounts.queries import link_view
from accounts.reading import instant_text
from accounts.requests import user_of
from accounts.responses import see_other


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show where the reader stands: nothing yet, an open invitation, three words, or linked."""
    return _page(request)


@require_POST
def open_invitation(request: HttpRequest) -> HttpResponse:
    """Make a code, or keep the one there is."""
    linking.open_invitation(user=user_of(request), now=timezone.now())
    return see_other("link")


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take the code back."""
    linking.revoke_invitation(user=user_of(request))
    messages.success(request, gettext("Done. That code opens nothing any more."))
    return see_other("link")


@require_POST
def redeem(request: HttpRequest) -> HttpResponse:
    """Try a code. Whatever the cause, a code that opens nothing gets one and the same answer."""
    form = RedeemForm(request.POST)
    if not limits.may_redeem(request):
        form.add_error(None, gettext("That was a lot of tries. Take a break and try again in an hour."))
        return _page(request, redeem_form=form, status=429)
    if form.is_valid():
        if linking.redeem(user=user_of(request), code=form.cleaned_data["code"], now=timezone.now()):
            return see_other("link")
        form.add_error(
            "code", gettext("This code opens nothing just now. Each one works once, for 72 hours; a new one is quick.")
        )
    return _page(request, redeem_form=form, status=422)


@require_POST
def press(request: HttpRequest) -> HttpResponse:
    """Take "Yes, that's us" to the words that were on the screen."""
    words = request.POST.get("words", "")
    if linking.press(user=user_of(request), words=words, now=timezone.now()):
        messages.success(request, gettext("You are linked."))
    return see_other("link")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take "That's not us"."""
    linking.end_pairing(user=user_of(request))
    messages.success(request, gettext("Done. Nothing was linked."))
    return see_other("link")


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Have the neutral mail sent; the answer tells nothing about the address."""
    form = InvitationMailForm(request.POST)
    if form.is_valid() and not limits.may_mail(request):
        form.add_error(None, gettext("That is enough mail for one day. The code and the link work just as well."))
    if not form.is_valid():
        return _page(request, mail_form=form, status=422)
    address = form.cleaned_data["address"]
    if limits.address_has_room(request, address=address):
        invitation_mail.mail_invitation(user=user_of(request), address=address, now=timezone.now())
    messages.success(request, gettext("Done. If that address takes such mail, it is on its way."))
    return see_other("link")


def _page(
    request: HttpRequest,
    *,
    redeem_form: forms.Form | None = None,
    mail_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    view = link_view(user=user_of(request), now=timezone.now())
    drawn = qr.svg(view.link, label=gettext("The link as a QR code")) if view.link else ""
    context = {
        "view": view,
        "until": instant_text(view.expires_at) if view.expires_at else "",
        "qr": drawn,
        "redeem_form": redeem_form or RedeemForm(),
        "mail_form": mail_form or InvitationMailForm(),
    }
    return render(request, "accounts/link.html", context, status=status)
