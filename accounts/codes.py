"""Codes, links and keyed hashes of linking: what a person types, what a link carries, what a row may hold.

A code is ten characters of Crockford's base32 (50 bits), derived from the invitation's id and the server's key: the
page can show it again and again while the database holds only its keyed hash.
"""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_stop_signer = Signer(salt="pear.mail-stop")


def code_of(invitation_id: UUID) -> str:
    """Return the code of this invitation: ten characters, without the dash it is shown with."""
    bits = int.from_bytes(salted_hmac("pear.invitation", invitation_id.hex, algorithm="sha256").digest()[:7], "big")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH))


def shown(code: str) -> str:
    """Return `code` as people read it: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def typed(text: str) -> str:
    """Return the code meant by `text`, whatever its case, spaces and dashes; O reads as 0, I and L as 1."""
    return "".join(text.upper().split()).replace("-", "").translate(_READ_AS)


def code_hash(code: str) -> str:
    """Return the keyed hash under which an invitation is found by its code."""
    return _keyed("pear.invitation.hash", code)


def pair_hash(*, inviter_id: UUID, invited_id: UUID) -> str:
    """Return the keyed hash of an ordered pair of users."""
    return _keyed("pear.closed", f"{inviter_id.hex}:{invited_id.hex}")


def address_hash(address: str) -> str:
    """Return the keyed hash of a mail address, the same for every way of writing its case."""
    return _keyed("pear.address", address.strip().lower())


def link_for(code: str) -> str:
    """Return the full address that leads to redeeming `code`."""
    return settings.SITE_URL + reverse("link-invited", args=[shown(code)])


def stop_link_for(address: str) -> str:
    """Return the full address of the "Not for me" page of this mail address; it does not show the address."""
    return settings.SITE_URL + reverse("link-not-for-me", args=[_stop_signer.sign(address_hash(address))])


def stopped_hash(token: str) -> str | None:
    """Return the address hash that a "Not for me" link carries; None for anything else."""
    try:
        return _stop_signer.unsign(token)
    except BadSignature:
        return None


def _keyed(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
