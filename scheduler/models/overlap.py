"""The database's own refusal of two overlapping confirmed slots of one couple, on both engines.

PostgreSQL has exclusion constraints; SQLite has none, and Django's `ExclusionConstraint` breaks `migrate` there, so
the guard is put in place by hand. SQLite loses its triggers whenever Django remakes the table, which is why it is
installed again after each migrate and checked by `scheduler.checks`.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "scheduler_slot"
NAME = "slot_confirmed_never_overlap"

_POSTGRESQL = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist
  (couple_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (confirmed_at IS NOT NULL);
"""

_SQLITE = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON {table} WHEN NEW.confirmed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM {table} AS other
    WHERE other.couple_id = NEW.couple_id AND other.id <> NEW.id AND other.confirmed_at IS NOT NULL
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END
"""


def is_installed(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the guard stands in this database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = %s", [NAME])
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
            [f"{NAME}%"],
        )
        return bool(cursor.fetchone()[0] == 2)  # noqa: PLR2004  (one for INSERT, one for UPDATE)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guard in place where it is missing."""
    if TABLE not in connection.introspection.table_names() or is_installed(connection):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        for event in ("INSERT", "UPDATE"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{event}")
            cursor.execute(_SQLITE.format(name=NAME, event=event, table=TABLE))


def install_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:  # noqa: ARG001
    """Receive Django's `post_migrate`."""
    install(connections[using])
