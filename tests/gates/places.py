"""Nothing committed names a package registry's host, nor a folder of the machine that it was written on."""

import re
from collections.abc import Iterator

from tests.gates import ROOT, committed, verdict

HOSTS = re.compile(r"(pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems|debian|ubuntu|conda|docker)\.(org|com|io)\b")
FOLDERS = re.compile(r"""(^|[\s"'`(=:])(/work|/root|/home|/Users|/opt|/workspace)/|[A-Z]:\\Users""")


def findings() -> Iterator[str]:
    """Yield each line that names such a place."""
    for path in committed(":!LICENSE", ":!tests/gates/places.py", ":!*.png", ":!*.ico"):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if HOSTS.search(line) or FOLDERS.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: names a place: {line.strip()[:80]}"


if __name__ == "__main__":
    verdict(findings())
