"""A mail server that can be told to misbehave, or to stand still, at an exact point of the conversation.

Plain sockets and one thread a connection: it is faster than what it measures, and a point is reached in the order in
which the other side asked. What it has taken counts as delivered, whether or not the other side has heard so.
"""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^Date:\s*([^\r]+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"<([^>]*)>")
PATIENCE = 120.0  # what is held is let go after this, whatever becomes of the test


class Point(StrEnum):
    """Where in the conversation (RFC 5321, 4.1.4) something happens: each just before the server's answer."""

    GREETING = "greeting"  # the sender has claimed its rows and begun with none
    MAIL = "mail"  # it has marked one row as begun
    RECIPIENT = "rcpt"
    DATA = "data"
    WHOLE = "whole"  # the message is here, and can still be refused
    TAKEN = "taken"  # the message is here, and the sender does not know yet


class HangUpError(Exception):
    """The server ends the connection."""


@dataclass(frozen=True)
class Taken:
    """One message that was taken; `at` is when, `dated` what its sender's clock showed (seconds since 1970)."""

    message_id: str
    recipient: str
    at: float
    connection: int
    dated: float


# What happens at a point: None goes on as if nothing were, bytes are said instead of the usual answer, and
# `HangUpError` ends the connection.
Deed = Callable[[socket.socket], bytes | None]


@dataclass
class Hold:
    """Stands still until it is let go; `reached` once somebody has come here, `peers` the ports of all who have."""

    reached: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    peers: list[int] = field(default_factory=list)

    def __call__(self, line: socket.socket) -> None:
        self.peers.append(line.getpeername()[1])
        self.reached.set()
        self.over.wait(PATIENCE)

    @property
    def peer(self) -> int:
        """The port of the first who has come here."""
        return self.peers[0]


def say(answer: str) -> Deed:
    """Answer with this instead."""
    return lambda _: f"{answer}\r\n".encode()


def hang_up(_: socket.socket) -> None:
    """End the connection without a word."""
    raise HangUpError


def drip(line: socket.socket) -> None:
    """Answer one byte at a time, so slowly that no single wait is long and the whole has no end."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        line.sendall(b"2")
        time.sleep(0.2)
    raise HangUpError


@dataclass
class _Rule:
    point: Point
    deed: Deed
    times: float
    recipient: str

    def applies(self, point: Point, recipient: str) -> bool:
        return self.times > 0 and point is self.point and self.recipient in recipient


class Sink:
    """The server; `taken` is what it has received, `connections` how many there were.

    With `tls` it speaks TLS from the first byte, as servers that take mails from programs should (RFC 8314, 3.3).
    Like most of them it takes commands in a row (PIPELINING, RFC 2920), unless it is told not to.
    """

    def __init__(self, port: int = 0, *, tls: ssl.SSLContext | None = None, pipelining: bool = True) -> None:
        self._tls, self.pipelining = tls, pipelining
        self.taken: list[Taken] = []
        self.connections = 0
        self.port = port
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._door: socket.socket | None = None
        self.open()

    def open(self) -> None:
        """Listen, on the same port each time."""
        self._door = socket.create_server(("127.0.0.1", self.port), backlog=200)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._welcome, args=(self._door,), name="sink", daemon=True).start()

    def close(self) -> None:
        """Refuse connections from now on; those that stand go on."""
        if self._door is not None:
            self._door.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            self._door.close()
            self._door = None

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"{'smtp' if self._tls is None else 'smtp+ssl'}://127.0.0.1:{self.port}"

    @contextmanager
    def does(self, point: Point, deed: Deed, *, times: float = float("inf"), to: str = "") -> Iterator[None]:
        """Let this happen at `point`, so many times, to mails for an address that holds `to`; for one block."""
        rule = _Rule(point, deed, times, to)
        self._rules.append(rule)
        try:
            yield
        finally:
            self._rules.remove(rule)

    @contextmanager
    def holds(self, point: Point, *, times: float = 1, to: str = "") -> Iterator[Hold]:
        """Stand still at `point` until the end of the block."""
        hold = Hold()
        try:
            with self.does(point, hold, times=times, to=to):
                yield hold
        finally:
            hold.over.set()

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(line, self.connections), daemon=True).start()

    def _serve(self, line: socket.socket, number: int) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, HangUpError), self._private(line) as own, own.makefile("rb") as words:
            _Talk(self, own, words.readline, number).through()

    def _private(self, line: socket.socket) -> socket.socket:
        return line if self._tls is None else self._tls.wrap_socket(line, server_side=True)

    def at(self, point: Point, line: socket.socket, recipient: str = "") -> bytes | None:
        """Do what is to be done at `point`; returns what to say instead of the usual answer."""
        with self._lock:
            rule = next((rule for rule in self._rules if rule.applies(point, recipient)), None)
            if rule is None:
                return None
            rule.times -= 1
        return rule.deed(line)

    def take(self, taken: Taken) -> None:
        """Keep a message."""
        self.taken.append(taken)


@dataclass
class _Talk:
    """One conversation."""

    sink: Sink
    line: socket.socket
    read: Callable[[], bytes]
    number: int
    recipient: str = ""

    def through(self) -> None:
        self._answer(Point.GREETING, b"220 sink\r\n")
        while word := self.read():
            verb = word[:4].upper()
            if verb == b"QUIT":
                self.line.sendall(b"221 bye\r\n")
                return
            self._one(verb, word)

    def _one(self, verb: bytes, word: bytes) -> None:
        if verb == b"MAIL":
            self._answer(Point.MAIL, b"250 OK\r\n")
        elif verb == b"RCPT":
            self.recipient = _first(_ADDRESS, word)
            self._answer(Point.RECIPIENT, b"250 OK\r\n")
        elif verb == b"DATA":
            if self._answer(Point.DATA, b"354 go on\r\n"):
                self._message()
        elif verb == b"EHLO" and self.sink.pipelining:
            self.line.sendall(b"250-sink\r\n250 PIPELINING\r\n")
        elif verb in {b"EHLO", b"RSET", b"NOOP"}:
            self.line.sendall(b"250 sink\r\n")
        else:
            self.line.sendall(b"502 no\r\n")

    def _answer(self, point: Point, usual: bytes) -> bool:
        """Answer as usual and return True, or as a rule demands and return False."""
        unusual = self.sink.at(point, self.line, self.recipient)
        self.line.sendall(unusual or usual)
        return unusual is None

    def _message(self) -> None:
        lines = []
        while (word := self.read()) != b".\r\n":
            if not word:
                raise HangUpError
            lines.append(word)
        if (refused := self.sink.at(Point.WHOLE, self.line, self.recipient)) is not None:
            self.line.sendall(refused)
            return
        message = b"".join(lines)
        self.sink.take(Taken(_first(_MESSAGE_ID, message), self.recipient, time.time(), self.number, _dated(message)))
        self._answer(Point.TAKEN, b"250 OK\r\n")


def _first(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return found[1].decode() if found else ""


def _dated(message: bytes) -> float:
    return parsedate_to_datetime(_first(_DATE, message)).replace(tzinfo=UTC).timestamp()
