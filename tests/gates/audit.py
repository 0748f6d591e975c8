"""Known vulnerabilities of what is locked, asked of pip-audit's service; where that is out of reach, it says so."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.gates import ROOT, verdict

LOCKS = [f"--requirement={ROOT / name}" for name in ("requirements-dev.txt", "requirements-clients.txt")]
COMMAND = (*LOCKS, "--require-hashes", "--disable-pip")


def main() -> None:
    """Exit with 1 for a vulnerability, and for a package that the service could not judge while it knew others."""
    answer = _ask()
    if answer is None:
        print("NOT CHECKED: the service of pip-audit could not be reached.")
        return
    unknown = [package for package in answer if "skip_reason" in package]
    if len(unknown) == len(answer):
        print(f"NOT CHECKED: the service of pip-audit knew none of the {len(answer)} packages.")
        return
    verdict(
        [f"{package['name']}: {flaw['id']}" for package in answer for flaw in package.get("vulns", [])]
        + [f"{package['name']}: {package['skip_reason']}" for package in unknown]
    )


def _ask() -> list[dict[str, Any]] | None:
    auditor = Path(sys.executable).parent / "pip-audit"
    asked = [str(auditor), *COMMAND, "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if not answer.stdout.strip():
        return None
    packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    return packages


if __name__ == "__main__":
    main()
