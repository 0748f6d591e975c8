"""The keys of web push: Pear's own, which says who sends (RFC 8292), and a browser's, which only it can open."""

import base64
import functools
import time
from email.utils import parseaddr
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

AUTH_BYTES = 16
POINT_BYTES = 65  # an uncompressed point of P-256 (RFC 8291, 3.1)
_TOKEN_SECONDS = 12 * 3600  # RFC 8292 allows a day; half of it leaves room for clocks that differ


class BadKeyError(ValueError):
    """This is no key that a browser has made."""


def public_key() -> str:
    """Return the key that pages give to browsers (`applicationServerKey`): a P-256 point, 65 bytes in base64url."""
    point = _vapid(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def authorization(endpoint: str) -> str:
    """Return the header that tells the push service at `endpoint` who sends (RFC 8292, section 3)."""
    site = urlsplit(endpoint)
    claims = {
        "aud": f"{site.scheme}://{site.netloc}",
        "exp": int(time.time()) + _TOKEN_SECONDS,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return str(_vapid(settings.VAPID_PRIVATE_KEY).sign(claims)["Authorization"])


def checked_keys(*, p256dh: str, auth: str) -> tuple[str, str]:
    """Return a browser's two keys in base64url without padding; raises `BadKeyError` for what is none."""
    point, secret = _bytes(p256dh, most=POINT_BYTES), _bytes(auth, most=AUTH_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadKeyError from None
    if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
        raise BadKeyError
    return _text(point), _text(secret)


def encrypted(payload: bytes, *, p256dh: str, auth: str) -> bytes:
    """Return `payload` so that only the browser with these keys can read it (RFC 8291), as `aes128gcm`."""
    return bytes(
        http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_bytes(p256dh, most=POINT_BYTES),
            auth_secret=_bytes(auth, most=AUTH_BYTES),
            version="aes128gcm",
        )
    )


@functools.cache
def _vapid(private_key: str) -> Vapid02:
    return Vapid02.from_raw(private_key.encode())


def _bytes(text: str, *, most: int) -> bytes:
    """Return what `text` stands for in base64url, padded or not; a long one is not even looked at."""
    bare = text.rstrip("=")
    if not bare or len(bare) > -(-most * 4 // 3):
        raise BadKeyError
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadKeyError from None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
