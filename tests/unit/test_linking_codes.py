"""Codes as people type them, and the words they read to each other."""

import re
import uuid

import pytest

from accounts import codes
from accounts.words import WORDS, three_words


def test_a_code_is_ten_crockford_characters_and_always_the_same() -> None:
    """Fifty bits, shown again and again, in two groups of five."""
    key = uuid.uuid4()
    code = codes.code_of(key)
    assert code == codes.code_of(key)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code)
    assert codes.shown(code) == f"{code[:5]}-{code[5:]}"


@pytest.mark.parametrize("text", ["ABCDE-01234", "abcde 01234", " a-b c-d e0l2 34 ", "ABCDEOI234", "abcdeoL234\n"])
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    """Case, spaces and dashes do not matter; O reads as 0, I and L as 1."""
    assert codes.typed(text) == "ABCDE01234"


def test_a_stop_link_carries_no_address() -> None:
    """It carries a signed, keyed hash; whatever is not signed here is nothing."""
    link = codes.stop_link_for("Some.One@example.org")
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert "example" not in link
    assert codes.stopped_hash(token) == codes.address_hash("some.one@EXAMPLE.org ")
    assert codes.stopped_hash(token[:-1]) is None
    assert codes.stopped_hash("x") is None


def test_the_words_are_many_plain_and_short() -> None:
    """At least 512, so that three of them are more than 27 bits; all lower-case letters."""
    assert len(set(WORDS)) == len(WORDS) >= 512
    assert all(re.fullmatch("[a-z]{2,12}", word) for word in WORDS)
    assert len(three_words().split()) == 3
