"""What a database says when it is asked past Pear, and the few changes that stand for time going by."""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg


class Rows(Protocol):
    """A database. Statements use `%s`; `key` and `moment` turn an id and a time into what its columns hold."""

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own; returns its rows."""

    def key(self, identity: str) -> str:
        """Return a UUID, given as 32 hex digits, as it stands in a column."""

    def moment(self, moment: dt.datetime) -> Any:
        """Return a time as it stands in a column."""


@dataclass(frozen=True)
class PostgreSQLRows:
    """PostgreSQL on the socket in `folder`."""

    folder: Path
    name: str = "pear"

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection of one's own, whose statements stand at once."""
        return psycopg.connect(host=str(self.folder), user="pear", dbname=self.name, autocommit=True)

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def key(self, identity: str) -> str:
        return identity

    def moment(self, moment: dt.datetime) -> dt.datetime:
        return moment


@dataclass(frozen=True)
class SQLiteRows:
    """A database file."""

    file: Path

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file, timeout=20)) as connection, connection:
            return connection.execute(statement.replace("%s", "?"), values).fetchall()

    def key(self, identity: str) -> str:
        return identity

    def moment(self, moment: dt.datetime) -> str:
        return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
