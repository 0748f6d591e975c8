"""What each fault was to leave behind, and what it left: one line a fault and kind of notice."""

import datetime as dt
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from tests.faults.sink import Taken
from tests.faults.site import PATIENCE, Plan, Site
from tests.services import wait_for

REMINDER, FREED = "reminder", "freed"
SOON = dt.timedelta(seconds=2)


@dataclass(frozen=True)
class Line:
    """What came of the notices of one kind.

    `refused`: the other side said no for good. `unsure`: not delivered, and the row says that nobody can tell.
    `stale`: delivered though it was dropped or over before it began to leave. `after_start`: delivered once the time
    had begun.
    """

    fault: str
    kind: str
    expected: int
    sent: int
    lost: int = 0
    doubled: int = 0
    refused: int = 0
    unsure: int = 0
    stale: int = 0
    after_start: int = 0


@dataclass
class Ledger:
    """The lines of a run, in the order in which they came about."""

    lines: list[Line] = field(default_factory=list)

    def table(self) -> list[str]:
        """Return the lines as text, in columns."""
        names = [each.name for each in fields(Line)]
        width = max((len(line.fault) for line in self.lines), default=5)
        head = f"{'fault':{width}}  {'kind':8}" + "".join(f"{name.replace('_', ' '):>12}" for name in names[2:])
        return [head, *(self._text(line, width, names[2:]) for line in self.lines)]

    def _text(self, line: Line, width: int, names: list[str]) -> str:
        return f"{line.fault:{width}}  {line.kind:8}" + "".join(f"{getattr(line, name):>12}" for name in names)


@dataclass(frozen=True)
class _Row:
    """One notice, as it stands in the end."""

    key: str
    kind: str
    state: str
    starts_at: float

    @property
    def message_id(self) -> str:
        """The Message-ID under which it leaves, each time the same."""
        return f"<{uuid.uuid5(uuid.UUID(self.key), 'mail')}@127.0.0.1>"


