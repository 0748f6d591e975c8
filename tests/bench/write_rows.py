"""One database in which yes and free are measured, in a process of its own.

`python -m tests.bench.write_rows ROUNDS` makes enough couples and prints, as JSON, how much each act writes and the
seconds of each round, by the operation and by the bare transaction. The bare one is sent by a plain connection of the
engine's own driver, and holds exactly those statements of the operation that changed a row: they were written down
while the operation ran once for the same couple, and was rolled back.
"""

import json
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import django

django.setup()

import psycopg  # noqa: E402  (models load only after setup)
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts import outbox  # noqa: E402
from accounts.models import Partner  # noqa: E402
from scheduler.models import Notice  # noqa: E402
from scheduler.operations.slots import free, say_yes  # noqa: E402
from tests.bench.couples import DAY, linked  # noqa: E402
from tests.scenes import offered  # noqa: E402

COUPLES = 10  # of each kind in each round
WRITES = ("INSERT", "UPDATE", "DELETE")
Act = Callable[[Partner, UUID, datetime], object]
Statement = tuple[str, Any]
Prepared = tuple[Partner, UUID]


def yes(partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Say the second yes: a plan, two entries in calendars, what there is to tell."""
    assert say_yes(partner=partner, slot_id=slot_id, revision=1, now=now)


def freed(partner: Partner, slot_id: UUID, now: datetime) -> None:
    """Free the plan, of which both have heard."""
    free(partner=partner, slot_id=slot_id, now=now)


ACTS: dict[str, Act] = {"yes": yes, "free": freed}


def written_by(act: Act, one: Prepared, now: datetime) -> list[Statement]:
    """Return the statements by which `act` would change rows, in their order."""
    found: list[Statement] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's own)
        answer = execute(sql, params, many, context)
        if sql.startswith(WRITES) and context["cursor"].rowcount > 0:
            found.append((sql, params))
        return answer

    with transaction.atomic(), connection.execute_wrapper(watch):
        act(*one, now)
        transaction.set_rollback(True)
    return found


def bare(transactions: Iterable[list[Statement]]) -> None:
    """Send each list of statements as one transaction."""
    plain = _plain()
    for statements in transactions:
        plain.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        for sql, params in statements:
            assert plain.execute(sql, params).rowcount > 0, sql
        plain.execute("COMMIT")


@cache
def _plain() -> Any:
    """Return a connection of the driver's own, which keeps what is written as surely as Pear's does."""
    if connection.vendor == "postgresql":
        known = connection.get_connection_params()
        return psycopg.connect(**{name: known[name] for name in ("host", "user", "dbname")}, autocommit=True)
    plain = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=20)
    for setting in ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        plain.execute(f"PRAGMA {setting}")
    return plain


def as_the_driver_takes_it(statement: Statement) -> Statement:
    """Return a statement with the driver's own placeholders and plain values."""
    sql, params = statement
    if connection.vendor == "sqlite":
        sql = sql.replace("%s", "?").replace("%%", "%")
    return sql, [each.value if isinstance(each, Enum) else each for each in params or ()]


def prepared(rounds: int, now: datetime) -> list[list[Prepared]]:
    """Make couples with an open time each, and name who has to answer it; in each list as many as a round takes."""
    evening = (now + 3 * DAY).replace(hour=19, minute=0, second=0, microsecond=0)

    def one() -> Prepared:
        author, other = linked(now=now)
        return other, offered(author, evening, evening + DAY, now=now)[0].pk

    return [[one() for _ in range(COUPLES)] for _ in range(rounds)]


def seconds(act: Act, ours: list[list[Prepared]], theirs: list[list[Prepared]], now: datetime) -> dict[str, Any]:
    """Return what each round took, by the operation and by the bare transaction, in turn."""
    written = [[[*map(as_the_driver_takes_it, written_by(act, one, now))] for one in batch] for batch in theirs]
    took: dict[str, list[float]] = defaultdict(list)
    for mine, statements in zip(ours, written, strict=True):
        begin = time.perf_counter()
        for one in mine:
            act(*one, now)
        between = time.perf_counter()
        bare(statements)
        took["operation"].append((between - begin) / COUPLES)
        took["bare"].append((time.perf_counter() - between) / COUPLES)
    return {"statements": len(written[0][0]), **{name: each[1:] for name, each in took.items()}}  # the first warms up


def main(rounds: int) -> dict[str, Any]:
    """Measure yes, let both hear of the plans, and measure free."""
    call_command("migrate", verbosity=0, interactive=False)
    now = outbox.database_now()
    ours, theirs = (prepared(rounds + 1, now) for _ in range(2))
    found = {}
    for name, act in ACTS.items():
        found[name] = seconds(act, ours, theirs, now)
        sent = Notice.objects.filter(kind=Notice.Kind.CONFIRMED)
        sent.update(state=Notice.State.SENT, send_started_at=now, sent_at=now, attempts=1)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
