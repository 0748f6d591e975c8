"""Replace the master key: put a new one first, wrap every data key by it, forget the old ones."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.data_keys import rewrap_all
from accounts.envelope import KEY_BYTES, SealBrokenError

OWN_FILE = "MASTER_KEYS is set in the environment: put the new key first there, and take the old ones out there."


class Command(BaseCommand):
    """`rotatekeys --new`, a restart, `rotatekeys`, `rotatekeys --forget`, a restart."""

    help = (
        "Replace the master key that opens what people wrote. --new puts a fresh key first; after a restart of every"
        " process, the command without an option wraps all data keys by it; --forget then drops the older keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one step at most."""
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--new", action="store_true", help="put a fresh key first in the file of keys")
        step.add_argument("--forget", action="store_true", help="keep only the newest key, once it wraps everything")

    def handle(self, **options: Any) -> None:
        """Take the step."""
        if options["new"]:
            self._add()
        elif options["forget"]:
            self._forget()
        else:
            self.stdout.write(f"Wrapped by the newest key: {self._rewrapped()} data keys.")

    def _add(self) -> None:
        path = _file()
        _write(path, [secrets.token_urlsafe(KEY_BYTES), *_lines(path)])
        self.stdout.write("A fresh key stands first. Restart every process of Pear, then run this without an option.")

    def _forget(self) -> None:
        path = _file()
        if self._rewrapped():
            raise CommandError("Some data keys needed an older key until now. Run this once more.")
        _write(path, _lines(path)[:1])
        self.stdout.write("Only the newest key is left. Restart every process of Pear.")

    def _rewrapped(self) -> int:
        try:
            return rewrap_all()
        except SealBrokenError as error:
            raise CommandError("A data key opens with none of the master keys: one of them is missing.") from error


def _file() -> Path:
    if settings.MASTER_KEYS_FILE is None:
        raise CommandError(OWN_FILE)
    return Path(settings.MASTER_KEYS_FILE)


def _lines(path: Path) -> list[str]:
    return path.read_text().split()


def _write(path: Path, keys: list[str]) -> None:
    """Put the new file in the old one's place in one step, readable by its owner only."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text("\n".join(keys) + "\n")
    draft.replace(path)
