"""The outbox: rows that are sent once, at their moment, by whichever worker holds their lease.

pending → claimed → (started) → sent; a row that was claimed but never started is simply claimed again. A row whose
sender died in the middle of it is repeated or becomes `unknown`, as its model says (`repeat_when_unsure`). Every step
is one conditional UPDATE on the row's claim, so that a sender that lost its lease changes nothing. Compare with the
database's clock only: the clocks of several machines differ.
"""

import datetime
import logging
import secrets
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

import celery
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from accounts import signals
from accounts.failures import Fate, verdict_on
from accounts.models import OutboxRow

log = logging.getLogger("pear.outbox")

LEASE = datetime.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)  # longer than the worst send
BACK_OFF = tuple(datetime.timedelta(seconds=seconds) for seconds in settings.DELIVERY_BACK_OFF_SECONDS)
MOST_ATTEMPTS = 6
UNSURE_WEIGHT = 2  # an attempt that may have been delivered counts twice: three of them end the row
# a person is waiting: two tries of 0.4 s at the longest, on a connection of its own that no earlier hang has spoilt
_QUICK = {"socket_timeout": 0.4, "socket_connect_timeout": 0.4}
_SENT = (
    "UPDATE {} SET state = 'sent', sent_at = %s, lease_until = NULL WHERE id = %s AND claim = %s AND state = 'claimed'"
)
_BEGUN = Q(send_started_at__isnull=False)
_NOBODYS: dict[str, Any] = {"claim": None, "lease_until": None}

State = OutboxRow.State
Row = TypeVar("Row", bound=OutboxRow)


