"""The catalogues of all languages as they are written, and the words that none of them may have.

Each list of words is the counterpart of the one for English (tests/gates/words.py), short of words that also mean
something harmless in that language: what a machine cannot tell apart is for whoever reads the translation.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

ROOT = Path(__file__).resolve().parent.parent
FORMS = {"de": 2, "fr": 2, "es": 2, "pt_BR": 2, "ar": 6}  # how many forms of the plural each language has
LOCALES = [to_locale(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
_ARTICLES = "[وفبلك]{0,2}(?:ال|لل)?"  # what Arabic writes together with the word that follows


def _words(*words: str, before: str = "") -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){before}(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


NEVER = {
    "de": _words(
        r"bist du sicher|trotzdem absagen|ableh\w*|abgelehn\w*|verweiger\w*|zurückweis\w*|zurückgewiesen|wart\w* auf",
        r"gesehen|ignorier\w*|überfällig|enttäusch\w*|schulde\w*|pflicht|verdien\w*|soll(te)?(st|t|n|en)?|endlich",
        r"verpass\w*|fehlgeschlagen|gescheitert|kaputt|ziele?|punkte?|stufen?|abzeichen|rekorde?|serie|durchschnitt\w*",
        r"normal\w*|gesunde paare|libido|frigide|bedürftig|ehemann|ehefrau|freundin|partner(in)?s?|ihm|zugesagt",
        r"verpflicht\w*",
    ),
    "fr": _words(
        r"es-tu sûr\w*|êtes-vous sûr\w*|annuler quand même|refus\w*|rejet\w*|déclin\w*|attend\w* (ta|ton) partenaire",
        r"pas encore répondu|vue?s? par|ignor\w*|en retard|décev\w*|déçu\w*|dettes?|devoirs?|mérit\w*|devrai\w*|enfin",
        r"manqué\w*|raté\w*|échou\w*|échecs?|cassé\w*|séries?|buts?|objectifs?|scores?|points?|niveaux?|badges?",
        r"records?|en moyenne|normal\w*|libido|frigides?|maris?|époux|épouses?|petite? amie?|copa?ins?|copines?",
        r"engagements?|promis\w*|tu as accepté",
    ),
    "es": _words(
        r"estás segur[oa]|cancelar de todos modos|rechaz\w*|declin\w*|deneg\w*|negad\w*|esperando a|no ha respondido",
        r"ignor\w*|vencid\w*|atrasad\w*|decepcion\w*|deudas?|deberes|mereces|deberías?|deberían|por fin|finalmente",
        r"perdiste|fall\w*|fracas\w*|rot[oa]s?|rachas?|metas?|objetivos?|puntos|puntuaci\w*|puntajes?|nivel(es)?",
        r"insignias?|récords?|promedios?|normal\w*|libido|frígid\w*|necesitad[oa]s?|maridos?|espos[oa]s?|novi[oa]s?",
        r"compromisos?|promet(iste|ido)|aceptaste",
    ),
    "pt_BR": _words(
        r"tem certeza|cancelar mesmo assim|rejeit\w*|recus\w*|declin\w*|negad\w*|esperando (por|seu|sua)|ignor\w*",
        r"ainda não respondeu|atrasad\w*|vencid\w*|decepcion\w*|dívidas?|deveres|merec\w*|deveria\w*|finalmente",
        r"falh\w*|fracass\w*|quebrad[oa]s?|metas?|objetivos?|pontua\w*|pontos|nível|níveis|medalhas?|insígnias?",
        r"recordes?|em média|norma(l|is|lmente)|libido|frígid\w*|carentes?|maridos?|espos[oa]s?|namorad[oa]s?",
        r"compromissos?|prometeu|você concordou",
    ),
    "ar": _words(
        r"متأكد\w*|على أي حال|رفض\w*|مرفوض\w*|[تين]رفض\w*|تجاهل\w*|متجاهل\w*|متأخر\w*|خيب\w*|خذل\w*|واجب\w*|ينبغي",
        r"أخيرا|أخيرًا|فشل\w*|فاشل\w*|مكسور\w*|معطل\w*|هدف\w*|أهداف\w*|نقاط\w*|مستوى|مستويات|وسام|أوسمة|شارات?|قياسي\w*",
        r"متوسط\w*|طبيعي\w*|زوجك|زوجتك|زوجة?|حبيب\w*|التزام\w*|وعدت\w*|وافقت\w*|بانتظار شريك\w*|لم يرد",
        before=_ARTICLES,
    ),
}
SUBJECT = {
    "de": _words(r"sex\w*|intim\w*|begehren|lust|leidenschaft\w*"),
    "fr": _words(r"sex\w*|intim\w*|désirs?|passion\w*|consent\w*"),
    "es": _words(r"sex\w*|íntim\w*|intim\w*|deseos?|pasi[oó]n\w*|consent\w*"),
    "pt_BR": _words(r"sexo\w*|sexu\w*|íntim\w*|intim\w*|desejos?|paix\w*|consent\w*"),
    "ar": _words(r"جنس\w*|حميم\w*|رغبة|شهو\w*", before=_ARTICLES),
}


@dataclass
class Entry:
    """One entry of a catalogue: its keyword lines put together, and its flags."""

    flags: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """The English text, and its plural where it has one."""
        return [text for name, text in self.texts.items() if name in {"msgid", "msgid_plural"}]

    @property
    def translations(self) -> list[str]:
        """The text in the other language, or its forms of the plural in their order."""
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]


def folder_of(locale: str) -> Path:
    """Return where the catalogue of this language stands, written and compiled."""
    return ROOT / "locale" / locale / "LC_MESSAGES"


@cache
def entries_of(locale: str) -> list[Entry]:
    """Return the entries of a catalogue as written, without its header."""
    return list(_entries(folder_of(locale) / "django.po"))[1:]


def _entries(path: Path) -> Iterator[Entry]:
    for block in path.read_text().split("\n\n"):
        entry, name = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry.flags += line if line.startswith(("#,", "#~")) else ""
                continue
            keyword, _, rest = line.partition(" ")
            name, text = (name, line) if line.startswith('"') else (keyword, rest)
            entry.texts[name] = entry.texts.get(name, "") + str(ast.literal_eval(text))
        yield entry
