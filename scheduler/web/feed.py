"""The feed's front door: `GET|HEAD /cal/<token>.ics`, answered before sessions, sign-in and locale.

It stands before every other middleware, or before Django's handler altogether (config/wsgi.py), so it does itself what
they would do: host, scheme, methods, headers, errors.
Never a redirect to sign-in, a 200 page or an empty body: calendar programs then wipe every event. See docs/adr.
"""

import gzip
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from scheduler.ical.calendar import CONTENT_TYPE
from scheduler.operations.feeds import ANOTHER_NOTED_EVERY, NOTED_EVERY, note_fetch, token_hash
from scheduler.queries.feeds import FeedFacts, bytes_of, find_feed, read_feed
from scheduler.web.clients import kind_of
from scheduler.web.conditional import Validators, accepts_gzip, is_unchanged, validators_of
from scheduler.web.memory import ByteMemory
from scheduler.web.misses import Misses

PREFIX = "/cal/"
_PATH = re.compile(r"/cal/([A-Za-z0-9_-]{43})\.ics")
_METHODS = ("GET", "HEAD")
_BODIES = ByteMemory(most=2 * 1024 * 1024)
MISSES = Misses(most=120)
_RETRY_AFTER = timedelta(minutes=1)
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
log = logging.getLogger("pear.feed")


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a calendar program gets; `note` is to be called once it is made."""

    status_code: HTTPStatus
    headers: dict[str, str]
    body: bytes = b""
    note: Callable[[], object] = field(default=lambda: None)


class FeedMiddleware:
    """Answers calendar programs; passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what lies under `/cal/`."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        return _FeedResponse(answer_to(request))


class _FeedResponse(HttpResponse):
    """An answer in Django's terms."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body, status=answer.status_code, headers=answer.headers)
        if "Content-Type" not in answer.headers:
            del self.headers["Content-Type"]
        self._note = answer.note

    def close(self) -> None:
        """Note the fetch, then let Django give the connection back."""
        try:
            self._note()
        finally:
            super().close()


def answer_to(request: HttpRequest) -> Answer:
    """Answer a request for a path under `/cal/`; the path is taken out of the request, for it holds a secret."""
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
        return _plain(HTTPStatus.MOVED_PERMANENTLY, Location=f"{settings.SITE_URL}{path}")
    return _guarded(request, hashed=token_hash(found[1]), now=timezone.now())


def _without_secret(request: HttpRequest) -> str:
    """Take the path out of the request, so that no log line or error report downstream can show the token."""
    path = request.path_info
    request.path = request.path_info = request.META["PATH_INFO"] = f"{PREFIX}***"
    return path


def _guarded(request: HttpRequest, *, hashed: str, now: datetime) -> Answer:
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


def _feed(request: HttpRequest, *, hashed: str, now: datetime) -> Answer:
    facts = find_feed(hashed=hashed, now=now)
    if facts is None:
        return _missed(request, now=now)
    validators = validators_of(facts, now=now)
    coding = "gzip" if accepts_gzip(request) else ""
    if is_unchanged(request, validators, now=now):
        answer = Answer(status_code=HTTPStatus.NOT_MODIFIED, headers=_HEADERS.copy())
    else:
        body = _BODIES.get(validators.etag(coding))
        if body is None:
            made = _made(hashed=hashed, coding=coding, now=now)
            if made is None:
                return _plain(HTTPStatus.NOT_FOUND)
            validators, body = made
        answer = _full(request, body, coding)
    answer.headers["ETag"] = validators.etag(coding)
    answer.headers["Last-Modified"] = validators.last_modified
    _note(request, answer, facts, now=now)
    return answer


def _missed(request: HttpRequest, *, now: datetime) -> Answer:
    """Answer an address that opens no feed, in the same way whether it ever did."""
    if MISSES.too_many(get_adapter().get_client_ip(request), now=now):
        return _plain(HTTPStatus.TOO_MANY_REQUESTS, **{"Retry-After": str(int(_RETRY_AFTER.total_seconds()))})
    return _plain(HTTPStatus.NOT_FOUND)


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


def _full(request: HttpRequest, body: bytes, coding: str) -> Answer:
    headers = _HEADERS | {
        "Content-Type": CONTENT_TYPE,
        "Content-Length": str(len(body)),
        "Content-Disposition": 'inline; filename="times.ics"',
    }
    if coding:
        headers["Content-Encoding"] = coding
    return Answer(status_code=HTTPStatus.OK, headers=headers, body=b"" if request.method == "HEAD" else body)


def _note(request: HttpRequest, answer: Answer, facts: FeedFacts, *, now: datetime) -> None:
    """Have the fetch noted once its answer is made, now and then; an ended feed has nobody to tell."""
    if facts.ended_at is not None:
        return
    client = kind_of(request.META.get("HTTP_USER_AGENT", ""))
    pause = NOTED_EVERY if client == facts.last_client else ANOTHER_NOTED_EVERY
    if facts.last_fetched_at is None or now - facts.last_fetched_at >= pause:
        answer.note = lambda: note_fetch(feed_id=facts.id, client=client, now=now)


def _plain(status: HTTPStatus, **headers: str) -> Answer:
    """Return a short plain answer that repeats nothing of what was asked."""
    kept = _HEADERS | {"Content-Type": "text/plain; charset=utf-8"} | headers
    return Answer(status_code=status, headers=kept, body=f"{status.phrase}\n".encode())
