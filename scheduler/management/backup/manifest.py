"""The first line of a backup: what it is, of which moment, of which schema, and what is needed beside it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

FORMAT: Final = "pear backup"
VERSION: Final = 1
NEWER: Final = "This backup is of a newer Pear: bring this one up to date first."


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    Everything committed before `taken_at` (aware) is in it. `migrations` names the last one of each app, `rows` how
    many there are of each model, `secret_key` is a mark of the SECRET_KEY at the time, by which the same key is known
    again and nothing else.
    """

    taken_at: datetime
    migrations: dict[str, str]
    rows: dict[str, int]
    secret_key: str

    def as_line(self) -> dict[str, Any]:
        """Return what the first line holds."""
        return {"format": FORMAT, "version": VERSION} | asdict(self)


def manifest_of(line: Any) -> Manifest:
    """Return what the first line says. CommandError for what is no backup, or one of a later format."""
    if not isinstance(line, dict) or line.get("format") != FORMAT:
        raise CommandError("This is no backup of Pear.")
    if line["version"] != VERSION:
        raise CommandError(NEWER)
    told = {name: line[name] for name in ("migrations", "rows", "secret_key")}
    return Manifest(taken_at=datetime.fromisoformat(line["taken_at"]), **told)


def schema_here() -> dict[str, str]:
    """Return the last migration of each app. CommandError where the database lacks some of them."""
    loader = MigrationLoader(connection)
    leaves = sorted(loader.graph.leaf_nodes())
    if missing := set(loader.graph.nodes) - set(loader.applied_migrations):
        raise CommandError(f"The database lacks {len(missing)} migration(s): run `manage.py migrate` first.")
    return dict(leaves)
