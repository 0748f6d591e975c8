"""What every response carries, and what happens when the database is too busy to answer."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from config.errors import busy, plain_page
from config.patient import NO_ROOM

GetResponse = Callable[[HttpRequest], HttpResponse]

LONGEST_LENGTH = 18  # digits of a length that is worth reading as a number
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


class PrivateResponseMiddleware:
    """Adds the headers that keep a page to its reader: nothing from elsewhere, nothing kept by a cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the view has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)  # for answers given before Django's
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response.headers["Cache-Control"] += ", no-store"
        return response


class BodySizeMiddleware:
    """Turns away a body that is longer than any form of Pear's, before anybody reads it; files are never taken.

    Django's own bound counts neither a file within a form nor a body that no view looks at.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 to too much, 400 to a length that is none (RFC 9110, 8.6), and 503 where nobody waited for it."""
        if NO_ROOM in request.META:
            return busy(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return plain_page(request, HTTPStatus.BAD_REQUEST)
        if len(length) > LONGEST_LENGTH or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return plain_page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)


class DatabaseBusyMiddleware:
    """Turns a lock that could not be had in time, or a database that is away, into a page that says: try again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 to `OperationalError`; leave every other exception alone."""
        return busy(request) if isinstance(exception, OperationalError) else None
