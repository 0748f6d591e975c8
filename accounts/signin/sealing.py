"""Small secrets in the database that must be readable again: sealed with a key that stands outside it."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE = b"accounts.signin"


class SealBrokenError(Exception):
    """What was to be opened was not sealed with a key that this server has."""


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
