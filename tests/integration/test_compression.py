"""Pages leave compressed for whoever takes that, and their length tells nothing about what stands in them."""

import gzip
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from tests.scenes import FRIDAY, offered

PROOF = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')  # another one in each answer
GZIP = {"Accept-Encoding": "gzip"}


def page_of(body: bytes) -> bytes:
    return PROOF.sub(b"", body)


@pytest.mark.parametrize("name", ["agenda", "settings", "help"])
def test_a_page_is_compressed_for_who_asks_for_it_and_says_the_same(ana_client: Client, name: str) -> None:
    plain = ana_client.get(reverse(name))
    packed = ana_client.get(reverse(name), headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert {"Accept-Encoding", "Cookie"} <= set(packed.headers["Vary"].split(", "))
    assert page_of(gzip.decompress(packed.content)) == page_of(plain.content)
    assert len(packed.content) < len(plain.content) / 2


def test_the_same_page_is_never_of_one_length(ana_client: Client) -> None:
    """Who could put words into a page and measure it would else find out what it holds (BREACH)."""
    lengths = {len(ana_client.get(reverse("help"), headers=GZIP).content) for _ in range(12)}
    assert len(lengths) > 1


def test_news_are_told_from_what_is_there_compressed_or_not(ana_client: Client, ben: Partner) -> None:
    first = ana_client.get(reverse("agenda-part"), headers=GZIP)
    assert first.headers["Content-Encoding"] == "gzip"
    tag = first.headers["ETag"]
    assert ana_client.get(reverse("agenda-part"), headers=GZIP | {"If-None-Match": tag}).status_code == 304
    assert ana_client.get(reverse("agenda-part"), headers={"If-None-Match": tag.removeprefix("W/")}).status_code == 304
    offered(ben, FRIDAY)
    assert ana_client.get(reverse("agenda-part"), headers=GZIP | {"If-None-Match": tag}).status_code == 200
