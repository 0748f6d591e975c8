"""The Dockerfile and compose.yaml, read as text: no image is built here.

`make check-containers` holds them against hadolint and the schema of compose files.
"""

import re
import shlex
from typing import Any

import pytest
import yaml

from tests.services import ROOT
from tests.unit.test_units import UNITS, words

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("prepare", "web", "worker", "beat")


def told(instruction: str) -> list[str]:
    """Return what stands behind an instruction, wherever it stands."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{instruction} (.*)$", joined, re.MULTILINE)


def test_the_image_runs_as_nobody_special_and_is_asked_whether_it_lives() -> None:
    assert told("USER") == ["10001"]
    assert [name.split(" AS ")[0] for name in told("FROM")] == ["python:3.11-slim"] * 2
    assert told("VOLUME") == ["/var/lib/pear"]
    [asked] = told("HEALTHCHECK")
    assert "/healthz" in asked
    assert "--require-hashes" in DOCKERFILE


def test_the_image_holds_what_runs_and_nothing_else() -> None:
    copied = {line.split()[0] for line in told("COPY") if not line.startswith("--from")}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages | {"manage.py", "requirements.txt", "templates", "locale"} == copied


@pytest.mark.parametrize("name", OURS)
def test_every_container_of_ours_is_locked_down(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108  (in the container)
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == ["pear:/var/lib/pear"]


def test_only_the_proxy_is_open_and_no_secret_stands_in_the_file() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("${")
        assert ":latest" not in service.get("image", "")


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_container_starts_what_the_procfile_starts(name: str) -> None:
    lines = dict(line.split(": ", 1) for line in (UNITS / "Procfile").read_text().splitlines())
    options = {"0.0.0.0": ".", "8000": ".", "2": "."}  # noqa: S104  (in the container)
    started = [options.get(word, word) for word in shlex.split(COMPOSE["services"][name]["command"])]
    assert words("python " + shlex.join(started[1:])) == words(lines[name])


def test_every_service_waits_for_what_prepares() -> None:
    for name in ("web", "worker", "beat"):
        assert COMPOSE["services"][name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert "migrate" in COMPOSE["services"]["prepare"]["command"]
    assert (ROOT / "docs" / "proxy" / "Caddyfile").exists()
