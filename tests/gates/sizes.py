"""Files and functions stay small enough to be read in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.gates import ROOT, committed, verdict

FILE_LINES, TEST_FILE_LINES, TEMPLATE_LINES = 250, 400, 120
FUNCTION_LINES, VIEW_LINES, TEST_FUNCTION_LINES = 30, 25, 60


def findings() -> Iterator[str]:
    """Yield each file and each function that is too long."""
    for path in committed("*.py", "templates/*.html", ":!*/migrations/*"):
        name, text = str(path.relative_to(ROOT)), path.read_text()
        most = _most_lines(name)
        if len(text.splitlines()) > most:
            yield f"{name}: {len(text.splitlines())} lines, at most {most}"
        if path.suffix == ".py":
            yield from _long_functions(name, ast.parse(text))


def _most_lines(name: str) -> int:
    if name.endswith(".html"):
        return TEMPLATE_LINES
    return TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES


def _long_functions(name: str, tree: ast.Module) -> Iterator[str]:
    most = VIEW_LINES if "views" in Path(name).parts else FUNCTION_LINES
    most = TEST_FUNCTION_LINES if name.startswith("tests/") else most
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > most:
                yield f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {most}"


if __name__ == "__main__":
    verdict(findings())
