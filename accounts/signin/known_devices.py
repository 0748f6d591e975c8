"""Which browsers an account has been opened on before. The browser keeps the proof; the server keeps nothing.

The cookie holds a random number and, for each account that was opened there, a keyed hash of both. It tells nobody
whose accounts these are, and opens nothing. It decides two things only: whether a sign-in is told by mail, and that
wrong passwords tried elsewhere don't lock out the browser that its owner uses.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

MOST_ACCOUNTS = 4
KEPT_SECONDS = 365 * 24 * 3600


def knows(request: HttpRequest, *, address: str) -> bool:
    """Return whether the account with this address has been opened on this browser before."""
    number, marks = _read(request)
    mine = _mark(number, address)
    return any(constant_time_compare(mark, mine) for mark in marks)


def number_of(request: HttpRequest) -> str:
    """Return the browser's own number; empty when it has none."""
    return _read(request)[0]


def remember(request: HttpRequest, response: HttpResponse, *, address: str) -> None:
    """Have the browser keep that this account was opened on it."""
    number, marks = _read(request)
    number = number or secrets.token_hex(16)
    mine = _mark(number, address)
    kept = [mine, *(mark for mark in marks if mark != mine)][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([number, *kept]),
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    number, *marks = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")
    return number, marks[:MOST_ACCOUNTS]


def _mark(number: str, address: str) -> str:
    return salted_hmac(f"accounts.signin.known_devices:{number}", address.lower(), algorithm="sha256").hexdigest()
