"""Somebody who speaks HTTP to Pear as they please: over the wire, or straight into this process."""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

PROOF = "k" * 32
FORM = "application/x-www-form-urlencoded"
PATIENCE = 60.0
CUT_OFF = 0  # instead of a status: the server hung up while it was still being told more


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers.get("location", "")


Door = Callable[[str, str, bytes, Mapping[str, str]], Answer]  # method, path, body, headers


def wire(netloc: str) -> Door:
    """Return the way to a real web server."""

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = HTTPConnection(netloc, timeout=PATIENCE)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has everything
                connection.request(method, path, body or None, dict(headers))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            jar = SimpleCookie(", ".join(response.headers.get_all("Set-Cookie", [])))
            cookies = {name: morsel.value for name, morsel in jar.items()}
            return Answer(response.status, named, cookies, response.read().decode(errors="replace"))
        except ConnectionResetError:
            return Answer(CUT_OFF, {}, {}, "")
        finally:
            connection.close()

    return ask


def raw(netloc: str, request: bytes) -> int:
    """Send bytes as they are; returns the status of the answer, CUT_OFF when there is none."""
    host, port = netloc.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        head = line.recv(64).split(b" ")
    return int(head[1]) if len(head) > 1 else CUT_OFF


def inside() -> Door:
    """Return the way into this process, where forms need their proof as they do outside."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        sent = {name.lower(): value for name, value in headers.items()}
        kind = sent.pop("content-type", "application/octet-stream")
        client.cookies.clear()
        response: Any = client.generic(
            method, path, body, kind, headers=sent, REMOTE_ADDR=sent.get("x-forwarded-for", "127.0.0.1")
        )
        content = b"".join(response.streaming_content) if response.streaming else response.content
        text = content.decode(errors="replace")
        cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        return Answer(
            response.status_code, {name.lower(): value for name, value in response.headers.items()}, cookies, text
        )

    return ask


@dataclass
class Visitor:
    """A browser, well-meaning or not. It keeps the cookies that it is given."""

    door: Door
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request; a header is named with underscores."""
        cookies = {settings.CSRF_COOKIE_NAME: PROOF} | self.cookies
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        sent |= {"X-Forwarded-For": self.address}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.door(method, path, body, sent)
        self.cookies |= {name: value for name, value in answer.cookies.items() if name != settings.CSRF_COOKIE_NAME}
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """Fetch a page."""
        return self.ask("GET", path, b"", **headers)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        """Send a form with its proof."""
        body = urlencode({"csrfmiddlewaretoken": PROOF} | dict(fields or {}), doseq=True).encode()
        return self.ask("POST", path, body, **{"Content_Type": FORM, **headers})

    def sign_in(self, address: str, password: str, *, path: str = "/account/login/") -> Answer:
        """Try an account."""
        return self.post(path, {"login": address, "password": password})

    def is_signed_in(self) -> bool:
        """Return whether the settings open."""
        return self.get("/settings/").status == 200
