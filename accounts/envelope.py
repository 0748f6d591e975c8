"""Envelope encryption: what people write is sealed with a data key of its owner's, which is itself sealed.

Each owner has one data key. The database holds it only wrapped by a master key, which stands outside the database
(setting MASTER_KEYS, newest first). So a stolen database or backup tells nothing, a new master key asks for nothing
but wrapping the data keys again, and text whose wrapped key has been deleted is gone wherever it was copied to.

Both steps are AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. What is sealed is bound to its place, so
that it opens nowhere else: a data key to its owner, a text to its table, column and row.
"""

import hashlib
import secrets
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12  # SP 800-38D, section 8.2.2
_MARK_BYTES: Final = 4  # tells which master key wrapped a data key, and nothing of that key
_OPENED_AT_ONCE: Final = 4096


class SealBrokenError(Exception):
    """What was to be opened was changed, stands in another's place, or its key is gone. Nothing of it is told."""


def new_data_key(*, owner: UUID) -> bytes:
    """Return a fresh data key for `owner`, wrapped by the newest master key: what the database may hold."""
    return _wrapped(secrets.token_bytes(KEY_BYTES), owner)


def rewrapped(wrapped: bytes, *, owner: UUID) -> bytes | None:
    """Return the same data key wrapped by the newest master key; None where it already is.

    Raises SealBrokenError when no master key of this installation opens it.
    """
    if wrapped[:_MARK_BYTES] == _mark(settings.MASTER_KEYS[0]):
        return None
    return _wrapped(_data_key(wrapped, owner, settings.MASTER_KEYS), owner)


def is_known(wrapped: bytes) -> bool:
    """Return whether this data key was wrapped by one of the master keys of this installation."""
    return any(wrapped[:_MARK_BYTES] == _mark(master) for master in settings.MASTER_KEYS)


def seal(text: str, *, wrapped: bytes, owner: UUID, place: str) -> bytes:
    """Return `text` sealed with the owner's data key for one place; empty text stays empty."""
    if not text:
        return b""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    key = _data_key(wrapped, owner, settings.MASTER_KEYS)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())


def unseal(sealed: bytes, *, wrapped: bytes, owner: UUID, place: str) -> str:
    """Return the text that was sealed for this owner and place. Raises SealBrokenError."""
    if not sealed:
        return ""
    return _opened(_data_key(wrapped, owner, settings.MASTER_KEYS), sealed, place.encode()).decode()


@lru_cache(maxsize=_OPENED_AT_ONCE)
def _data_key(wrapped: bytes, owner: UUID, master_keys: tuple[bytes, ...]) -> bytes:
    """Unwrap a data key; the same few are needed again and again."""
    for master in master_keys:
        if wrapped[:_MARK_BYTES] == _mark(master):
            return _opened(master, wrapped[_MARK_BYTES:], owner.bytes)
    raise SealBrokenError


def _wrapped(data_key: bytes, owner: UUID) -> bytes:
    master, nonce = settings.MASTER_KEYS[0], secrets.token_bytes(_NONCE_BYTES)
    return _mark(master) + nonce + AESGCM(master).encrypt(nonce, data_key, owner.bytes)


def _opened(key: bytes, sealed: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError from error


def _mark(master: bytes) -> bytes:
    return hashlib.blake2b(master, digest_size=_MARK_BYTES, person=b"pear.master.mark").digest()
