"""Answers for machines that ask how to behave and whether Pear is well."""

from http import HTTPStatus
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.http import require_safe

from scheduler.web.readiness import READINESS

WORKER = Path(__file__).resolve().parents[2] / "static" / "scheduler" / "worker.js"

APP_ICON_SIZES = (192, 512)

# Calendar services read robots.txt before they fetch a feed, so that one path stays open to them.
ROBOTS = "User-agent: *\nAllow: /cal/\nDisallow: /\n"


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Keep search engines out, let calendar clients in (RFC 9309)."""
    return HttpResponse(ROBOTS, content_type="text/plain")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Hand out the service worker, which must lie at the root to speak for the site and must never be an old one."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript")


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say how Pear looks as an app among others: a calendar by name and picture, which opens where one signs in.

    Whoever is signed in is led on from there; to everybody else that page tells nothing (W3C, Web App Manifest).
    """
    name, direction = gettext("Calendar"), "rtl" if get_language_bidi() else "ltr"
    icons = [
        {
            "src": static(f"scheduler/calendar-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": use,
        }
        for size in APP_ICON_SIZES
        for use in ("any", "maskable")
    ]
    spoken = {"lang": get_language(), "dir": direction}
    look = {"id": "/", "name": name, "short_name": name, "start_url": reverse("account_login"), "scope": "/"}
    colours = {"background_color": "#4a5468", "theme_color": "#4a5468"}
    return JsonResponse(
        spoken | look | colours | {"display": "standalone", "icons": icons}, content_type="application/manifest+json"
    )


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 200 while this process answers at all: whoever balances load goes by this."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 200 while all of Pear does its work, else 503, within two seconds; the log says what is wrong."""
    if READINESS.holds():
        return HttpResponse("ready\n", content_type="text/plain")
    return HttpResponse("not ready\n", status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