@dataclass
class Case:
    """One fault, and the plans that live through it.

    `remind` and `free` say what has to arrive; everything else about these plans must not.
    """

    site: Site
    ledger: Ledger
    fault: str
    wanted: list[tuple[Plan, str]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    def plan(self) -> Plan:
        """Return the plan of a couple that nothing has happened to yet."""
        plan = self.site.plans.pop()
        self.plans.append(plan)
        return plan

    def remind(self, plan: Plan | None = None, wait: dt.timedelta = dt.timedelta()) -> Plan:
        """Let the two reminders of a plan be due now, or so much later."""
        plan = plan or self.plan()
        self.wanted.append((plan, REMINDER))
        self.due(plan, wait)
        return plan

    def free(self) -> Plan:
        """Let a couple's reminders be due, and their time be freed before one has begun to leave.

        Only while nothing can leave: the reminders are dropped, and both are told that the time is free.
        """
        plan = self.plan()
        self.due(plan)
        self.press_free(plan)
        return plan

    def press_free(self, plan: Plan) -> None:
        """Free this plan; both have to be told so."""
        self.wanted.append((plan, FREED))
        status = self.site.free(plan)
        assert status == 200

    def begin_without_us(self) -> Plan:
        """Let reminders be due of a time that begins in a moment; while nothing can leave, none ever may."""
        plan = self.plan()
        self.starts_in(plan, SOON)
        self.due(plan)
        return plan

    def starts_in(self, plan: Plan, wait: dt.timedelta) -> None:
        """Let the time of this plan begin so soon."""
        at, key = self.site.rows.moment(now() + wait), self.site.rows.key(plan.slot)
        self.site.rows.ask("UPDATE scheduler_slot SET starts_at = %s, expires_at = %s WHERE id = %s", at, at, key)
        self.site.rows.ask("UPDATE scheduler_calendarentry SET starts_at = %s WHERE slot_id = %s", at, key)
        statement = "UPDATE scheduler_notice SET starts_at = %s, expires_at = %s WHERE cause = %s"
        self.site.rows.ask(statement, at, at, key)

    def due(self, plan: Plan, wait: dt.timedelta = dt.timedelta()) -> None:
        """Let the reminders of a plan be due at this moment, or so much later."""
        statement = "UPDATE scheduler_notice SET due_at = %s WHERE cause = %s AND kind = 'reminder'"
        self.site.rows.ask(statement, self.site.rows.moment(now() + wait), self.site.rows.key(plan.slot))

    def reminders_of(self, plan: Plan) -> list[Taken]:
        """Return the reminders of a plan that have arrived."""
        about = {row.message_id for row in self._of(plan) if row.kind == REMINDER}
        return [mail for mail in self.site.sink.taken if mail.message_id in about]

    def all_begun(self, plan: Plan) -> None:
        """Wait until the time of this plan has begun."""
        latest = max(row.starts_at for row in self._of(plan))
        wait_for(lambda: time.time() > latest, what="the start", seconds=PATIENCE)

    def lease_lapses(self, *, after: dt.timedelta = dt.timedelta()) -> None:
        """Let the leases on these plans' notices run out now, as if the time had passed, or at another time."""
        statement = "UPDATE scheduler_notice SET lease_until = %s WHERE cause = %s AND state = 'claimed'"
        for plan in self.plans:
            self.site.rows.ask(statement, self.site.rows.moment(now() + after), self.site.rows.key(plan.slot))

    def settle(self, **unusual: dict[str, int]) -> None:
        """Wait until nothing is on its way any more, write the lines, and hold them against the promise.

        `unusual` names what a kind of notice may have other than 0: `reminder={"unsure": 1}`.
        """
        wait_for(self.settled, what=f"{self.fault}: every notice", seconds=PATIENCE)
        lines = [self._line(kind) for kind in sorted({kind for _, kind in self.wanted}, reverse=True)]
        self.ledger.lines += lines
        for line in lines:
            unlike = unusual.get(line.kind, {})
            missing = unlike.get("unsure", 0) + unlike.get("refused", 0)
            promise = Line(line.fault, line.kind, line.expected, line.expected - missing, **unlike)
            assert line == promise, self.story()
            assert line.expected == 2 * sum(kind == line.kind for _, kind in self.wanted), self.story()

    def settled(self) -> bool:
        """Return whether every notice of these plans has come to its end, but for what is due another day."""
        return all(
            row.state not in {"pending", "claimed"} or (row.state == "pending" and row.kind == REMINDER and not due)
            for plan in self.plans
            for row, due in self._with_due(plan)
        )

    def story(self) -> str:
        """Return all rows and what arrived, for a message."""
        taken = self._taken()
        rows = [(row, taken[row.message_id]) for plan in self.plans for row in self._of(plan)]
        return "\n".join(f"{row.kind:9} {row.state:8} arrived {count} times" for row, count in rows)

    def _line(self, kind: str) -> Line:
        taken, rows = self._taken(), [row for plan in self.plans for row in self._of(plan) if row.kind == kind]
        of_wanted = {plan.slot for plan, each in self.wanted if each == kind}
        wanted = [row for plan in self.plans if plan.slot in of_wanted for row in self._of(plan) if row.kind == kind]
        missed = [row for row in wanted if not taken[row.message_id]]
        unsure, refused = (sum(row.state == state for row in missed) for state in ("unknown", "failed"))
        return Line(
            fault=self.fault,
            kind=kind,
            expected=len(wanted),
            sent=len(wanted) - len(missed),
            lost=len(missed) - unsure - refused,
            doubled=sum(max(0, taken[row.message_id] - 1) for row in rows),
            refused=refused,
            unsure=unsure,
            stale=sum(taken[row.message_id] for row in rows if row.state in {"dropped", "expired", "pending"}),
            after_start=sum(
                mail.at >= row.starts_at
                for row in rows
                for mail in self.site.sink.taken
                if kind == REMINDER and mail.message_id == row.message_id
            ),
        )

    def _taken(self) -> Counter[str]:
        return Counter(mail.message_id for mail in self.site.sink.taken)

    def _of(self, plan: Plan) -> list[_Row]:
        return [row for row, _ in self._with_due(plan)]

    def _with_due(self, plan: Plan) -> list[tuple[_Row, bool]]:
        statement = "SELECT id, kind, state, starts_at, due_at FROM scheduler_notice WHERE cause = %s ORDER BY id"
        found = self.site.rows.ask(statement, self.site.rows.key(plan.slot))
        return [
            (_Row(str(key), kind, state, _seconds(starts_at)), _seconds(due_at) <= time.time() + 3600)
            for key, kind, state, starts_at, due_at in found
        ]


def is_quiet(site: Site) -> bool:
    """Return whether nothing is due or on its way."""
    busy = "SELECT 1 FROM scheduler_notice WHERE state = 'claimed' OR (state = 'pending' AND due_at <= %s) LIMIT 1"
    return not site.rows.ask(busy, site.rows.moment(now()))


def now() -> dt.datetime:
    """Return this machine's clock, which is the database's too."""
    return dt.datetime.now(dt.UTC)


def _seconds(moment: Any) -> float:
    """Return a column's time as seconds since 1970."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    return float(moment.timestamp()) if moment else 0.0
