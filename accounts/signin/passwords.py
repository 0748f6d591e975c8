"""Passwords that are guessed first: found with the lists that come with the program, without asking anybody."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

ENOUGH = 3  # of 4: "safely unguessable", about 10^8 guesses and more
LOOKED_AT = 72  # characters: what makes a longer one good stands in these
OUR_WORDS = ("pear", "calendar", "kalender", "partner")


class GuessablePasswordValidator:
    """Takes no password that is among the first to be tried: common ones, names, rows of keys, one's own address."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` for a password that is soon guessed, above all by somebody who knows the person."""
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[*OUR_WORDS, *_words_of(user)])
        if found["score"] < ENOUGH:
            raise ValidationError(
                _("This password is soon guessed. Three or four words that have nothing to do with you are good."),
                code="password_too_guessable",
            )

    def get_help_text(self) -> str:
        """Return what a good password is."""
        return _("Three or four words that have nothing to do with you are good.")


def _words_of(user: Any) -> list[str]:
    """Return what somebody who knows the person tries first: their name, their address and its parts."""
    if user is None:
        return []
    address = getattr(user, "email", "") or ""
    parts = address.replace("@", " ").replace(".", " ").replace("_", " ").replace("-", " ").replace("+", " ").split()
    return [word for word in [getattr(user, "name", ""), address, *parts] if word]
