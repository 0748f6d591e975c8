"""Each request as one log line and one count: the name of its route, never its path, and nobody's address."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.logs import PROBES, request_id
from scheduler import metrics

log = logging.getLogger("pear.request")

GetResponse = Callable[[HttpRequest], HttpResponse]
# There is no "no" in Pear, in no log and no count either. Whatever is pressed on its own pages bears one name, so that
# nobody who reads these lines can tell tucking away from saying yes, or who keeps still for a while from who does not.
TOLD = ("account_", "mfa_")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestMiddleware:
    """The outermost one. Gives the request an id that every log line within it bears, and notes how it went."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note it."""
        token, began = request_id.set(_id_of(request)), time.perf_counter()
        try:
            response = self.get_response(request)
            _note(request, response, seconds=time.perf_counter() - began)
            return response
        finally:
            request_id.reset(token)


def route_of(request: HttpRequest) -> str:
    """Return the name under which this request is counted; a fixed set of words, whatever is asked."""
    if request.path_info.startswith("/cal/"):
        return "feed"
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    if request.path_info in PROBES:
        return request.path_info.strip("/")
    name = (request.resolver_match and request.resolver_match.url_name) or "none"
    return "press" if request.method == "POST" and not name.startswith(TOLD) else name


def _note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    route, status = route_of(request), response.status_code
    method = str(request.method) if request.method in _METHODS else "other"
    metrics.count_request(route=route, method=method, status=status, seconds=seconds)
    if request.path_info not in PROBES and log.isEnabledFor(logging.INFO):
        fields = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000)}
        log.info("answered", extra=fields)


def _id_of(request: HttpRequest) -> str:
    """Return a new id; the one that a trusted proxy has given, where there is such a proxy and it is one."""
    given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
