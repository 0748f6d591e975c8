"""Words that people typed, made fit for one line of a page, a mail header or a calendar, or for several of a page."""

import re
import unicodedata

BREAKS = frozenset({"Zl", "Zp"})
NEVER_STORED = frozenset({"Cc", "Cs"})
TURNS_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def single_line(text: str) -> str:
    """Return `text` on one line, without control characters and marks that turn the reading direction (UAX #9).

    Line breaks and runs of white space become one space. Joiners stay: many emoji and scripts are written with them.
    """
    return " ".join("".join(_kept(character) for character in text).split())


def several_lines(text: str) -> str:
    """Return `text` in its lines, each as `single_line` has it, with at most one empty line between two.

    Nothing but white space is the empty text.
    """
    lines = (single_line(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def is_plain(text: str) -> bool:
    """Return whether a page can show `text` as it is: without control characters, but for line feeds."""
    return NEVER_STORED.isdisjoint(map(unicodedata.category, text.replace("\n", "")))


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in BREAKS or character.isspace():
        return " "
    return "" if category in NEVER_STORED or character in TURNS_DIRECTION else character
