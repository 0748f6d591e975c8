"""The keys of web push, and what is made with them, held against the standard's own example."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from config.env import vapid_private_key
from scheduler.notifications.push_call import LONGEST_WAIT, _wait
from scheduler.notifications.push_keys import BadKeyError, authorization, checked_keys, encrypted, public_key
from tests.push_service import PushBrowser, checked_claims, to_bytes

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# RFC 8291, appendix A
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkN" + "toIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def test_the_keys_of_the_standard_are_taken_in_any_spelling() -> None:
    assert checked_keys(p256dh=P256DH, auth=AUTH) == (P256DH, AUTH)
    assert checked_keys(p256dh=P256DH + "=", auth=AUTH + "==") == (P256DH, AUTH)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [(P256DH, P256DH), (AUTH, AUTH), ("", AUTH), (P256DH, ""), (P256DH[:-4] + "AAAA", AUTH), (P256DH, AUTH + "AAAA")],
)
def test_what_is_no_pair_of_keys_is_told_apart(p256dh: str, auth: str) -> None:
    with pytest.raises(BadKeyError):
        checked_keys(p256dh=p256dh, auth=auth)


def test_only_its_browser_opens_a_message_and_no_two_are_alike() -> None:
    one, other = PushBrowser("/1", "https://x"), PushBrowser("/2", "https://x")
    keys = {name: one.subscription()[name] for name in ("p256dh", "auth")}
    bodies = [encrypted(b"a sentence", **keys) for _ in range(2)]
    assert [one.opened(body) for body in bodies] == [b"a sentence", b"a sentence"]
    assert bodies[0] != bodies[1]
    with pytest.raises(InvalidTag):
        other.opened(bodies[0])


def test_pear_signs_for_one_push_service_and_half_a_day() -> None:
    scheme, _, parameters = authorization("https://push.example.org/a/b?c").partition(" ")
    token, key = (part.partition("=")[2] for part in parameters.split(","))
    assert (scheme, key, len(to_bytes(key))) == ("vapid", public_key(), 65)
    assert checked_claims(token, key)["aud"] == "https://push.example.org"


def test_the_key_is_made_once_and_kept_to_oneself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAPID_PRIVATE_KEY", raising=False)
    made = vapid_private_key(tmp_path)
    assert vapid_private_key(tmp_path) == made
    assert (tmp_path / "vapid_key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("VAPID_PRIVATE_KEY", base64.urlsafe_b64encode(bytes(31) + b"\1").decode())
    assert vapid_private_key(tmp_path) != made


@pytest.mark.parametrize("key", ["short", "A" * 43, "_" * 43, "ü" * 43, "-----BEGIN PRIVATE KEY-----"])
def test_a_key_that_is_none_stops_the_start(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPID_PRIVATE_KEY", key)
    with pytest.raises(ImproperlyConfigured):
        vapid_private_key(tmp_path)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("", 0),
        ("0", 0),
        ("90", 90),
        ("999999999999", LONGEST_WAIT.total_seconds()),
        ("Mon, 02 Mar 2026 09:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Tue, 03 Mar 2026 09:00:00 -0000", LONGEST_WAIT.total_seconds()),
        ("soon", 0),
        ("-5", 0),
        ("٣", 0),
    ],
)
def test_how_long_a_push_service_asks_to_wait(said: str, wait: int) -> None:
    assert _wait(said, NOW) == timedelta(seconds=wait)
