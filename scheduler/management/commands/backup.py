"""`manage.py backup FILE`: everything in one file, while Pear runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from scheduler.management.backup.writing import write_backup


class Command(BaseCommand):
    """Writes a backup that `manage.py restore` takes in on either database, and says what to keep beside it."""

    help = "Write everything into one new file, as it is at this moment; Pear may run. `restore` reads it again."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write."""
        parser.add_argument("file", type=Path, help="a file that is not there yet, such as pear-2026-11-21.backup")

    def handle(self, *, file: Path, **_: Any) -> None:
        """Write it. CommandError, in one sentence, when that cannot be done; then no file is left."""
        manifest = write_backup(file)
        self.stdout.write(
            f"{sum(manifest.rows.values())} rows as of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC are in {file}."
        )
        self.stdout.write(f"To be of use it needs {_master_key()} and {_secret_key()}: keep them somewhere else.")


def _master_key() -> str:
    return "MASTER_KEYS" if settings.MASTER_KEYS_FILE is None else str(settings.MASTER_KEYS_FILE)


def _secret_key() -> str:
    path = settings.DATA_DIR / "secret_key"
    return str(path) if path.exists() and path.read_text().strip() == settings.SECRET_KEY else "SECRET_KEY"
