"""What Pear works with: database, schema, clock, broker and workers."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import Letter, OutboxRow
from accounts.outbox import database_now
from scheduler.management.doctor.finding import Finding
from scheduler.queries.outbox import oldest_due_seconds

OLDEST_POSTGRESQL: Final = 150000
MOST_APART_SECONDS: Final = 2.0
TICKS: Final = 5
_NOBODY: Final = "nobody@invalid"  # RFC 2606: it leads nowhere


def database_look() -> Iterator[Finding]:
    """Ask the database which it is; SQLite also whether its file is whole."""
    whole = True
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check(1)")
                whole = cursor.fetchone()[0] == "ok"
    except OperationalError as error:
        said = f"it does not answer ({type(error.__cause__ or error).__name__})."
        mend = "start it, and see that DATABASE_URL leads to it: host, port, name, user and password"
        yield Finding(what="database", said=said, mend=mend)
        return
    except DatabaseError:
        whole = False
    if not whole:
        said = "the file pear.sqlite3 is damaged."
        yield Finding(what="database", said=said, mend="stop Pear, put the file aside, and restore the newest backup")
    elif connection.vendor == "postgresql" and connection.pg_version < OLDEST_POSTGRESQL:  # type: ignore[attr-defined]
        yield Finding(what="database", said="PostgreSQL is older than 15.", mend="take PostgreSQL 15 or newer")
    else:
        yield Finding(what="database", said=f"{connection.display_name} answers.")


def schema_look() -> Iterator[Finding]:
    """See that the schema is the one of this code, with the database's own guards."""
    loader = (executor := MigrationExecutor(connection)).loader
    missing = executor.migration_plan(loader.graph.leaf_nodes())
    ahead = [
        key for key in loader.applied_migrations if key[0] in loader.migrated_apps and key not in loader.graph.nodes
    ]
    faults = run_checks(tags=[Tags.database], databases=["default"])
    if ahead:
        said = f"it is of a newer Pear ({len(ahead)} migration(s) that this one does not know)."
        yield Finding(what="schema", said=said, mend="bring the code on this machine up to date")
    elif missing:
        said = f"{len(missing)} migration(s) are missing."
        yield Finding(what="schema", said=said, mend="manage.py migrate, then start every process again")
    for found in faults:
        yield Finding(what="schema", said=str(found.msg), mend=found.hint or "manage.py migrate")
    if not ahead and not missing and not faults:
        yield Finding(what="schema", said="every migration is applied.")


def clock_look() -> Iterator[Finding]:
    """Hold this machine's clock against the database's, by which everything is due."""
    apart = abs((datetime.now(UTC) - database_now()).total_seconds())
    if apart > MOST_APART_SECONDS:
        said = f"this machine's clock and the database's are {apart:.0f} s apart."
        yield Finding(what="clock", said=said, mend="have both set by NTP (timedatectl set-ntp true)")
    else:
        yield Finding(what="clock", said="this machine's and the database's agree.")


def broker_look() -> Iterator[Finding]:
    """See that Redis answers and takes what is written, where there is one."""
    if not settings.REDIS_URL:
        yield Finding(what="broker", said="none is set, so each worker wakes itself.")
        return
    host = urlsplit(settings.REDIS_URL).hostname
    never = Retry(NoBackoff(), 0)
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=never
        ) as broker:
            broker.set("pear:doctor", "", ex=1)
    except redis.RedisError as error:
        said = f"Redis at {host} takes nothing ({type(error).__name__}); mails come a few seconds later meanwhile."
        mend = "start it; see that REDIS_URL leads to it, that its memory is not full and that it is no replica"
        yield Finding(what="broker", said=said, mend=mend)
        return
    yield Finding(what="broker", said=f"Redis at {host} takes what is written.")


def worker_look() -> Iterator[Finding]:
    """See that nothing waits too long, and that a worker comes by: it clears away a letter whose time has passed."""
    late = oldest_due_seconds(now=database_now())
    if late > settings.LATE_SECONDS:
        said = f"the oldest message has been due for {late:.0f} s."
        yield Finding(what="worker", said=said, mend="look at `manage.py notices`, and at the worker's log")
    elif _somebody_comes_by():
        yield Finding(what="worker", said="one came by, and nothing is late.")
    else:
        said = f"none came by within {TICKS * settings.TICK_SECONDS:g} s."
        mend = "start Pear (`make run`, or the unit pear-worker@1), and look at its log"
        yield Finding(what="worker", said=said, mend=mend)


def _somebody_comes_by() -> bool:
    now = database_now()
    letter = Letter.objects.create(recipient=_NOBODY, subject="-", text="-", due_at=now, expires_at=now)
    mine = Letter.objects.filter(pk=letter.pk)
    end = time.monotonic() + TICKS * settings.TICK_SECONDS
    try:
        while waiting := mine.filter(state=OutboxRow.State.PENDING).exists():
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        return not waiting
    finally:
        mine.delete()
