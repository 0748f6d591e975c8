"""The units and the Procfile of the documents start what the supervisor starts: one way to run, however many hosts."""

import configparser
import re
import shlex
from pathlib import Path

import pytest

from tests.services import ROOT

UNITS = ROOT / "docs" / "systemd"
NAMES = {"web": "pear-web.service", "worker": "pear-worker@.service", "exporter": "pear-exporter.service"}


def words(command: str) -> list[str]:
    """Return the words of a command from its first option or module on, with every setting as a dot."""
    plain = re.sub(r"%\(ENV_\w+\)s|\$\{\w+\}|\$\w+", ".", command)
    plain = re.sub(r"worker(%\(process_num\)s|%i|1)@(%%h|%H|%h)", "worker", plain)
    plain = re.sub(r'-W "[^"]*" ', "", plain)  # the supervisor may run as root, and then says so itself
    return shlex.split(plain)[1:]


def supervised(program: str) -> list[str]:
    """Return the words of a program of the supervisor."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    parser.read(ROOT / "config" / "supervisord.conf")
    return words(parser[f"program:{program}"]["command"].replace("\n", " "))


@pytest.mark.parametrize("program", NAMES)
def test_a_unit_starts_what_the_supervisor_starts(program: str) -> None:
    (started,) = re.findall(r"^ExecStart=(.*)$", (UNITS / NAMES[program]).read_text(), re.MULTILINE)
    assert words(started) == supervised(program)


@pytest.mark.parametrize("program", NAMES)
def test_a_line_of_the_procfile_starts_what_the_supervisor_starts(program: str) -> None:
    lines = dict(line.split(": ", 1) for line in (UNITS / "Procfile").read_text().splitlines())
    assert words(lines[program]) == supervised(program)


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_runs_as_nobody_special_and_writes_for_itself_alone(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert "User=pear" in lines
    assert {line for line in lines if line.startswith("UMask=")} == {"UMask=0077"}
    assert "NoNewPrivileges=yes" in lines
