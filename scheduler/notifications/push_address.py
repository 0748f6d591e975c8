"""The address of a push service, which a browser names and so anybody can: whom Pear calls there, and whom never.

An address is looked at twice: as text when it is stored, and as numbers at the moment of connecting, so that a name
which leads elsewhere by then leads nowhere. What was looked at is what is connected to; nothing is resolved again.
"""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from scheduler.models.push import LONGEST_ENDPOINT

HTTPS_PORT = 443
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII (RFC 3986): no blank, no control character, nothing to be folded
# A name as DNS has it whose last part begins with a letter: 0x7f.1, 2130706433 and [::1] are numbers, not names.
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# What `is_global` takes for public although it leads inside or to nobody: IPv4 in IPv6, relays, site-local, multicast.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/3",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
        "ff00::/8",
    )
)


class BadAddressError(ValueError):
    """This is no address of a push service, or it leads to where Pear never calls."""


def checked_endpoint(text: str) -> str:
    """Return `text` if it is the https address of a push service of the settings; raises `BadAddressError`."""
    if len(text) > LONGEST_ENDPOINT or not _PLAIN.fullmatch(text):
        raise BadAddressError
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
    except ValueError:
        raise BadAddressError from None
    here = settings.PUSH_LOOPBACK and _is_loopback(host)
    if not _is_bare(parts) or not (here or (port == HTTPS_PORT and _is_push_service(host))):
        raise BadAddressError
    return text


def open_socket(*, host: str, port: int, timeout: float) -> socket.socket:
    """Connect to `host`, waiting up to `timeout` seconds for each of its addresses.

    Raises `BadAddressError` when any of them is not public, and OSError when none answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not numbers or not all(_may_be_called(number) for number in numbers):
        raise BadAddressError
    return _first_to_answer(numbers, port, timeout)


def is_public(number: str) -> bool:
    """Return whether this IP address, as text, belongs to a host of the public internet."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not any(address in network for network in _NOT_PUBLIC)


def _is_bare(parts: SplitResult) -> bool:
    return parts.scheme == "https" and "@" not in parts.netloc and not parts.fragment


def _is_push_service(host: str) -> bool:
    known = any(allowed in {"*", host} or host.endswith(f".{allowed}") for allowed in settings.PUSH_HOSTS)
    return known and _NAME.fullmatch(host) is not None


def _may_be_called(number: str) -> bool:
    return is_public(number) or (settings.PUSH_LOOPBACK and _is_loopback(number))


def _is_loopback(host: str) -> bool:
    return host in {"127.0.0.1", "localhost", "::1"}


def _first_to_answer(numbers: list[str], port: int, timeout: float) -> socket.socket:
    error = OSError("no address")
    for number in numbers:
        try:
            return socket.create_connection((number, port), timeout)
        except OSError as raised:
            error = raised
    raise error
