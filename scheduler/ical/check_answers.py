"""What the answers of a feed's address have to be, given a way to ask it."""

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

_WANTED = {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'inline; filename="times.ics"',
    "cache-control": "private, no-cache",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "vary": "accept-encoding",
}
_UNWANTED = ("set-cookie", "access-control-allow-origin", "www-authenticate")
_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, headers by their names in lower case, and the bytes as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Ask(Protocol):
    """Asks the address: a method, and headers."""

    def __call__(self, method: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer to one request, following no redirect."""


def answer_faults(first: Answer, ask: Ask, *, now: datetime) -> Iterator[str]:
    """Return what is wrong with the answer to a plain GET, and with the answers to what programs ask after it."""
    if first.status != HTTPStatus.OK:
        yield f"The address answers {first.status}, not 200."
        return
    yield from _header_faults(first, now=now)
    etag, date = first.headers.get("etag", ""), first.headers.get("last-modified", "")
    unchanged, full = HTTPStatus.NOT_MODIFIED, HTTPStatus.OK
    for headers, wanted in (
        ({"If-None-Match": etag}, unchanged),
        ({"If-None-Match": f"W/{etag}"}, unchanged),
        ({"If-None-Match": f'"other", {etag}'}, unchanged),
        ({"If-None-Match": "*"}, unchanged),
        ({"If-None-Match": '"other"', "If-Modified-Since": date}, full),
        ({"If-None-Match": "garbage"}, full),
        ({"If-Modified-Since": date}, unchanged),
        ({"If-Modified-Since": format_datetime(now - 10 * _YEAR, usegmt=True)}, full),
        ({"If-Modified-Since": format_datetime(now + 10 * _YEAR, usegmt=True)}, full),
        ({"If-Modified-Since": "garbage"}, full),
        ({"Accept": "text/html"}, full),
    ):
        answer = ask("GET", headers)
        if answer.status != wanted:
            yield f"{headers} is answered with {answer.status}, not {wanted.value}."
        elif wanted is unchanged and answer.body:
            yield f"{headers} is answered with a body."
        elif wanted is full and answer.body != first.body:
            yield f"{headers} is answered with other bytes."
    yield from _method_faults(first, ask)
    yield from _coding_faults(first, ask)


def _header_faults(first: Answer, *, now: datetime) -> Iterator[str]:
    for name, wanted in _WANTED.items():
        given = first.headers.get(name, "")
        if given.lower() != wanted.lower():
            yield f"{name} is {given!r}, not {wanted!r}."
    for name in _UNWANTED:
        if name in first.headers:
            yield f"{name} has no place in the answer."
    if "content-encoding" in first.headers:
        yield "The answer is coded though nothing was asked for."
    yield from _validator_faults(first, now=now)


def _validator_faults(first: Answer, *, now: datetime) -> Iterator[str]:
    if not re.fullmatch(r'"[^"]+"', first.headers.get("etag", "")):
        yield "There is no strong ETag."
    modified = _date(first.headers.get("last-modified", ""))
    if modified is None:
        yield "There is no Last-Modified."
    elif modified > now + timedelta(seconds=5):
        yield "Last-Modified lies in the future."


def _method_faults(first: Answer, ask: Ask) -> Iterator[str]:
    head = ask("HEAD", {})
    if head.status != HTTPStatus.OK or head.body:
        yield "HEAD is not answered like GET without its body."
    for name in ("etag", "last-modified", "content-type"):
        if head.headers.get(name) != first.headers.get(name):
            yield f"HEAD has another {name} than GET."
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        answer = ask(method, {})
        if answer.status != HTTPStatus.METHOD_NOT_ALLOWED or answer.headers.get("allow") != "GET, HEAD":
            yield f"{method} is not answered with 405 and what is allowed."


def _coding_faults(first: Answer, ask: Ask) -> Iterator[str]:
    coded = ask("GET", {"Accept-Encoding": "gzip"})
    if coded.headers.get("content-encoding") != "gzip":
        body = coded.body
    else:
        body = gzip.decompress(coded.body)
        if coded.headers.get("etag") == first.headers.get("etag"):
            yield "The same strong ETag names plain and gzip bytes."
    if body != first.body:
        yield "With gzip the bytes are others."


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None
