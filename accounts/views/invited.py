"""The pages a link from outside leads to. Opening them changes nothing and looks nothing up."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import codes, invitation_mail


@require_safe
@login_not_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to signing in or up; signed in, show one button that redeems `code`. Every code gets the same page."""
    return render(request, "accounts/invited.html", {"code": codes.shown(codes.typed(code)[: codes.LENGTH])})


@csrf_exempt  # the link is the only authority, and the page sends no referrer that Django could check
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def not_for_me(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button "Not for me"; a POST ends such mails to the address the link was sent to."""
    address_hash = codes.stopped_hash(token)
    if address_hash is None:
        raise Http404
    done = request.method == "POST"
    if done:
        invitation_mail.stop_mails(address_hash=address_hash, now=timezone.now())
    response = render(request, "accounts/not_for_me.html", {"done": done})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
