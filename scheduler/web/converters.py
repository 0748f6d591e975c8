"""Parts of an address that name something of the domain."""

from typing import ClassVar

from scheduler.domain.talk import Card


class CardConverter:
    """A card by its neutral name; any other name is no address."""

    regex: ClassVar[str] = "[a-z]+"

    def to_python(self, value: str) -> Card:
        """Return the card. Raises ValueError where there is none, which Django answers with 404."""
        return Card(value)

    def to_url(self, value: Card) -> str:
        """Return the card's name."""
        return value.value
