"""Which kind of calendar program came for a feed, and what to expect of it."""

import re
from enum import StrEnum
from functools import lru_cache

_LONGEST_AGENT = 300


class ClientKind(StrEnum):
    """Kinds of calendar programs, as told by their User-Agent."""

    GOOGLE = "google"
    APPLE = "apple"
    OUTLOOK = "outlook"
    THUNDERBIRD = "thunderbird"
    ICSX5 = "icsx5"
    OTHER = "other"


_SIGNS = (
    (ClientKind.ICSX5, re.compile(r"icsx5|icsdroid", re.IGNORECASE)),
    (ClientKind.GOOGLE, re.compile(r"google-calendar|googlebot|google\.com", re.IGNORECASE)),
    (ClientKind.THUNDERBIRD, re.compile(r"thunderbird|lightning", re.IGNORECASE)),
    (ClientKind.OUTLOOK, re.compile(r"microsoft|outlook|exchange", re.IGNORECASE)),
    (
        ClientKind.APPLE,
        re.compile(r"dataaccessd|accountsd|calendaragent|calendard|ical/|\bmac ?os.*calendar", re.IGNORECASE),
    ),
)


def kind_of(user_agent: str) -> ClientKind:
    """Return the kind of program that calls itself `user_agent`."""
    return _kind_of(user_agent[:_LONGEST_AGENT])


@lru_cache(maxsize=256)  # few programs ask, all day long
def _kind_of(user_agent: str) -> ClientKind:
    return next((kind for kind, sign in _SIGNS if sign.search(user_agent)), ClientKind.OTHER)
