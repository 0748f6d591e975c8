"""The German catalogue: whole, with every placeholder, compiled as written, and in Pear's tone."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import translation

from tests.gates.words import NEVER_OUTSIDE

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "locale" / "de" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w+[^>]*>")
NEVER = re.compile(
    r"(?<!\w)(bist du sicher|trotzdem absagen|ableh\w*|abgelehn\w*|verweiger\w*|zurückweis\w*|zurückgewiesen"
    r"|wart\w* auf|gesehen|ignorier\w*|überfällig|enttäusch\w*|schulde\w*|pflicht|verdien\w*|soll(te)?(st|t|n|en)?"
    r"|endlich|verpass\w*|fehlgeschlagen|gescheitert|kaputt|ziele?|punkte?|stufen?|abzeichen|rekorde?|serie|durchschnitt\w*"
    r"|normal\w*|gesunde paare|libido|frigide|bedürftig|ehemann|ehefrau|freundin|partner(in)?s?|ihm|zugesagt"
    r"|verpflicht\w*)(?!\w)",
    re.IGNORECASE,
)
SUBJECT = re.compile(r"(?<!\w)(sex\w*|intim\w*|begehren|lust|leidenschaft\w*)(?!\w)", re.IGNORECASE)


@dataclass
class Entry:
    """One entry of a catalogue: its keyword lines put together, and its flags."""

    flags: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        return [text for name, text in self.texts.items() if name in {"msgid", "msgid_plural"}]

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]


def _entries() -> Iterator[Entry]:
    """Yield the entries of the German catalogue as written; the first is the header."""
    for block in (FOLDER / "django.po").read_text().split("\n\n"):
        entry, name = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry.flags += line if line.startswith(("#,", "#~")) else ""
                continue
            keyword, _, rest = line.partition(" ")
            name, text = (name, line) if line.startswith('"') else (keyword, rest)
            entry.texts[name] = entry.texts.get(name, "") + str(ast.literal_eval(text))
        yield entry


ENTRIES = list(_entries())[1:]


def test_every_text_has_its_german_words() -> None:
    assert len(ENTRIES) > 100
    assert [entry for entry in ENTRIES if not all(entry.translations)] == []
    assert [entry for entry in ENTRIES if "fuzzy" in entry.flags or "#~" in entry.flags] == []


def test_every_placeholder_and_tag_is_kept() -> None:
    for entry in ENTRIES:
        expected = sorted(PLACEHOLDER.findall(entry.sources[0]))
        assert [sorted(PLACEHOLDER.findall(text)) for text in entry.translations] == [expected] * len(
            entry.translations
        ), entry


def test_the_plural_has_both_forms() -> None:
    plural = [entry for entry in ENTRIES if "msgid_plural" in entry.texts]
    assert plural
    assert all({"msgstr[0]", "msgstr[1]"} <= entry.texts.keys() for entry in plural)


def test_the_compiled_catalogue_says_what_the_written_one_says() -> None:
    with (FOLDER / "django.mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)
    said = {key: text for key, text in german._catalog.items() if key}  # type: ignore[attr-defined]
    assert said == dict(pair for entry in ENTRIES for pair in _pairs(entry))


def _pairs(entry: Entry) -> Iterator[tuple[str | tuple[str, int], str]]:
    key = entry.texts["msgid"]
    if "msgctxt" in entry.texts:
        key = f"{entry.texts['msgctxt']}\x04{key}"
    if "msgid_plural" not in entry.texts:
        yield key, entry.texts["msgstr"]
        return
    for number, text in enumerate(entry.translations):
        yield (key, number), text


def test_no_german_text_has_a_word_that_pear_never_uses() -> None:
    found = [(hit[0], text) for entry in ENTRIES for text in entry.translations for hit in NEVER.finditer(text)]
    assert found == []


def test_a_german_text_names_the_subject_only_where_the_english_one_does() -> None:
    """The gate of words holds the English ones: none that leaves the signed-in page names it."""
    neutral = [entry for entry in ENTRIES if not any(map(NEVER_OUTSIDE.search, entry.sources))]
    assert [text for entry in neutral for text in entry.translations if SUBJECT.search(text)] == []


@pytest.mark.parametrize("text", ["This field is required.", "Monday", "March", "Password"])
def test_words_of_the_libraries_come_in_german_too(text: str) -> None:
    with translation.override("de"):
        assert translation.gettext(text) != text
