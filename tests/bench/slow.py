"""Clients that trickle the heads or the bodies of their requests byte by byte, and keep on coming back."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PAUSE = 1.0  # seconds between two bytes of each client
CSRF = "c" * 32  # a token of the client's own making: with it, a form is read before it is turned away
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"z" * 4096
BODY = (
    f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={CSRF}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4096\r\n\r\n"
).encode()


class Slow:
    """One client: what it has begun, and what it has yet to send."""

    def __init__(self, port: int, *, body: bool) -> None:
        self._port, self._body = port, body
        self._rest = b""
        self._open()

    def step(self) -> None:
        """Send one more byte; begin anew where the server has hung up."""
        try:
            self.connection.send(self._rest[:1])
            self._rest = self._rest[1:] or self._rest
        except OSError:
            self.connection.close()
            with suppress(OSError):
                self._open()

    def _open(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        self._rest = b"z" * 4096 if self._body else HEAD
        if self._body:
            self.connection.sendall(BODY)


@contextmanager
def slow_clients(port: int, *, count: int, body: bool) -> Iterator[None]:
    """Have so many of them at the server for the length of a block."""
    clients = [Slow(port, body=body) for _ in range(count)]
    over = Event()

    def trickle() -> None:
        while not over.wait(PAUSE):
            for client in clients:
                client.step()

    thread = Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.connection.close()
