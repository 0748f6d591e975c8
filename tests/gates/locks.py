"""The locks fit pyproject.toml: every dependency pinned within its bounds and hashed, the locks alike.

Made without the network, so it cannot see whether a newer version exists; it sees whether the locks were forgotten.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.gates import ROOT, verdict

RUN, DEV, CLIENTS = "requirements.txt", "requirements-dev.txt", "requirements-clients.txt"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+?)(?: ;.*?)?(?: \\)?$", re.MULTILINE)


def findings() -> Iterator[str]:
    """Yield each way in which the locks and pyproject.toml differ."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    run, dev, clients = _pins(RUN), _pins(DEV), _pins(CLIENTS)
    wanted = project["project"]["dependencies"]
    yield from _unmet(wanted, run, RUN)
    yield from _unmet([*wanted, *groups["test"], *groups["lint"]], dev, DEV)
    yield from _unmet(groups["clients"], clients, CLIENTS)
    yield from (
        f"{name}: {run[name]} to run, {dev.get(name)} to develop" for name in run if dev.get(name) != run[name]
    )
    yield from (
        f"{name}: {dev[name]} to develop, {clients[name]} for the clients"
        for name in sorted(dev.keys() & clients.keys())
        if dev[name] != clients[name]
    )
    yield from _unasked(wanted, run)
    for lock in (RUN, DEV, CLIENTS):
        yield from _careless(lock)


def _pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall((ROOT / lock).read_text())}


def _unmet(wanted: list[str], pins: dict[str, str], lock: str) -> Iterator[str]:
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            yield f"{lock}: {requirement} is asked for, {version or 'nothing'} is pinned"


def _unasked(wanted: list[str], pins: dict[str, str]) -> Iterator[str]:
    """Follow what each installed package requires, markers aside, and yield the pins that nothing leads to."""
    reached: set[str] = set()
    ahead = [Requirement(line) for line in wanted]
    while ahead:
        name = canonicalize_name(ahead.pop().name)
        if name in pins and name not in reached:
            reached.add(name)
            ahead += _required_by(name)
    yield from (
        f"requirements.txt: {name} is pinned, and nothing asks for it" for name in sorted(pins.keys() - reached)
    )


def _required_by(name: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:  # pinned for another platform
        return []


def _careless(lock: str) -> Iterator[str]:
    text = (ROOT / lock).read_text()
    if "index-url" in text or "://" in text:
        yield f"{lock}: names an address"
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    yield from (
        f"{lock}: {block.split()[0]} has no hash" for block in blocks if "==" in block and "sha256" not in block
    )


if __name__ == "__main__":
    verdict(findings())
