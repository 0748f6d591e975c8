"""How the outbox is doing: numbers and ages, of notices and of letters about accounts; no content, nobody's id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Min, QuerySet, Value, When
from django.db.models.fields import DateTimeField

from accounts.models import Breaker, Letter, OutboxRow
from scheduler.models import Notice

_State = OutboxRow.State
MOST_COUNTED = 10_000  # of each way; more than that is late whatever the number
WHAT: dict[str, type[OutboxRow]] = {"letter": Letter, "notice": Notice}


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What waits of one sort. Ages in seconds since the row became due, 0 where there is none."""

    what: str
    due: int
    oldest_due_seconds: float
    claimed: int
    oldest_claimed_seconds: float


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many rows of one sort share kind, channel and state; `oldest_seconds` while the oldest is due or claimed."""

    what: str
    kind: str
    channel: str
    state: str
    rows: int
    oldest_seconds: float | None


def oldest_due_seconds(*, now: datetime) -> float:
    """Return for how long the oldest due row of any sort has been waiting; 0 when none is due.

    `now` is the database's clock. One look into an index for each way, however many rows are stored.
    """
    return max(_oldest_due(model, now) for model in WHAT.values())


def backlogs(*, now: datetime) -> list[Backlog]:
    """Return what waits of each sort; the cost grows with what waits, up to MOST_COUNTED, not with what is stored."""
    return [_backlog(what, model, now) for what, model in WHAT.items()]


def breakers() -> list[tuple[str, datetime | None]]:
    """Return each way on which a server ever failed, and since when nothing is tried there (None: it is well)."""
    return list(Breaker.objects.order_by("channel").values_list("channel", "open_since"))


def tallies(*, now: datetime) -> Iterator[Tally]:
    """Yield all that is stored, counted by kind, channel and state. It reads every row: for a person who asks."""
    for what, model in WHAT.items():
        sorts = ("kind", "channel", "state") if model is Notice else ("state",)
        waiting = When(state__in=[_State.PENDING, _State.CLAIMED], due_at__lte=now, then=F("due_at"))
        oldest = Min(Case(waiting, default=Value(None), output_field=DateTimeField()))
        rows = model.objects.order_by(*sorts).values(*sorts).annotate(rows=Count("pk"), oldest=oldest)
        for row in rows:
            yield Tally(
                what=what,
                kind=row.get("kind", what),
                channel=row.get("channel", "email"),
                state=row["state"],
                rows=row["rows"],
                oldest_seconds=(now - row["oldest"]).total_seconds() if row["oldest"] else None,
            )


def _backlog(what: str, model: type[OutboxRow], now: datetime) -> Backlog:
    held = model.objects.filter(state=_State.CLAIMED).order_by("lease_until")
    since = list(held.values_list("due_at", flat=True)[:MOST_COUNTED])
    return Backlog(
        what=what,
        due=sum(rows[:MOST_COUNTED].count() for rows in _due(model, now)),
        oldest_due_seconds=_oldest_due(model, now),
        claimed=len(since),
        oldest_claimed_seconds=max(0.0, (now - min(since)).total_seconds()) if since else 0.0,
    )


def _oldest_due(model: type[OutboxRow], now: datetime) -> float:
    firsts = [rows.values_list("due_at", flat=True).first() for rows in _due(model, now)]
    return max((now - due_at).total_seconds() if due_at else 0.0 for due_at in firsts)


def _due(model: type[OutboxRow], now: datetime) -> list[QuerySet[OutboxRow]]:
    """Return what is due on each way, in the order of the index that finds it (see `accounts.outbox.has_due`)."""
    ways = [{"channel": channel} for channel in Notice.Channel.values] if model is Notice else [{}]
    return [model.objects.filter(**way, state=_State.PENDING, due_at__lte=now).order_by("due_at") for way in ways]
