"""The pages of the cards as a browser without scripts uses them."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from scheduler.domain.talk import Card


def address(card: Card, name: str = "card") -> str:
    return reverse(name, args=[card])


def text_of(answer: Any) -> str:
    """Return a page as it is read, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def save(client: Client, card: Card = Card.MEANING, *, version: str | None = None, **typed: str) -> Any:
    """Save a card as its page stands, or as it stood at `version`."""
    if version is None:
        version = version_on(client, card)
    fields = {f"{card}-{name}": value for name, value in typed.items()}
    return client.post(address(card), {f"{card}-version": version, **fields})


def version_on(client: Client, card: Card) -> str:
    """Return the version that the page of a card holds."""
    return version_in(client.get(address(card)).content.decode(), card)


def version_in(page: str, card: Card) -> str:
    """Return the version of a card's answer that stands in a page."""
    found = re.search(rf'name="{card}-version" value="([^"]*)"', page)
    assert found
    return found[1]
