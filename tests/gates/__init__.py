"""Gates that no ready-made linter has: each module is run by `make check` and exits with 1 when it finds something."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def committed(*patterns: str) -> list[Path]:
    """Return the files of the repository that match a pattern; those not yet added count as well."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in sorted({*names}) if name and (ROOT / name).is_file()]


def verdict(findings: Iterable[str]) -> None:
    """Print what was found, one a line, and exit with 1 if anything was."""
    lines = list(findings)
    print("\n".join(lines), end="\n" if lines else "")
    sys.exit(bool(lines))
