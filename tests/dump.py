"""Everything the database holds, as plain values, so that two moments or two worlds can be held against each other."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection

Rows = list[tuple[Any, ...]]
TOUCHED = {"django_session": ("session_key",)}  # a session's expiry moves on when it is used
HOUSEKEEPING = ("django_migrations", "django_content_type", "sqlite_sequence")


def dump(*, masked: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Rows]:
    """Return the rows of every table, sorted. `masked` names, by table, the columns to leave out."""
    hidden = masked or {}
    return {table: _rows(table, columns, hidden.get(table, ())) for table, columns in _tables().items()}


def _rows(table: str, columns: tuple[str, ...], hidden: tuple[str, ...]) -> Rows:
    shown = TOUCHED.get(table) or [column for column in columns if column not in hidden]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, shown))} FROM {table}")  # noqa: S608
        return sorted(cursor.fetchall(), key=repr)


@cache
def _tables() -> dict[str, tuple[str, ...]]:
    """Return every table with its columns; they are the same for the whole run."""
    describe, names = connection.introspection.get_table_description, connection.introspection.table_names
    with connection.cursor() as cursor:
        tables = sorted(set(names(cursor)) - set(HOUSEKEEPING))
        return {table: tuple(column.name for column in describe(cursor, table)) for table in tables}
