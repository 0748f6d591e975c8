"""The friendly pages for what went wrong; none of them says more than a person needs."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its one-time proof, most often after a sign-out in another tab."""
    return render(request, "403_csrf.html", status=403)


def busy(request: HttpRequest) -> HttpResponse:
    """Say that the database has no time for this just now: nothing has changed, try again in a moment."""
    response = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "5"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; a database that is away is met here when no view has begun yet."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return busy(request)
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


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
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page
