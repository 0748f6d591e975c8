"""A small closed-loop HTTP client: several connections kept busy, every status and length checked."""

import selectors
import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What is asked, and what has to come back: a status, and a body of this length."""

    name: str
    request: bytes
    status: int
    length: int


def request_of(path: str, **headers: str) -> bytes:
    """Return the bytes of a GET on a connection that is kept."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer_of(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return head and body of one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = _length(head)
    while len(body) < length:
        body += _more(connection)
    return head, body


def rate(port: int, target: Target, *, seconds: float, connections: int = 4) -> float:
    """Return answers per second; AssertionError when one of them is not what it has to be."""
    ready = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(connection, selectors.EVENT_READ)
        connection.sendall(target.request)
    done, begin = 0, time.perf_counter()
    while (now := time.perf_counter()) - begin < seconds:
        for key, _ in ready.select(timeout=5):
            connection = key.fileobj  # type: ignore[assignment]
            head, body = answer_of(connection)
            assert head.startswith(f"HTTP/1.1 {target.status} ".encode()), head
            assert len(body) == target.length, (target.name, len(body))
            done += 1
            connection.sendall(target.request)
    for key in list(ready.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return done / (now - begin)


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 20)
    assert received, "the server hung up"
    return received


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
