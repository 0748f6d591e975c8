"""Tables of PostgreSQL filled by the million: without indexes and constraints, which are made again afterwards.

What they are then is what they were, but that foreign keys are not checked for the rows that came in (`NOT VALID`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint
    WHERE contype IN ('p', 'u', 'x', 'f') AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
    ORDER BY contype = 'f'
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def bare(*stored: type[models.Model]) -> Iterator[None]:
    """Take indexes, keys and triggers of these models' tables away, and make them again at the end."""
    tables = [model._meta.db_table for model in stored]
    constraints = _ask(_CONSTRAINTS, tables, tables)
    for table, name, _, _ in reversed(constraints):  # foreign keys first: they hold on to the primary ones
        _tell(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = _ask(_INDEXES, tables)
    for name, _ in indexes:
        _tell(f"DROP INDEX {name}")
    with _undisturbed():
        yield
        for table, name, definition, kind in constraints:
            unchecked = " NOT VALID" if kind == "f" and "NOT VALID" not in definition else ""
            _tell(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{unchecked}')
        for _, definition in indexes:
            _tell(definition)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Have nobody tidy up meanwhile, no trigger fire, and much memory for the making of indexes."""
    _tell("ALTER SYSTEM SET autovacuum = off")
    _tell("SELECT pg_reload_conf()")
    _tell("SET session_replication_role = replica")
    _tell("SET maintenance_work_mem = '1GB'")
    yield
    _tell("SET session_replication_role = origin")
    _tell("ALTER SYSTEM RESET autovacuum")
    _tell("SELECT pg_reload_conf()")


def _tell(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _ask(statement: str, *tables: list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, tables)
        return list(cursor.fetchall())
