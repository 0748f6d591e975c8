"""A push service of our own (RFC 8030): a real HTTPS server on loopback that checks, decrypts and keeps what it gets.

It stands for the push services of the browser makers, and its browsers for the browsers. Nothing here is shared with
the code under test: signatures are checked (RFC 8292) and messages opened (RFC 8188, RFC 8291) with bare cryptography.
"""

import base64
import datetime as dt
import ipaddress
import json
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

DAY = 24 * 3600
CREATED = 201


@dataclass(frozen=True)
class Pushed:
    """One message that was taken: as it came, and as its browser reads it."""

    path: str
    headers: dict[str, str]
    body: bytes
    text: bytes
    claims: dict[str, Any]

    @property
    def said(self) -> dict[str, Any]:
        """What the service worker of the browser gets."""
        said: dict[str, Any] = json.loads(self.text)
        return said


@dataclass
class PushBrowser:
    """A browser that has subscribed: its address at the service, and the keys that nobody else has."""

    path: str
    origin: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen letters!"

    def subscription(self) -> dict[str, str]:
        """Return what the page hands to Pear."""
        return {
            "endpoint": self.origin + self.path,
            "p256dh": to_text(point(self.private.public_key())),
            "auth": to_text(self.secret),
        }

    def opened(self, body: bytes) -> bytes:
        """Return the message in `body` (RFC 8188, one record); InvalidTag if it is for another browser."""
        salt, size, length = body[:16], struct.unpack("!L", body[16:20])[0], body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\0" + point(self.private.public_key()) + sender
        key = derived(shared, salt=self.secret, info=info, length=32)
        cek = derived(key, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
        nonce = derived(key, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
        padded = AESGCM(cek).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\2")
        return padded[:-1]


@dataclass
class PushService:
    """What the service does: it answers with `status`, holds the line while `hangs`, and keeps what it takes."""

    origin: str
    certificate: Path
    browsers: dict[str, PushBrowser] = field(default_factory=dict)
    pushed: list[Pushed] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = CREATED
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    hangs: threading.Event = field(default_factory=threading.Event)
    cuts: bool = False

    def browser(self) -> PushBrowser:
        """Let one more browser subscribe."""
        browser = PushBrowser(f"/push/{len(self.browsers)}", self.origin)
        self.browsers[browser.path] = browser
        return browser

    def to(self, browser: PushBrowser) -> list[Pushed]:
        """Return what has come for one browser."""
        return [each for each in self.pushed if each.path == browser.path]

    def reset(self) -> None:
        """Forget everything, and be well."""
        self.pushed.clear()
        self.asked.clear()
        self.problems.clear()
        self.statuses.clear()
        self.headers.clear()
        self.status, self.cuts = CREATED, False
        self.hangs.clear()


class _Handler(BaseHTTPRequestHandler):
    """One call to the service."""

    service: PushService

    def do_POST(self) -> None:
        """Check, open and keep the message; answer as the service was told to."""
        service = self.service
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service.asked.append(self.path)
        while service.hangs.is_set():
            time.sleep(0.02)
        status = service.statuses.get(self.path, service.status)
        try:
            kept = self._checked(body)
        except Exception as error:  # noqa: BLE001  (the test that sent it shall see it)
            service.problems.append(repr(error))
            status = 400
        else:
            if status == CREATED:
                service.pushed.append(kept)
        if service.cuts:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in service.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _checked(self, body: bytes) -> Pushed:
        scheme, _, parameters = self.headers["Authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in parameters.split(","))
        claims = checked_claims(parts["t"], parts["k"])
        assert claims["aud"] == self.service.origin
        assert self.headers["Content-Encoding"] == "aes128gcm"
        text = self.service.browsers[self.path].opened(body)
        return Pushed(self.path, dict(self.headers), body, text, claims)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal of the tests."""


def checked_claims(token: str, key: str) -> dict[str, Any]:
    """Return what a VAPID token says, once its signature (ES256) and its time have been checked."""
    signed, _, signature = token.rpartition(".")
    head, claimed = (json.loads(to_bytes(part)) for part in signed.split("."))
    assert (head["alg"], head["typ"]) == ("ES256", "JWT")
    raw = to_bytes(signature)
    whole = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to_bytes(key))
    public.verify(whole, signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert time.time() < claimed["exp"] <= time.time() + DAY
    assert claimed["sub"].startswith("mailto:")
    return dict(claimed)


def derived(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Return HKDF-SHA-256 of `key` (RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as an uncompressed point."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def to_text(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def to_bytes(text: str) -> bytes:
    """Return what base64url without padding stands for."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "push.crt", folder / "push.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return paths


@contextmanager
def push_service_running(folder: Path) -> Iterator[PushService]:
    """Run a push service in a thread, with its certificate in `folder`."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    service = PushService(f"https://127.0.0.1:{server.server_port}", certificate)
    handler.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.hangs.clear()
        server.shutdown()
        thread.join()
        server.server_close()
