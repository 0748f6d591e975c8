"""A provider of mail of our own: a real HTTP server on loopback that speaks Postmark's API, as its manual has it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pytest_django import Settings

from config.email_url import anymail_settings

TAKEN = (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "an id of the provider's"})
INACTIVE = (
    422,
    {
        "ErrorCode": 406,
        "Message": "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: "
        "ana@example.org. Inactive recipients are ones that have generated a hard bounce.",
    },
)


@dataclass
class Provider:
    """What the provider does: it gives its `answers` in turn, the last one for all others, and keeps what it takes."""

    url: str = ""
    answers: tuple[tuple[int, Any], ...] = (TAKEN,)
    calls: list[dict[str, Any]] = field(default_factory=list)
    cuts: bool = False

    @property
    def taken(self) -> list[dict[str, Any]]:
        """The mails that came, oldest first."""
        return self.calls


class _Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        """Answer somebody who only looks whether there is an answer."""
        self.send_response(405)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Take one mail, and say what was ordered."""
        provider = self.provider
        provider.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if provider.cuts:
            self.close_connection = True
            return
        status, said = provider.answers[min(len(provider.calls), len(provider.answers)) - 1]
        body = json.dumps({"To": provider.calls[-1]["To"], **said}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal of the tests."""


@contextmanager
def provider_running(settings: Settings) -> Iterator[Provider]:
    """Run such a provider, and let Pear deliver to it."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.url = f"postmark://token@?api_url=http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    deliver_to(settings, provider.url)
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def deliver_to(settings: Settings, url: str) -> None:
    """Let Pear deliver to the provider behind this EMAIL_URL."""
    settings.DELIVERY_EMAIL_BACKEND = "accounts.provider_mail.ProviderBackend"
    settings.EMAIL_PROVIDER_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = anymail_settings(url, timeout=5)
