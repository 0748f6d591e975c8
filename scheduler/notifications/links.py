"""Addresses that a mail carries: signed, one purpose each, and good for nothing else.

A link to a time holds the id of its notice and nothing more. A link that stops a kind of mail holds the reader's id,
because notices are forgotten sooner than mails. The same link is made each time, so that a repeated mail is equal.
"""

import base64
import binascii
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SHORT = 22  # letters of base64 that an id takes
_SEPARATOR = "~"  # unreserved in addresses (RFC 3986, 2.3), and no letter of base64


class Purpose(StrEnum):
    """What a link is for; a link made for one opens no other."""

    TIME = "time"
    FREE = "free"
    STOP = "stop"


class Topic(StrEnum):
    """The kinds of mail that a reader stops one by one."""

    REMINDERS = "r"
    AHEAD = "a"
    OFFERS = "o"
    CHANGES = "c"
    WEEK = "w"


class BadLinkError(Exception):
    """The text is no link that Pear has made for this purpose."""


def time_link(notice_id: UUID) -> str:
    """Return the whole address of the page on which the time of this notice can be freed."""
    return settings.SITE_URL + reverse("mail-link", args=[_sign(Purpose.TIME, _short(notice_id))])


def stop_link(topic: Topic, user_id: UUID) -> str:
    """Return the whole address of the page on which this reader stops one kind of mail."""
    return settings.SITE_URL + reverse("mail-stop", args=[_sign(Purpose.STOP, topic + _short(user_id))])


def free_token(*, device_id: UUID, notice_id: UUID) -> str:
    """Return what one device may free the time of this notice with; it is no address, and stands in none."""
    return _sign(Purpose.FREE, _short(device_id) + _short(notice_id))


def overview_link() -> str:
    """Return the whole address of the overview."""
    return settings.SITE_URL + reverse("agenda")


def week_link() -> str:
    """Return the whole address of the page about the week."""
    return settings.SITE_URL + reverse("windows")


def read_time_link(token: str) -> UUID:
    """Return the id of the notice that this link came with; raises `BadLinkError`."""
    return _long(_unsign(Purpose.TIME, token))


def read_free_token(token: str) -> tuple[UUID, UUID]:
    """Return the ids of the device that this token was given to, and of the notice; raises `BadLinkError`."""
    text = _unsign(Purpose.FREE, token)
    return _long(text[:_SHORT]), _long(text[_SHORT:])


def read_stop_link(token: str) -> tuple[Topic, UUID]:
    """Return the kind of mail and the id of the reader of this link; raises `BadLinkError`."""
    text = _unsign(Purpose.STOP, token)
    try:
        return Topic(text[:1]), _long(text[1:])
    except ValueError:
        raise BadLinkError from None


def _sign(purpose: Purpose, text: str) -> str:
    return signing.Signer(salt=f"pear.mail.{purpose}", sep=_SEPARATOR).sign(text)


def _unsign(purpose: Purpose, token: str) -> str:
    try:
        return signing.Signer(salt=f"pear.mail.{purpose}", sep=_SEPARATOR).unsign(token)
    except signing.BadSignature:
        raise BadLinkError from None


def _short(identity: UUID) -> str:
    return base64.urlsafe_b64encode(identity.bytes).decode().rstrip("=")


def _long(text: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except (ValueError, binascii.Error):
        raise BadLinkError from None
