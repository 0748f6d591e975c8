"""The feed's front door: `GET|HEAD /cal/<token>.ics`, answered before sessions, sign-in and locale.

It stands before every other middleware, so it does itself what they would do: host, scheme, methods, headers, errors.
Never a redirect to sign-in, a 200 page or an empty body: calendar programs then wipe every event. See docs/adr.
"""

import gzip
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from scheduler.ical.calendar import CONTENT_TYPE
from scheduler.operations.feeds import NOTED_EVERY, note_fetch, token_hash
from scheduler.queries.feeds import FeedFacts, bytes_of, find_feed, read_feed
from scheduler.web.clients import kind_of
from scheduler.web.conditional import Validators, accepts_gzip, is_unchanged, validators_of
from scheduler.web.memory import ByteMemory

PREFIX = "/cal/"
_PATH = re.compile(r"/cal/([A-Za-z0-9_-]{43})\.ics")
_METHODS = ("GET", "HEAD")
_BODIES = ByteMemory(most=8 * 1024 * 1024)
_RETRY_AFTER = timedelta(minutes=1)
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
log = logging.getLogger("pear.feed")


class FeedMiddleware:
    """Answers calendar programs; passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what lies under `/cal/`."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _answer(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class _FetchedResponse(HttpResponse):
    """A response after which the fetch is noted for the feed's owner, once the client has everything."""

    note: Callable[[], object] | None = None

    def close(self) -> None:
        """Note the fetch, then let Django give the connection back."""
        try:
            if self.note is not None:
                self.note()
        finally:
            super().close()


def _answer(request: HttpRequest) -> HttpResponse:
    path = _without_secret(request)
    found = _PATH.fullmatch(path)
    try:
        request.get_host()
    except DisallowedHost:
        return _plain(HTTPStatus.BAD_REQUEST)
    if request.method not in _METHODS:
        return _plain(HTTPStatus.METHOD_NOT_ALLOWED, Allow=", ".join(_METHODS))
    if not found:
        return _plain(HTTPStatus.NOT_FOUND)
    if settings.SITE_IS_HTTPS and not request.is_secure():
        return HttpResponsePermanentRedirect(f"{settings.SITE_URL}{path}")
    return _guarded(request, hashed=token_hash(found[1]), now=timezone.now())


def _without_secret(request: HttpRequest) -> str:
    """Take the path out of the request, so that no log line or error report downstream can show the token."""
    path = request.path_info
    request.path = request.path_info = request.META["PATH_INFO"] = f"{PREFIX}***"
    return path


def _guarded(request: HttpRequest, *, hashed: str, now: datetime) -> HttpResponse:
    """Answer, or tell plainly that it cannot be done now: with an error a client keeps the copy that it has."""
    try:
        return _feed(request, hashed=hashed, now=now)
    except (DatabaseError, InterfaceError) as error:
        log.warning("A feed had to wait: %s: %s", type(error).__name__, error)
        seconds = str(int(_RETRY_AFTER.total_seconds()))
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE, **{"Retry-After": seconds})
    except Exception:
        log.exception("A feed could not be made")
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def _feed(request: HttpRequest, *, hashed: str, now: datetime) -> HttpResponse:
    facts = find_feed(hashed=hashed, now=now)
    if facts is None:
        return _plain(HTTPStatus.NOT_FOUND)
    validators = validators_of(facts, now=now)
    coding = "gzip" if accepts_gzip(request) else ""
    if is_unchanged(request, validators, now=now):
        response = _FetchedResponse(status=HTTPStatus.NOT_MODIFIED)
        del response.headers["Content-Type"]
    else:
        body = _BODIES.get(validators.etag(coding))
        if body is None:
            made = _made(hashed=hashed, coding=coding, now=now)
            if made is None:
                return _plain(HTTPStatus.NOT_FOUND)
            validators, body = made
        response = _full(request, body, coding)
    response.headers["ETag"] = validators.etag(coding)
    response.headers["Last-Modified"] = validators.last_modified
    _note(request, response, facts, now=now)
    return response


def _made(*, hashed: str, coding: str, now: datetime) -> tuple[Validators, bytes] | None:
    """Return the feed's bytes with the validators of the very same rows, and keep the bytes."""
    read = read_feed(hashed=hashed, now=now)
    if read is None:
        return None
    facts, events = read
    validators = validators_of(facts, now=now)
    body = bytes_of(facts=facts, events=events)
    if coding:
        body = gzip.compress(body, mtime=0)
    _BODIES.put(validators.etag(coding), body)
    return validators, body


def _full(request: HttpRequest, body: bytes, coding: str) -> _FetchedResponse:
    response = _FetchedResponse(b"" if request.method == "HEAD" else body, content_type=CONTENT_TYPE)
    response.headers["Content-Length"] = str(len(body))
    response.headers["Content-Disposition"] = 'inline; filename="times.ics"'
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def _note(request: HttpRequest, response: _FetchedResponse, facts: FeedFacts, *, now: datetime) -> None:
    """Have the fetch noted after the answer has left, at most once a minute; an ended feed has nobody to tell."""
    if facts.ended_at is None and (facts.last_fetched_at is None or now - facts.last_fetched_at >= NOTED_EVERY):
        client = kind_of(request.META.get("HTTP_USER_AGENT", ""))
        response.note = lambda: note_fetch(feed_id=facts.id, client=client, now=now)


def _plain(status: HTTPStatus, **headers: str) -> HttpResponse:
    """Return a short plain answer that repeats nothing of what was asked."""
    return HttpResponse(f"{status.phrase}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
