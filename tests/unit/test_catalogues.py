"""Every catalogue is whole, with every placeholder, compiled as written, and in Pear's tone."""

import gettext
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation

from tests.catalogues import FORMS, LOCALES, NEVER, SUBJECT, Entry, entries_of, folder_of
from tests.gates.words import NEVER_OUTSIDE

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w+[^>]*>")
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

every_language = pytest.mark.parametrize("locale", LOCALES)


def test_every_language_that_can_be_chosen_has_a_catalogue_and_a_list_of_words() -> None:
    assert set(LOCALES) == FORMS.keys() == NEVER.keys() == SUBJECT.keys()
    assert {path.name for path in folder_of("de").parent.parent.iterdir()} == set(LOCALES)


@every_language
def test_every_text_has_its_words(locale: str) -> None:
    entries = entries_of(locale)
    assert len(entries) > 100
    assert [entry for entry in entries if not all(entry.translations)] == []
    assert [entry for entry in entries if "fuzzy" in entry.flags or "#~" in entry.flags] == []


@every_language
def test_every_catalogue_has_the_same_texts(locale: str) -> None:
    def texts(of: str) -> set[tuple[str, ...]]:
        return {(entry.texts.get("msgctxt", ""), *entry.sources) for entry in entries_of(of)}

    assert texts(locale) == texts(LOCALES[0])


@every_language
def test_every_placeholder_and_tag_is_kept(locale: str) -> None:
    for entry in entries_of(locale):
        expected = sorted(PLACEHOLDER.findall(entry.sources[0]))
        kept = [sorted(PLACEHOLDER.findall(text)) for text in entry.translations]
        assert kept == [expected] * len(kept), entry


@every_language
def test_the_plural_has_every_form_of_its_language(locale: str) -> None:
    plural = [entry for entry in entries_of(locale) if "msgid_plural" in entry.texts]
    assert plural
    forms = [f"msgstr[{number}]" for number in range(FORMS[locale])]
    assert [entry for entry in plural if [name for name in entry.texts if name.startswith("msgstr")] != forms] == []
    assert f"nplurals={FORMS[locale]};" in (folder_of(locale) / "django.po").read_text()


@every_language
def test_the_compiled_catalogue_says_what_the_written_one_says(locale: str) -> None:
    with (folder_of(locale) / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    said = {key: text for key, text in catalogue._catalog.items() if key}  # type: ignore[attr-defined]
    assert said == dict(pair for entry in entries_of(locale) for pair in _pairs(entry))


def _pairs(entry: Entry) -> Iterator[tuple[str | tuple[str, int], str]]:
    key = entry.texts["msgid"]
    if "msgctxt" in entry.texts:
        key = f"{entry.texts['msgctxt']}\x04{key}"
    if "msgid_plural" not in entry.texts:
        yield key, entry.texts["msgstr"]
        return
    for number, text in enumerate(entry.translations):
        yield (key, number), text


@every_language
def test_no_text_has_a_word_that_pear_never_uses(locale: str) -> None:
    texts = [text for entry in entries_of(locale) for text in entry.translations]
    assert [(hit[0], text) for text in texts for hit in NEVER[locale].finditer(text)] == []


@every_language
def test_a_text_names_the_subject_only_where_the_english_one_does(locale: str) -> None:
    """The gate of words holds the English ones: none that leaves the signed-in page names it."""
    neutral = [entry for entry in entries_of(locale) if not any(map(NEVER_OUTSIDE.search, entry.sources))]
    assert [text for entry in neutral for text in entry.translations if SUBJECT[locale].search(text)] == []


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Bist du sicher?"),
        ("fr", "Ton partenaire n'a pas encore répondu."),
        ("es", "Tu objetivo de esta semana"),
        ("pt_BR", "Você tem certeza?"),
        ("ar", "والرفض لا يخزن"),
    ],
)
def test_such_a_word_would_be_found(locale: str, text: str) -> None:
    assert NEVER[locale].search(text)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize(
    "text", ["This field is required.", "Monday", "March", "Password", "Enter a valid email address."]
)
def test_words_of_the_libraries_come_in_every_language_too(code: str, text: str) -> None:
    with translation.override(code):
        assert translation.gettext(text) != text
