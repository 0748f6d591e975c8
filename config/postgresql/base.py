"""Django's PostgreSQL back-end with a pool, made for an address that calendar programs ask for all day.

Two round trips less than Django's own: a connection from the pool is judged by its socket instead of by a question to
the server, and a statement that is always the same is planned once for each connection.
"""

import select
from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection, lent by the pool for the length of a request or a task."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that lives; the pool replaces those that ended while nobody used them."""
        while has_ended(connection := super().get_new_connection(conn_params)):
            connection.close()
            cast("ConnectionPool", self.pool).putconn(connection)  # type: ignore[attr-defined]  # unknown to the stubs
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor whose statements are planned once for each connection, with rows in binary form.

        For reads by one row's key, where planning costs several times what the reading does. Parameters are bound by
        the server: they have to be of the very types that the columns have. While queries are logged it is an ordinary
        one, because only that can show a statement with its parameters.
        """
        if self.queries_logged:
            return self.cursor()
        self.ensure_connection()
        cursor: Any = psycopg.Cursor(self.connection)
        cursor.format = Format.BINARY
        return self.make_cursor(cursor)


def has_ended(connection: psycopg.Connection[Any]) -> bool:
    """Return whether the server has ended an idle connection, such as by a restart.

    It says so by its last words and the socket's end, so while there is nothing to read, all is well. Where there is,
    the server is asked: it may also have told of a changed setting.
    """
    socket = select.poll()
    try:
        socket.register(connection.fileno(), select.POLLIN)
        if socket.poll(0):
            ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return True
    return False
