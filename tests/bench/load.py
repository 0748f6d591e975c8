"""A small closed-loop HTTP client: several connections kept busy, every status and length checked."""

import itertools
import selectors
import socket
import time
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True)
class Target:
    """What is asked, of which port, and what has to come back: a status, and a body of this length (-1: any).

    Several requests are asked in turn, over and over; `once` means that each is asked no more than once.
    """

    name: str
    port: int
    requests: tuple[bytes, ...]
    status: int
    length: int
    once: bool = False


def request_of(path: str, **headers: str) -> bytes:
    """Return the bytes of a GET on a connection that is kept."""
    named = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer_of(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return head and body of one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(header(head, b"content-length") or 0)
    while len(body) < length:
        body += _more(connection)
    return head, body


def header(head: bytes, name: bytes) -> bytes:
    """Return the value of a header, by its name in lower case."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(name + b":"):
            return line.partition(b":")[2].strip()
    return b""


def rate(target: Target, *, seconds: float, connections: int = 4) -> tuple[float, int]:
    """Return answers per second, and how many there were; AssertionError when one is not what it has to be."""
    waiting = iter(target.requests) if target.once else itertools.cycle(target.requests)
    ready = selectors.DefaultSelector()
    for request in itertools.islice(waiting, connections):
        _ask(ready, target, request)
    done, begin = 0, time.perf_counter()
    while ready.get_map() and time.perf_counter() - begin < seconds:
        for key, _ in ready.select(timeout=30):
            connection = cast("socket.socket", key.fileobj)
            kept = _check(target, *answer_of(connection))
            done += 1
            ready.unregister(connection)
            if not kept:
                connection.close()
            if request := next(waiting, b""):
                _ask(ready, target, request, connection if kept else None)
    took = time.perf_counter() - begin
    for key in list(ready.get_map().values()):
        cast("socket.socket", key.fileobj).close()
    return done / took, done


def _ask(
    ready: selectors.BaseSelector, target: Target, request: bytes, connection: socket.socket | None = None
) -> None:
    """Send a request, on a new connection where none is at hand."""
    if connection is None:
        connection = socket.create_connection(("127.0.0.1", target.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ready.register(connection, selectors.EVENT_READ)
    connection.sendall(request)


def _check(target: Target, head: bytes, body: bytes) -> bool:
    """Return whether the server keeps the connection; AssertionError when the answer is not the one awaited."""
    version, status, *_ = head.split(b" ", 2)
    assert int(status) == target.status, head
    assert target.length in {len(body), -1}, (target.name, len(body))
    return version == b"HTTP/1.1" and header(head, b"connection").lower() != b"close"


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 20)
    assert received, "the server hung up"
    return received
