"""One database of the measured sizes, in a process of its own: it fills it, then measures whatever a line asks for.

`python -m tests.bench.sweep_rows STORED` prints `ready` and its size in bytes; then, for each line of input, `claim`
or `idle`, the seconds that it took.
"""

import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (models load only after setup)
from django.db import connection  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402

from accounts import outbox  # noqa: E402
from accounts.models import Couple, Partner, User  # noqa: E402
from scheduler.models import Notice  # noqa: E402
from tests.multitude import copies_of, dialect  # noqa: E402

DUE, BATCH = 1_000, 100
NOTICES_EACH = 40  # of one recipient: some weeks of plans, each told and reminded of
DAYS = 60  # that lie ahead
IDLE_LOOKS = 50


def fill(stored: int) -> Notice:
    """Store so many notices of many couples: four of five to come within DAYS, the rest sent within the last day."""
    sql, now = dialect(), outbox.database_now()
    seats = max(1, stored // NOTICES_EACH)
    couple = Couple.objects.create(created_at=now)
    user = User.objects.create_user("0@example.org")
    seat = Partner.objects.create(couple=couple, user=user, seat=1)
    copies_of(user, count=seats, columns={"id": sql.uuid("user"), "email": "n || '@example.org'"})
    copies_of(couple, count=seats, columns={"id": sql.uuid("couple")})
    keys = {"id": sql.uuid("seat"), "user_id": sql.uuid("user"), "couple_id": sql.uuid("couple")}
    copies_of(seat, count=seats, columns=keys)
    far = now + timedelta(days=DAYS)
    row: Notice = Notice.objects.create(
        recipient=seat, kind="reminder", cause=uuid.uuid4(), due_at=far, expires_at=far
    )
    whose = {"recipient_id": sql.uuid("seat", f"1 + n %% {seats}")}
    with indexes_made_afterwards():
        store(row, stored - stored // 5, "to come", now + timedelta(hours=2), DAYS * 86_400, **whose)
        store(row, stored // 5, "past", now - timedelta(hours=22), 20 * 3_600, **whose, state="'sent'")
    tidy_up()
    return row


def store(row: Notice, count: int, salt: str, begin: datetime, seconds: int, **columns: str) -> None:
    """Store so many notices whose moments are spread over so many seconds after `begin`."""
    sql = dialect()
    moment = f"(n * 7919) %% {seconds}"  # a prime: neighbours in the table are far apart in time
    times = {"due_at": sql.after(begin, moment), "expires_at": sql.after(begin + timedelta(hours=2), moment)}
    keys = {"id": sql.uuid(salt), "cause": sql.uuid(salt.upper())}
    copies_of(row, count=count, columns={**keys, **times, **columns})


@contextmanager
def indexes_made_afterwards() -> Iterator[None]:
    """Take indexes away while rows come in by the million, and make them again."""
    with connection.cursor() as cursor:
        indexes = _indexes(cursor)
        for name in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        with _patient_keys(cursor):
            yield
        for definition in indexes.values():
            cursor.execute(definition)


def _indexes(cursor: CursorWrapper) -> dict[str, str]:
    """Return the indexes of the notices that stand for no constraint, by name."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'scheduler_notice'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    else:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'scheduler_notice' AND type = 'index'")
    return {name: definition for name, definition in cursor.fetchall() if definition and "UNIQUE" not in definition}


@contextmanager
def _patient_keys(cursor: CursorWrapper) -> Iterator[None]:
    """Have keys checked all at once on PostgreSQL, and in memory on SQLite."""
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA cache_size = -1000000")
        yield
        cursor.execute("PRAGMA cache_size = -2000")
        return
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'scheduler_notice'::regclass AND contype IN ('p', 'u')"
    )
    constraints = cursor.fetchall()
    cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE scheduler_notice DROP CONSTRAINT "{name}"')
    yield
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE scheduler_notice ADD CONSTRAINT "{name}" {definition}')
    cursor.execute("SET session_replication_role = origin")


def tidy_up() -> None:
    """Leave the database as it is after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")


def claim(row: Notice) -> float:
    """Let DUE rows be due, claim them in batches as a worker does, mark them as sent; return the claims' seconds."""
    now = outbox.database_now()
    store(row, DUE, uuid.uuid4().hex, now - timedelta(minutes=10), 500)
    claimed: list[uuid.UUID] = []
    begin = time.perf_counter()
    while rows := outbox.claim_due(Notice, now=now, limit=BATCH, channel="email"):
        claimed += [each.pk for each in rows]
    seconds = time.perf_counter() - begin
    assert len(claimed) == len(set(claimed)) == DUE, len(claimed)
    Notice.objects.filter(pk__in=claimed).update(state=Notice.State.SENT)
    return seconds


def idle(row: Notice) -> float:
    """Look IDLE_LOOKS times when nothing is due; return the seconds of one look."""
    now, channel = outbox.database_now(), row.channel
    begin = time.perf_counter()
    for _ in range(IDLE_LOOKS):
        assert not outbox.claim_due(Notice, now=now, limit=BATCH, channel=channel)
    return (time.perf_counter() - begin) / IDLE_LOOKS


def size() -> int:
    """Return how many bytes the notices and their indexes take."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('scheduler_notice')")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    asked: dict[str, Callable[[Notice], float]] = {"claim": claim, "idle": idle}
    call_command("migrate", verbosity=0, interactive=False)
    template = fill(int(sys.argv[1]))
    print("ready", size(), flush=True)
    for line in sys.stdin:
        print(asked[line.strip()](template), flush=True)
