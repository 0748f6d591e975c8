"""Writing a backup while Pear runs: everything as it was at one moment, whoever writes meanwhile."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, models, transaction

from accounts.outbox import database_now
from scheduler.management.backup.contents import as_json, columns_of, kept_models, label_of
from scheduler.management.backup.manifest import Manifest, schema_here

AT_ONCE = 500  # rows; memory stays the same however many there are


def write_backup(path: Path) -> Manifest:
    """Write everything into a new file of mode 600, which has its name only once it is whole.

    CommandError for a name that is taken, a folder that cannot be written to, or a database that is not migrated.
    """
    if path.exists():
        raise CommandError(f"{path} is there already, and is left as it is.")
    migrations = schema_here()
    draft = path.with_name(f".{path.name}.part")
    try:
        with _private(draft) as file, snapshot() as moment, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
            manifest = _manifest(moment, migrations)
            _write(packed, manifest)
        draft.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or type(error).__name__}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


@contextmanager
def snapshot() -> Iterator[datetime]:
    """Read the database as it is from here on; gives a moment before which everything committed is seen.

    No write waits for it: PostgreSQL keeps the old rows meanwhile, SQLite what was appended to its log. (Django's own
    transaction would take SQLite's lock for writing.)
    """
    moment = database_now().replace(microsecond=0)
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield moment
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield moment
        finally:
            cursor.execute("ROLLBACK")


def secret_key_mark(key: str) -> str:
    """Return eight digits by which SECRET_KEY is known again."""
    return hashlib.blake2b(key.encode(), digest_size=4, person=b"pear.backup").hexdigest()


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that its owner alone reads; what was written to it is on the disk at the end."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _manifest(moment: datetime, migrations: dict[str, str]) -> Manifest:
    rows = {label_of(model): model._base_manager.count() for model in kept_models()}  # noqa: SLF001  (documented)
    mark = secret_key_mark(settings.SECRET_KEY)
    return Manifest(taken_at=moment, migrations=migrations, rows=rows, secret_key=mark)


def _write(file: gzip.GzipFile, manifest: Manifest) -> None:
    _line(file, manifest.as_line())
    for model in kept_models():
        names = [field.attname for field in columns_of(model)]
        _line(file, {"table": label_of(model), "columns": names})
        for row in _rows(model, names):
            _line(file, row)


def _rows(model: type[models.Model], names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Return the rows as they are stored: what a query brings as plain values stays sealed."""
    return model._base_manager.order_by().values_list(*names).iterator(chunk_size=AT_ONCE)  # noqa: SLF001  (documented)


def _line(file: gzip.GzipFile, content: Any) -> None:
    file.write(json.dumps(content, default=as_json, separators=(",", ":")).encode() + b"\n")
