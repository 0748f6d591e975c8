"""docs/sources.md is true: every page, test and work that it names is there, and no idea is without them."""

import re

import pytest

from scheduler.web.deck import DECK
from scheduler.web.library import LIBRARY
from scheduler.web.sources import SOURCES
from tests.routes import REACH
from tests.services import ROOT
from tests.unit.test_threat_model import TEST, functions_in

DOCUMENT = (ROOT / "docs/sources.md").read_text()
IDEAS = 14  # as many as the sources hold
NAME = re.compile(r"`([\w-]+)`")


def rows_of(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, its own first row left out."""
    part = DOCUMENT.split(f"## {heading}")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return rows[2:]


def test_every_idea_has_its_row() -> None:
    rows = rows_of("What each idea becomes")
    assert len(rows) == IDEAS
    assert {len(row) for row in rows} == {4}


@pytest.mark.parametrize("row", rows_of("What each idea becomes"), ids=lambda row: row[0][:40])
def test_each_row_names_pages_and_tests_that_are_there(row: list[str]) -> None:
    pages, tests = NAME.findall(row[2]), TEST.findall(row[3])
    assert pages
    assert [page for page in pages if page not in REACH] == []
    assert tests
    assert [f"{path}::{name}" for path, name in tests if name not in functions_in(ROOT / path)] == []


def test_what_stands_beside_the_table_is_there_too() -> None:
    named = TEST.findall(DOCUMENT)
    assert [f"{path}::{name}" for path, name in named if name not in functions_in(ROOT / path)] == []


def test_every_work_says_how_it_was_checked() -> None:
    rows = {NAME.findall(row[0])[0]: row[1:] for row in rows_of("The works")}
    assert {*rows} == {*SOURCES}
    for key, (work, checked) in rows.items():
        assert str(SOURCES[key].year) in work
        assert checked


def test_every_work_is_leaned_on() -> None:
    assert {key for card in LIBRARY for key in card.cites} | {sheet.source_key for sheet in DECK} == {*SOURCES}