def database_now() -> datetime.datetime:
    """Return the database's clock, aware, in UTC; inside a transaction it still moves on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime.datetime = cursor.fetchone()[0]
            return moment.astimezone(datetime.UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        return datetime.datetime.fromisoformat(cursor.fetchone()[0])


def has_due(model: type[Row], *, now: datetime.datetime, **only: Any) -> bool:
    """Return whether there is anything to do: three looks, however many rows are stored. `only` narrows what is due.

    Each look, here and below, takes the first rows in the order of the partial index that finds them. With an OR, or a
    limit and no order, a planner may read all that is stored to learn that nothing is due.
    """
    due = Q(state=State.PENDING, due_at__lte=now, **only)
    looks = ((due, "due_at"), (_lapsed(now), "lease_until"), (_claimed_in_vain(now), "lease_until"))
    return any(model.objects.filter(which).order_by(order).values_list("pk")[:1] for which, order in looks)


def claim_due(
    model: type[Row], *, now: datetime.datetime, limit: int = 50, lease: datetime.timedelta = LEASE, **only: Any
) -> list[Row]:
    """Take up to `limit` due rows for one sender: lane by lane as `model.lanes` says, in each the longest due first.

    `only` narrows them. On the way rows past their time become `expired`, and what an earlier sender left half-sent is
    settled; with a limit of 0 that is all. No two callers hold one row. `now` is the database's clock.
    """
    if not has_due(model, now=now, **only):
        return []
    claim = uuid.uuid4()
    with transaction.atomic():
        _tidy(model, now=now)
        keys = _first_in_lanes(model, Q(state=State.PENDING, due_at__lte=now, expires_at__gt=now, **only), limit)
        rows = model.objects.filter(pk__in=keys)
        rows.update(state=State.CLAIMED, claim=claim, lease_until=now + lease)
        found = {row.pk: row for row in rows}
    signals.claimed.send_robust(sender=model, count=len(keys))
    return [found[key] for key in keys]


def mark_started(row: OutboxRow, *, now: datetime.datetime, lease: datetime.timedelta = LEASE) -> bool:
    """Note that `row` is about to leave; False: it is no longer this sender's (or no longer to be sent): leave it.

    Call it right before sending, with the database's clock read anew: it is the fence against a lapsed lease.
    """
    alive = Q(lease_until__gt=now, expires_at__gt=now, send_started_at__isnull=True)
    changes = {"send_started_at": now, "lease_until": now + lease, "attempts": row.attempts + 1}
    return _change(row, alive, **changes)


def mark_sent(row: OutboxRow, *, now: datetime.datetime) -> bool:
    """Note that the other side has taken `row`; False when the lease was lost meanwhile.

    What `_change` does, in a statement that is written once: this one is asked for each message that leaves.
    """
    table = type(row)._meta  # noqa: SLF001  (Django's documented Meta API)
    columns = {column.name: column for column in table.concrete_fields}
    values = {"sent_at": now, "id": row.pk, "claim": row.claim}
    with connection.cursor() as cursor:
        prepared = [columns[name].get_db_prep_value(value, connection) for name, value in values.items()]
        cursor.execute(_SENT.format(table.db_table), prepared)
        if cursor.rowcount != 1:
            return False
    row.state, row.sent_at, row.lease_until = State.SENT, now, None
    signals.moved.send_robust(sender=type(row), row=row)
    return True


def mark_failed(row: OutboxRow, *, error: BaseException) -> bool:
    """Note that `row` will never pass."""
    return _change(row, state=State.FAILED, lease_until=None, last_error_class=_name(error))


def mark_unknown(row: OutboxRow, *, error: BaseException | None = None) -> bool:
    """Note that nobody can tell whether `row` arrived; it is not sent again."""
    return _change(row, state=State.UNKNOWN, lease_until=None, last_error_class=_name(error))


def mark_dropped(row: OutboxRow) -> bool:
    """Note that what `row` would say is no longer so."""
    return _change(row, Q(send_started_at__isnull=True), state=State.DROPPED, claim=None, lease_until=None)


def put_back(
    row: OutboxRow, *, now: datetime.datetime, error: BaseException, wait: datetime.timedelta = datetime.timedelta()
) -> bool:
    """Try `row` again later (`BACK_OFF`, each ±20 %, but never before `wait`); after six attempts it has failed."""
    attempts = row.attempts + (row.send_started_at is None)
    if attempts >= MOST_ATTEMPTS:
        return mark_failed(row, error=error)
    pause = max(wait, BACK_OFF[attempts - 1] * secrets.SystemRandom().uniform(0.8, 1.2))
    return _change(row, **_again(attempts=attempts, due_at=now + pause), last_error_class=_name(error))


def release(rows: Sequence[OutboxRow], *, due_at: datetime.datetime | None = None) -> int:
    """Give back what was claimed but has not begun to leave, due at `due_at` or as before; it costs no attempt.

    All rows are of one model. Rows that have begun, or that another sender holds, stay as they are.
    """
    if not rows:
        return 0
    held = type(rows[0]).objects.filter(
        pk__in=[row.pk for row in rows],
        claim__in={row.claim for row in rows if row.claim},  # none once the row is settled
        state=State.CLAIMED,
        send_started_at__isnull=True,
    )
    moved = {} if due_at is None else {"due_at": due_at}
    return held.update(state=State.PENDING, claim=None, lease_until=None, **moved)


def mark_unsure(row: OutboxRow, *, now: datetime.datetime, error: BaseException | None = None) -> bool:
    """Settle a row that may or may not have arrived: repeat it at most three times, or leave it as unknown."""
    attempts = row.attempts + UNSURE_WEIGHT - 1
    if not row.repeat_when_unsure or attempts >= MOST_ATTEMPTS:
        return mark_unknown(row, error=error)
    return _change(row, **_again(attempts=attempts, due_at=now + BACK_OFF[0]), last_error_class=_name(error))


def settle(row: OutboxRow, *, now: datetime.datetime, error: Exception) -> bool:
    """Decide by what the other side said (`accounts.failures`): never, later, or nobody knows."""
    verdict = verdict_on(error, has_begun=row.send_started_at is not None)
    if verdict.fate is Fate.FINAL:
        return mark_failed(row, error=error)
    if verdict.fate is Fate.UNSURE:
        return mark_unsure(row, now=now, error=error)
    return put_back(row, now=now, error=error, wait=verdict.wait)


def nudge() -> None:
    """Wake a worker once this transaction has committed; without a broker the request loses nothing but a log line."""
    if settings.REDIS_URL:
        transaction.on_commit(_wake)


def _wake() -> None:
    try:
        app = celery.current_app  # loaded by being asked for: most web processes have no broker to ring
        with app.connection_for_write() as broker:
            broker.transport_options = {**(broker.transport_options or {}), **_QUICK}
            app.send_task("scheduler.deliver", connection=broker, ignore_result=True, retry=False, expires=30)
    except Exception as error:  # noqa: BLE001  (a hint must never break a request; the worker's own tick will do it)
        log.warning("nudge not sent: %s", type(error).__name__)


def _lapsed(now: datetime.datetime) -> Q:
    return Q(state=State.CLAIMED, lease_until__lte=now)


def _claimed_in_vain(now: datetime.datetime) -> Q:
    return Q(state=State.CLAIMED, lease_until__gt=now, expires_at__lte=now, send_started_at__isnull=True)


def _tidy(model: type[Row], *, now: datetime.datetime) -> None:
    """Settle what was left half-sent, expire what is too late, and let go of what nobody holds any more."""
    for row in model.objects.filter(pk__in=_locked(model, _lapsed(now) & _BEGUN, order_by="lease_until")):
        mark_unsure(row, now=now)
    _expire(model, _locked(model, Q(state=State.PENDING, expires_at__lte=now), order_by="expires_at"))
    _expire(model, _locked(model, _claimed_in_vain(now), order_by="lease_until"))
    lapsed = _locked(model, _lapsed(now) & ~_BEGUN, order_by="lease_until")
    model.objects.filter(pk__in=lapsed).update(state=State.PENDING, **_NOBODYS)


def _expire(model: type[Row], keys: list[uuid.UUID]) -> None:
    rows = model.objects.filter(pk__in=keys)
    if keys and rows.update(state=State.EXPIRED, **_NOBODYS):
        for row in rows:
            signals.moved.send_robust(sender=model, row=row)


def _first_in_lanes(model: type[Row], due: Q, limit: int) -> list[uuid.UUID]:
    """Return the keys of up to `limit` due rows, locked. Each lane is read from its own stretch of the index."""
    keys: list[uuid.UUID] = []
    for lane in [Q(**{model.lane: value}) for value in model.lanes] or [Q()]:
        if limit > len(keys):
            keys += _locked(model, due & lane, limit=limit - len(keys), order_by="due_at")
    return keys


def _locked(model: type[Row], which: Q, *, order_by: str, limit: int = 500) -> list[uuid.UUID]:
    """Return the keys of rows that no other claimer holds; on SQLite the transaction holds them all already."""
    rows = model.objects.select_for_update(skip_locked=True).filter(which).order_by(order_by)
    return list(rows.values_list("pk", flat=True)[:limit])


def _again(*, attempts: int, due_at: datetime.datetime) -> dict[str, Any]:
    return {"state": State.PENDING, "attempts": attempts, "due_at": due_at, "send_started_at": None, **_NOBODYS}


def _change(row: OutboxRow, *conditions: Q, **changes: Any) -> bool:
    """Apply `changes` if this claim still holds the row, and to the object in hand as well."""
    mine = type(row).objects.filter(*conditions, pk=row.pk, claim=row.claim, state=State.CLAIMED)
    if mine.update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    if "state" in changes:
        signals.moved.send_robust(sender=type(row), row=row)
    return True


def _name(error: BaseException | None) -> str:
    return type(error).__name__[:80] if error is not None else ""
