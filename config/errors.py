"""The friendly pages for what went wrong; none of them says more than a person needs."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its one-time proof, most often after a sign-out in another tab."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer what could not be read."""
    return plain_page(request, HTTPStatus.BAD_REQUEST)


def busy(request: HttpRequest) -> HttpResponse:
    """Say that the database has no time for this just now: nothing has changed, try again in a moment."""
    response = plain_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "5"
    return response


def plain_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Return the page of this status, which needs neither session nor database, in the reader's language."""
    with in_readers_language(request):
        return HttpResponse(get_template(f"{status.value}.html").render(), status=status)


def in_readers_language(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a block in which texts are in the reader's own language, or else the browser's.

    What went wrong may have come before anybody asked for the language; then the thread still speaks the one of
    whoever it answered before.
    """
    return translation.override(
        getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; a database that is away is met here when no view has begun yet."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return busy(request)
    return plain_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


class WrongMethodMiddleware:
    """Puts a page that leads on where only a form may be sent.

    Who has to sign in while sending a form comes back with GET to where the form went, and would find nothing there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view did, with words where it answered 405 to a reader."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        with in_readers_language(request):
            page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page
