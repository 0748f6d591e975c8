"""Parts of an address that name something of the domain."""

from django.urls.converters import StringConverter

from scheduler.domain.talk import Card


class CardConverter(StringConverter):
    """A card by its neutral name; any other name is no address."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> Card:
        """Return the card. Raises ValueError where there is none, which Django answers with 404."""
        return Card(value)
