"""No text for people is missing from any catalogue, nor does one keep a text that nobody reads any more.

The strings are gathered anew into a folder that is thrown away; gettext's tools are needed for it, and when they are
not there, that is said and nothing is looked at. What needs no tools is tests/unit/test_catalogues.py.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.gates import ROOT, committed, verdict

GATHERED = "de"  # the texts are the same in whichever language they are gathered
_MESSAGE = re.compile(r"^((?:msgctxt|msgid|msgid_plural) (?:\".*\"\n)+)", re.MULTILINE)
Texts = frozenset[str]


def findings() -> Iterator[str]:
    """Yield each text that only the sources, or only a catalogue, have."""
    gathered = _gathered()
    for catalogue in committed("locale/*.po"):
        kept, name = texts_of(catalogue.read_text()), catalogue.relative_to(ROOT)
        yield from (f"{name}: missing: {text}" for text in sorted(gathered - kept))
        yield from (f"{name}: no longer used: {text}" for text in sorted(kept - gathered))


def texts_of(catalogue: str) -> Texts:
    """Return the texts that a catalogue has an entry for, each on one line, its header aside."""
    entries = (" ".join(re.findall(r'"(.*)"', message)) for message in _MESSAGE.findall(catalogue))
    return frozenset(text for text in entries if text)


def _gathered() -> Texts:
    """Return the texts of the sources as makemessages finds them in a copy of them."""
    with tempfile.TemporaryDirectory() as folder:
        for path in committed("manage.py", "accounts/*", "config/*", "scheduler/*", "templates/*"):
            copy = Path(folder) / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        catalogue = Path(folder) / "locale" / GATHERED / "LC_MESSAGES" / "django.po"
        catalogue.parent.mkdir(parents=True)
        command = [sys.executable, "manage.py", "makemessages", f"--locale={GATHERED}", "--no-wrap", "--verbosity=0"]
        subprocess.run(command, cwd=folder, check=True, env=os.environ | {"DATA_DIR": f"{folder}/var"})
        return texts_of(catalogue.read_text())


if __name__ == "__main__":
    if not all(map(shutil.which, ("xgettext", "msgmerge", "msguniq", "msgattrib"))):
        print("gettext is not installed, so the catalogues were not compared with the sources")
        sys.exit(0)
    verdict(findings())
