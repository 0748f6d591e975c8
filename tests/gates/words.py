"""Pear never uses certain words with people, and certain others never outside the signed-in page.

Read are the texts that people read, not code: template text and spoken attributes, gettext calls, translations,
sentences in scripts; and, for what leaves the page, mails, titles, paths, calendar bytes and log lines.
"""

import ast
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.gates import ROOT, committed, verdict

NEVER = re.compile(
    r"are you sure|cancel anyway|reject\w*|declin\w*|refus\w*|denied|deny|waiting for (your )?partner|still hasn.t"
    r"|seen|ignored|overdue|pending for|don.t disappoint|let(ting)? \w+ down|let down|owe[sd]?|duty|deserv\w*|should"
    r"|finally|missed|fail|failed|fails|failure|broken|behind|streaks?|goals?|targets?|scores?|points|levels?|badges?|records?"
    r"|average|normal|healthy couples?|(high|low)[ -]libido|frigid|needy|husband|wife|boyfriend|girlfriend"
    r"|he|she|him|her|his|hers|you agreed|you promised|commitment",
    re.IGNORECASE,
)
NEVER_OUTSIDE = re.compile(r"sex\w*|intima\w*|desire\w*|passion\w*|consent\w*", re.IGNORECASE)
SPOKEN_ATTRIBUTES = {"title", "alt", "aria-label", "aria-description", "placeholder", "content", "value", "label"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
Text = tuple[str, str]  # where it stands, what it says


def findings() -> Iterator[str]:
    """Yield each use of a word where it must not stand."""
    templates = [(_name(path), path.read_text()) for path in committed("templates/*.html", "templates/*.txt")]
    modules = [
        (_name(path), ast.parse(path.read_text()))
        for path in committed("accounts/*.py", "scheduler/*.py", "config/*.py")
    ]
    shown = [(name, _shown(text)) for name, text in templates]
    yield from _matches(NEVER, [*shown, *_translatable(modules), *_translated(), *_sentences_in_scripts()])
    outside = [text for text in shown if _is_mail(text[0])]
    yield from _matches(NEVER_OUTSIDE, [*outside, *_titles(templates), *_said_outside(modules)])


def _matches(words: re.Pattern[str], texts: list[Text]) -> Iterator[str]:
    whole = re.compile(rf"(?<![\w-])({words.pattern})(?![\w-])", re.IGNORECASE)
    for place, text in texts:
        for found in whole.finditer(text):
            around = " ".join(text[max(0, found.start() - 30) : found.end() + 30].split())
            yield f'{place}: "{found[0]}" in: {around}'


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_mail(name: str) -> bool:
    return name.startswith("templates/mail/") or "/email/" in name


def _shown(template: str) -> str:
    """Return what a person reads or hears of a template."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", " ", template, flags=re.DOTALL)
    text = re.sub(r"{%\s*translate\s+(['\"])(.*?)\1.*?%}", r"\2", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    reader = Reader()
    reader.feed(text)
    return " ".join(reader.texts)


class Reader(HTMLParser):
    """Collects text, and the attributes that are `spoken`."""

    def __init__(self, spoken: Collection[str] = SPOKEN_ATTRIBUTES) -> None:
        super().__init__()
        self.spoken = spoken
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.texts += [value for name, value in attrs if name in self.spoken and value]


def _titles(templates: list[Text]) -> Iterator[Text]:
    for name, text in templates:
        for title in re.findall(r"{% block title %}(.*?){% endblock|<title>(.*?)</title>", text, flags=re.DOTALL):
            yield f"{name} (title)", _shown("".join(title))


def _translatable(modules: list[tuple[str, ast.Module]]) -> Iterator[Text]:
    for name, module in modules:
        for call in _calls(module, GETTEXT):
            yield from _strings(name, call)


def _said_outside(modules: list[tuple[str, ast.Module]]) -> Iterator[Text]:
    """Yield log lines, paths, and every string of the packages that write mails and calendars."""
    for name, module in modules:
        if name.startswith(("scheduler/ical/", "scheduler/notifications/")):
            yield from _strings(name, module)
        for call in _calls(module, LOGGING | ({"path", "re_path"} if name.endswith("urls.py") else set())):
            yield from _strings(name, call)


def _calls(module: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def _strings(name: str, tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield f"{name}:{node.lineno}", node.value


def _translated() -> Iterator[Text]:
    line = re.compile(r'^(?:msgstr(?:\[\d\])? )?"(.*)"$', re.MULTILINE)
    for path in committed("locale/*.po"):
        yield _name(path), " ".join(line.findall(path.read_text()))


def _sentences_in_scripts() -> Iterator[Text]:
    literal = re.compile(
        r"""//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""", re.DOTALL
    )
    for path in committed("accounts/static/*.js", "scheduler/static/*.js", ":!*/vendor/*"):
        yield _name(path), " | ".join(text for text in literal.findall(path.read_text()) if " " in text)


if __name__ == "__main__":
    verdict(findings())
