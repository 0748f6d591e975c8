"""The database's clock as a part of a query, so that looking at it costs no question of its own."""

from typing import Any

from django.db.models import DateTimeField, Func


class DatabaseClock(Func):
    """What is read comes with the moment at which it was read: aware, in UTC, and moving on inside a transaction."""

    template = "clock_timestamp()"
    arity = 0
    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Return the same for SQLite, to the millisecond."""
        return self.as_sql(compiler, connection, template="strftime('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'now')")
