"""Whom Pear calls when a browser names a push service, and whom never."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.env import loopback_push
from scheduler.notifications.push_address import BadAddressError, checked_endpoint, is_public, open_socket

INSIDE = [
    "0.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "no number",
    "",
]


@pytest.mark.parametrize("number", INSIDE)
def test_what_leads_inside_is_not_public(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["1.1.1.1", "142.250.74.106", "2a00:1450:4001:82a::200a", "::ffff:1.1.1.1"])
def test_the_rest_of_the_internet_is(number: str) -> None:
    assert is_public(number)


@given(last=st.integers(min_value=0, max_value=2**24 - 1))
def test_no_loopback_address_is_public_in_any_dress(last: int) -> None:
    number = (127 << 24) + last
    octets = ".".join(str(part) for part in number.to_bytes(4))
    halves = f"{number >> 16:x}:{number & 0xFFFF:x}"
    assert not any(is_public(text) for text in (octets, f"::ffff:{octets}", f"64:ff9b::{halves}", f"2002:{halves}::"))


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def_-",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QA",
        "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d",
        "https://fcm.googleapis.com:443/wp/1",
    ],
)
def test_the_push_services_of_the_browsers_are_let_in(address: str) -> None:
    assert checked_endpoint(address) == address


def test_a_host_may_let_others_in_but_never_an_address_in_numbers(settings: Settings) -> None:
    settings.PUSH_HOSTS = ("*",)
    assert checked_endpoint("https://push.example.org/x")
    for bad in (
        "https://1.1.1.1/",
        "https://[2a00::1]/",
        "https://intranet/",
        "https://a.0x7f/",
        "https://-a.example/",
    ):
        with pytest.raises(BadAddressError):
            checked_endpoint(bad)


def test_no_real_site_calls_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSH_LOOPBACK", "1")
    assert loopback_push("http://127.0.0.1:8000")
    with pytest.raises(ImproperlyConfigured):
        loopback_push("https://pear.example")


def test_this_machine_is_called_in_tests_alone(settings: Settings) -> None:
    assert settings.PUSH_LOOPBACK is False
    with pytest.raises(BadAddressError):
        open_socket(host="localhost", port=9, timeout=1)
    settings.PUSH_LOOPBACK = True
    assert checked_endpoint("https://127.0.0.1:4433/x")
    with pytest.raises(BadAddressError):
        checked_endpoint("https://10.0.0.1:4433/x")


def test_a_name_that_also_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a resolver says is looked at as a whole, and nothing is asked twice: a second answer could differ."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in ("1.1.1.1", "10.0.0.1")]
    asked: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return list(answers)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(BadAddressError):
        open_socket(host="fcm.googleapis.com", port=443, timeout=1)
    assert asked == ["fcm.googleapis.com"]
