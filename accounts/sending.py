"""One batch of rows on its way: claimed by leave of the breaker, sent over one line, and every end written down."""

import datetime
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

from accounts import outbox
from accounts.breaker import Leave, ask_leave, give_back, note_failure, note_success
from accounts.failures import Verdict, verdict_on
from accounts.models import OutboxRow

log = logging.getLogger("pear.sending")


class Line(Protocol):
    """An open way to the other side, good for a batch."""

    def ready(self) -> None:
        """Have the other side answer, before a message counts as begun; raises OSError."""


class Outcome(Enum):
    """What came of one row."""

    SENT = auto()  # the other side has taken it
    ANSWERED = auto()  # the other side has said something else about it
    HELD = auto()  # it did not come to that


class ServerAway(Exception):
    """The server itself failed while a row was on its way; the row is settled."""


Row = TypeVar("Row", bound=OutboxRow)
AnyLine = TypeVar("AnyLine", bound=Line)


def always() -> bool:
    """Say yes: the answer of one who never has to stop."""
    return True


def look_away(_: object) -> None:
    """Take no notice: the foresight of one who looks at each row when it is its turn."""


def send_due(
    model: type[Row],
    *,
    way: str,
    now: datetime.datetime,
    limit: int,
    line: Callable[[], AbstractContextManager[AnyLine]],
    send: Callable[[Row, AnyLine], Outcome],
    keep_going: Callable[[], bool] = always,
    look_at: Callable[[list[Row]], None] = look_away,
    **only: Any,
) -> int:
    """Send up to `limit` due rows that leave by one way, narrowed by `only`; returns how many have left.

    `now` is the database's clock. `keep_going` is asked before each row; `look_at` sees the whole batch before. What
    has not begun when the former says no, or the server is away, is given back and has used up no attempt. `send`
    settles its row, and raises `ServerAway` when the server broke off: then a new line, or the open breaker.
    """
    if not outbox.has_due(model, now=now, **only):
        return 0
    leave = ask_leave(channel=way, now=now, limit=limit)
    rows = outbox.claim_due(model, now=now, limit=leave.most, **only)
    try:
        if rows:
            look_at(rows)
            with line() as open_line:
                return _send_all(rows, open_line, send, leave, keep_going)
        return give_back(leave, now=now)
    finally:
        outbox.release(rows)


def settle(row: OutboxRow, error: Exception) -> Verdict:
    """Write to `row` what `error` means for it, in one line to the log too; returns what else it means."""
    log.warning("%s %s not sent: %s", type(row).__name__.lower(), row.pk, type(error).__name__)
    verdict = verdict_on(error, has_begun=row.send_started_at is not None)
    outbox.settle(row, now=outbox.database_now(), error=error)
    return verdict


def outcome_of(verdict: Verdict) -> Outcome:
    """Return the outcome for a row that was not sent; raises `ServerAway` where the server is what failed."""
    if verdict.is_away:
        raise ServerAway
    return Outcome.ANSWERED if verdict.is_answer else Outcome.HELD


def _send_all(
    rows: list[Row],
    line: AnyLine,
    send: Callable[[Row, AnyLine], Outcome],
    leave: Leave,
    keep_going: Callable[[], bool],
) -> int:
    """Send until the end, the word to stop, or until the server is away; tell the breaker how the server is."""
    sent, has_answered = 0, False
    for row in rows:
        if not keep_going():
            break
        try:
            line.ready()
            outcome = send(row, line)
        except ServerAway as error:
            if note_failure(leave, now=outbox.database_now(), error=error.__context__ or error):
                return sent
            continue
        except OSError as error:
            note_failure(leave, now=outbox.database_now(), error=error)
            return sent
        if outcome is not Outcome.HELD and not has_answered:
            has_answered = True
            note_success(leave)
        sent += outcome is Outcome.SENT
    return sent if has_answered else give_back(leave, now=outbox.database_now())
