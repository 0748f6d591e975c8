"""Each request in its reader's own language and time zone."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Partner, User
from accounts.reading import browser_language, reading
from accounts.views.away import away
from accounts.zones import zone_or_utc

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class QuickExitMiddleware:
    """Answers quick exit before anything asks who is signed in, so that nothing can stand in its way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead away, or pass the request on."""
        return away(request) if request.path == reverse("quick-exit") else self.get_response(request)


class SignedOutMiddleware:
    """Has the browser forget what it keeps of this site, whichever way somebody signs out (W3C, Clear Site Data)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; quick exit has said more by then."""
        response = self.get_response(request)
        if getattr(request, "has_signed_out", False):
            response.headers.setdefault("Clear-Site-Data", '"storage"')
        return response


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Leads whoever is signed out to the way in, and from there back: after a form, to the page that it stood on."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Redirect to signing in."""
        back = request.get_full_path() if request.method in SAFE else page_before(request)
        return redirect_to_login(back, self.get_login_url(view_func), self.get_redirect_field_name(view_func))


def page_before(request: HttpRequest) -> str:
    """Return the path of the page that sent the form; where that is not known, the form's own."""
    before, ours = request.headers.get("Referer", ""), f"{request.scheme}://{request.get_host()}/"
    if not before.startswith(ours):  # compared as text: whatever stands in a header may be no address at all
        return request.get_full_path()
    return "/" + before.removeprefix(ours).partition("#")[0].lstrip("/")


class PersonalSettingsMiddleware:
    """Activates the signed-in user's time zone, language and clock, and sets `request.partner` (or None).

    Who chose no language reads the browser's: not what somebody else has chosen on this browser before.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request within the user's own settings."""
        user = request.user
        request.partner = seat_of(user)  # type: ignore[attr-defined]
        if not isinstance(user, User):
            return self.get_response(request)
        request.LANGUAGE_CODE = user.language or browser_language(request)
        with reading(language=request.LANGUAGE_CODE, clock=user.clock), timezone.override(zone_of(user)):
            response = self.get_response(request)
        _keep_language(request, response, user.language)
        return response


def _keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Have the browser keep the language that was chosen, so that signed-out pages speak it too."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") == language:
        return
    name, kept = settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_COOKIE_AGE
    response.set_cookie(
        name,
        language,
        max_age=kept if language else 0,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def seat_of(user: object) -> Partner | None:
    """Return the seat of `user` in a couple; None while unlinked or signed out."""
    return getattr(user, "partner", None)


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    """Return the user's own time zone; UTC when the system no longer knows it."""
    return zone_or_utc(user.time_zone)


class InvalidFormMiddleware:
    """Gives allauth's pages the status that Pear's have: 422 when a form comes back with errors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Look whether the page shows a form that was sent and did not pass."""
        form = (response.context_data or {}).get("form")
        came_back = request.method == "POST" and response.status_code == HTTPStatus.OK
        if came_back and isinstance(form, BaseForm) and form.is_bound and not form.is_valid():
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
