"""Every row of the threat model and of the table in SECURITY.md names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

from tests.services import ROOT

DOCUMENTS = ("docs/threat-model.md", "SECURITY.md")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def functions_in(path: Path) -> set[str]:
    """Return the names of the functions that a file defines."""
    if not path.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_named_test_is_there(document: str) -> None:
    named = TEST.findall((ROOT / document).read_text())
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in functions_in(ROOT / path)] == []


def test_every_threat_names_the_test_that_holds_it() -> None:
    threats = (ROOT / "docs/threat-model.md").read_text().split("## The threats")[1].split("## ")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 20
    assert [row for row in rows if not TEST.search(row)] == []
