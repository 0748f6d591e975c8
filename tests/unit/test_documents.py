"""Every command that a document shows is run by a test, or says why it is not; none is of a Pear that is gone."""

import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class

from tests.documents import DRAWN, HELD, LEFT, RUN, blocks, commands
from tests.services import ROOT
from tests.unit.test_threat_model import functions_in

ROWS = [*RUN, *HELD, *LEFT]
MISSING = "{} shows `{}`: let a test run it, or say in tests/documents.py why none does."


def test_every_command_has_its_row_and_every_row_its_command() -> None:
    told = list(commands())
    for where, command in told:
        assert command in ROWS, MISSING.format(where, command)
    assert set(ROWS) <= {command for _, command in told}, "a row of tests/documents.py is of a command that is gone"
    assert len(set(ROWS)) == len(ROWS)
    assert set(DRAWN) <= {block.lines[0] for block in blocks()}


@pytest.mark.parametrize("test", sorted(set(HELD.values())))
def test_what_holds_a_command_is_there(test: str) -> None:
    path, name = test.split("::")
    assert name in functions_in(ROOT / path)


def test_every_reason_names_files_that_are_there() -> None:
    for reason in LEFT.values():
        assert len(reason.split()) > 5
        for path in re.findall(r"[\w.]+/[\w/.]+", reason):
            assert (ROOT / path).exists(), path


def test_make_and_manage_know_what_the_documents_ask_of_them() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {name for line in re.findall(r"^([\w./ -]+):", makefile, re.MULTILINE) for name in line.split()}
    for _, command in commands():
        words = shlex.split(command)
        if "make" in words:
            assert set(words[words.index("make") + 1 :]) - {"-C", "/srv/pear"} <= targets
        if "manage.py" in words:
            name, *options = words[words.index("manage.py") + 1 :]
            loaded = load_command_class(get_commands()[name], name)
            loaded.create_parser("manage.py", name).parse_args(options)


def test_every_setting_that_is_shown_is_one() -> None:
    sources = [
        *(ROOT / "config").rglob("*.py"),
        ROOT / "scheduler" / "management" / "running.py",
        ROOT / "compose.yaml",
    ]
    known = "\n".join(path.read_text() for path in sources)
    shown = [(block.where, name) for block in blocks() for name in block.settings()]
    assert shown
    for where, name in shown:
        assert re.search(rf"\b{name}\b", known), f"{where} sets {name}, which nothing reads"
