"""The page "Sign-in and devices", and what is pressed on it."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import LockForm
from accounts.operations import change_lock
from accounts.requests import user_of
from accounts.responses import see_other
from accounts.signin import devices
from accounts.signin.queries import ways_of

_rename = EditWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
_remove = RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show how the reader signs in, where they are signed in, and when a session locks."""
    return _page(request)


@require_POST
def lock_set(request: HttpRequest) -> HttpResponse:
    """Store after how much idleness a session locks."""
    form = LockForm(request.POST)
    if not form.is_valid():
        return _page(request, lock_form=form, status=422)
    change_lock(user=user_of(request), minutes=int(form.cleaned_data["lock_minutes"]))
    messages.success(request, gettext("Saved."))
    return see_other("mfa_index")


@require_POST
def device_end(request: HttpRequest) -> HttpResponse:
    """Sign one device out; one that is gone already is as good."""
    given = request.POST.get("device", "")
    if given.isascii() and given.isdigit() and len(given) < 19:  # noqa: PLR2004  (digits of the database's largest id)
        devices.end_device(user=user_of(request), device_id=int(given))
    messages.success(request, gettext("Done. That device is signed out."))
    return see_other("mfa_index")


@require_POST
def devices_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere; with `here` set to 0, everywhere but here."""
    user = user_of(request)
    if request.POST.get("here") == "0":
        devices.end_devices(user=user, but=request.session.session_key)
        messages.success(request, gettext("Done. Every other device is signed out."))
        return see_other("mfa_index")
    devices.end_devices(user=user)
    logout(request)
    return see_other("account_login")


@require_POST
def passkey_rename(request: HttpRequest) -> HttpResponse:
    """Give one of the reader's passkeys another name."""
    response: HttpResponse = _rename(request, pk=_passkey(request))
    return response


@require_POST
def passkey_remove(request: HttpRequest) -> HttpResponse:
    """Take one of the reader's passkeys away."""
    response: HttpResponse = _remove(request, pk=_passkey(request))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes when the button is pressed, once: opening the page does nothing."""
    kept = Authenticator.objects.filter(user=user_of(request), type=Authenticator.Type.RECOVERY_CODES).first()
    if kept is None:
        raise Http404
    codes = kept.wrap()
    left, were_shown = codes.get_unused_codes(), codes.did_view
    shown = left if request.method == "POST" and not were_shown else []
    if shown:
        codes.mark_as_viewed()
    context = {"codes": shown, "left": len(left), "were_shown": were_shown}
    return render(request, "mfa/recovery_codes/index.html", context)


def _passkey(request: HttpRequest) -> int:
    given = request.POST.get("key", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):  # noqa: PLR2004  (as above)
        raise Http404
    return int(given)


def _page(request: HttpRequest, *, lock_form: LockForm | None = None, status: int = 200) -> HttpResponse:
    user = user_of(request)
    here = request.session.session_key
    context = {
        "ways": ways_of(user=user),
        "devices": devices.devices_of(user=user, this_session=here, now=timezone.now()),
        "lock_form": lock_form or LockForm(initial={"lock_minutes": user.lock_minutes}),
    }
    return render(request, "accounts/security.html", context, status=status)
