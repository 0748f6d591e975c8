"""One call to a push service (RFC 8030): a fresh connection, no redirect, no proxy, and an end whatever happens."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from scheduler.notifications.push_address import HTTPS_PORT, open_socket

LONGEST_WAIT = timedelta(hours=1)  # whatever a push service asks for: the next try is no later than that


class NotReachedError(OSError):
    """No connection came about, so that nothing was said."""


@dataclass(frozen=True)
class Answer:
    """What a push service said; `wait` is its Retry-After, or nothing."""

    status: int
    wait: timedelta = timedelta()


def call(
    *, endpoint: str, body: bytes, headers: Mapping[str, str], trust: ssl.SSLContext, timeout: float, now: datetime
) -> Answer:
    """Post `body` and return the answer's status; its text is not read.

    Raises `NotReachedError` when nothing was said, `BadAddressError` for an address that is not public, and OSError
    when the line was cut before an answer came: by the other side, or by us, `timeout` seconds after it stood.
    """
    address = urlsplit(endpoint)
    path = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    connection = HTTPSConnection(address.hostname or "", address.port or HTTPS_PORT, context=trust)
    with closing(_connected(connection, trust, timeout)) as line, _ends_after(timeout, line), closing(connection):
        _shake_hands(line)
        connection.sock = line
        try:
            connection.request("POST", path, body=body, headers=dict(headers))
            answer = connection.getresponse()
        except HTTPException as error:
            raise OSError(type(error).__name__) from error
        return Answer(answer.status, _wait(answer.getheader("Retry-After", ""), now))


def _connected(to: HTTPSConnection, trust: ssl.SSLContext, timeout: float) -> ssl.SSLSocket:
    """Connect to the very address that was looked at; the name that was asked for is proven by shaking hands."""
    try:
        plain = open_socket(host=to.host, port=to.port, timeout=timeout)
        return trust.wrap_socket(plain, server_hostname=to.host, do_handshake_on_connect=False)
    except OSError as error:
        raise NotReachedError(type(error).__name__) from error


def _shake_hands(line: ssl.SSLSocket) -> None:
    try:
        line.do_handshake()
    except OSError as error:
        raise NotReachedError(type(error).__name__) from error


@contextmanager
def _ends_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Cut the line after so many seconds: a timeout alone never ends while single bytes drip in."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _wait(text: str, now: datetime) -> timedelta:
    """Return what Retry-After says, in seconds or as a date (RFC 9110, 10.2.3), within [0, LONGEST_WAIT]."""
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return timedelta()
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return max(timedelta(), min(wait, LONGEST_WAIT))
