"""Secrets of signing in that must be readable again: sealed with the server's own key, outside the database.

They belong to a session or to the second step, before anybody's own data key can be asked for.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

from accounts.envelope import SealBrokenError

_PURPOSE = b"accounts.signin"


def seal(text: str) -> str:
    """Return `text` encrypted and authenticated, as ASCII."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed; `SealBrokenError` when it was changed, or sealed with a key that is gone."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBrokenError from error


def _keys() -> MultiFernet:
    """Return the keys: made from SECRET_KEY and, while it is being replaced, from SECRET_KEY_FALLBACKS."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_key(secret))) for secret in secrets])


def _key(secret: str | bytes) -> bytes:
    return hashlib.blake2b(force_bytes(secret), digest_size=32, person=_PURPOSE).digest()
