"""Rows by the million, made by the database itself: copies of one row, each with values of its own.

Columns that are not named are copied as they stand, so that a new column of a model needs no change here.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

Expressions = Mapping[str, str]


@dataclass(frozen=True)
class Dialect:
    """How one engine counts, makes keys and moves moments; `n` is the number of the copy, from 1."""

    numbers: str
    key: str
    moment: str

    def uuid(self, salt: str, number: str = "n") -> str:
        """Return an expression for a key: the same for the same salt and number."""
        return self.key.format(salt=salt, mark=f"{zlib.crc32(salt.encode()):08x}", number=number)

    def after(self, start: datetime, seconds: str) -> str:
        """Return an expression for a moment so many seconds after `start` (aware, kept in UTC)."""
        text = start.strftime("%Y-%m-%d %H:%M:%S")
        return self.moment.format(start=text, seconds=seconds)


DIALECTS = {
    "postgresql": Dialect(
        numbers="generate_series(1::bigint, {count}) AS numbers(n)",
        key="md5('{salt}' || ({number}))::uuid",
        moment="(timestamptz '{start}+00' + ({seconds}) * interval '1 second')",
    ),
    "sqlite": Dialect(
        numbers="(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT {count}) SELECT n FROM s)",
        # an odd factor leads each number to another one, anywhere in the range
        key="printf('%%08x{mark}%%016x', (({number}) * 2654435761) & 4294967295, {number})",
        moment="strftime('%%Y-%%m-%%d %%H:%%M:%%f', '{start}', '+' || ({seconds}) || ' seconds')",
    ),
}


def dialect() -> Dialect:
    """Return the dialect of the engine at hand."""
    return DIALECTS[connection.vendor]


def copies_of(row: models.Model, *, count: int, columns: Expressions) -> None:
    """Store `count` copies of a stored row; `columns` gives the SQL expression of each column that differs."""
    table = connection.ops.quote_name(row._meta.db_table)
    names = [connection.ops.quote_name(field.column) for field in row._meta.concrete_fields]
    values = [
        columns.get(field.column, f"row.{connection.ops.quote_name(field.column)}")
        for field in row._meta.concrete_fields
    ]
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    numbers = dialect().numbers.format(count=count)
    source = f"{table} AS row, {numbers}"  # the names are the models' own, the numbers are ours
    statement = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source} WHERE row.id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])


def analyze(*stored: type[models.Model]) -> None:
    """Have PostgreSQL count what it holds, as it does by itself after a while; SQLite never does."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for model in stored:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
