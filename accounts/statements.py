"""Statements written by hand, for what every page, press and calendar program asks (ADR 21).

Django takes longer to write such a statement, and to make its rows into objects, than the database takes to answer it.
The text of a statement never varies, but for the number of rows to store, and is the same for both engines.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

Row = TypeVar("Row", bound="tuple[Any, ...]")


def rows_of(row: type[Row], statement: str, *values: Any) -> list[Row]:
    """Return what the statement finds; `row` is a NamedTuple of its columns, in their order and with their types.

    The values take the places of its %s. PostgreSQL binds them itself: each has to be of its column's own type.
    """
    found = fetched(statement, *values)
    if connection.features.has_native_uuid_field:
        return [row(*each) for each in found]
    readers = _readers_of(row)
    return [row(*map(_read, readers, each)) for each in found]


def fetched(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what the statement finds, as the driver brings it: SQLite has ids and some moments as text."""
    with _cursor() as cursor:
        cursor.execute(statement, _bound(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def changed(statement: str, *values: Any) -> int:
    """Carry out a statement that writes; return how many rows it has changed."""
    with _cursor() as cursor:
        cursor.execute(statement, _bound(values))
        return int(cursor.rowcount)


def stored(into: str, rows: Sequence[Sequence[Any]], *, unless_there: bool = False) -> int:
    """Insert at least one row `into` a table, which is named with its columns; return how many are new.

    `unless_there` passes over a row where a constraint of the table lets no other one stand.
    """
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    statement = f"INSERT INTO {into} VALUES {', '.join([one] * len(rows))}"  # noqa: S608  (our own text)
    values = [value for row in rows for value in row]
    return changed(f"{statement} ON CONFLICT DO NOTHING" if unless_there else statement, *values)


def instant_of(stored: datetime | str) -> datetime:
    """Return a stored moment; SQLite keeps it as UTC text, PostgreSQL's driver brings it aware."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def uuid_of(stored: UUID | str) -> UUID:
    """Return a stored id."""
    return stored if isinstance(stored, UUID) else UUID(stored)


def _cursor() -> CursorWrapper:
    """Return a cursor for statements that never change; PostgreSQL's keeps their plans (config/postgresql)."""
    cursor: CursorWrapper = getattr(connection, "prepared_cursor", connection.cursor)()
    return cursor


def _bound(values: Sequence[Any]) -> list[Any]:
    """Return values as the driver takes them."""
    knows_ids = connection.features.has_native_uuid_field  # asked once: the connection is the thread's
    moment = connection.ops.adapt_datetimefield_value

    def bound(value: Any) -> Any:
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, UUID):
            return value if knows_ids else value.hex
        return value.value if isinstance(value, Enum) else value

    return [bound(value) for value in values]


_Reader = Callable[[Any], Any]
_READERS: dict[type, _Reader] = {UUID: uuid_of, datetime: instant_of, bool: bool}


@cache
def _readers_of(row: type[tuple[Any, ...]]) -> tuple[_Reader | None, ...]:
    """Return what makes each column into its type; None for a column that already has it."""
    kinds = (set(get_args(hint) or [hint]) - {NoneType} for hint in get_type_hints(row).values())
    return tuple(next(map(_READERS.get, each)) for each in kinds)


def _read(reader: _Reader | None, value: Any) -> Any:
    return value if reader is None or value is None else reader(value)
