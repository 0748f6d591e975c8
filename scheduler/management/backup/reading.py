"""Reading a backup, line by line, with nothing believed that is not whole."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from scheduler.management.backup.manifest import Manifest, manifest_of

DAMAGED = "The backup is damaged or not whole; nothing of it was taken in."


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one model, in the order of `columns`; read them before going on to the next table."""

    label: str
    columns: list[str]
    rows: Iterator[list[Any]]


class Backup:
    """A backup that is open for reading: what it says of itself, and then its tables, once."""

    def __init__(self, lines: Iterator[Any]) -> None:
        self._lines = lines
        self.manifest: Manifest = manifest_of(next(lines, None))

    def tables(self) -> Iterator[Table]:
        """Yield each table. CommandError where there is more or less in the file than its first line says."""
        for label, count in self.manifest.rows.items():
            head: Any = next(self._lines, {})
            if not isinstance(head, dict) or head.get("table") != label:
                raise CommandError(DAMAGED)
            yield Table(label=label, columns=head["columns"], rows=self._exactly(count))
        if next(self._lines, None) is not None:
            raise CommandError(DAMAGED)

    def _exactly(self, count: int) -> Iterator[list[Any]]:
        for _ in range(count):
            row = next(self._lines, None)
            if not isinstance(row, list):
                raise CommandError(DAMAGED)
            yield row


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Open a backup. CommandError, in one plain sentence, for what cannot be read, here and while it is read."""
    try:
        with gzip.open(path) as file:
            yield Backup(map(json.loads, file))
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        raise CommandError(DAMAGED) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
