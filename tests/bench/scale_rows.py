"""One PostgreSQL database with so many couples, in a process of its own: it fills it, then measures what a line asks.

`python -m tests.bench.scale_rows COUPLES` prints `ready` and its size in bytes; then, for each line of input, the
seconds of `feed`, `overview`, `yes`, `sweep`, `fade` or `purge`; or, for `plans`, the tables of which any of them read
all.

The database makes the multitude itself, from one couple that the operations made: two partners, three feeds, six
times, twenty notices. Each copy has keys of its own, and its times up to thirty days later than the first. What is
measured belongs to some couples more, which the operations make among all the others.
"""

import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (models load only after setup)
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402

from accounts import outbox  # noqa: E402
from accounts.models import Couple, Partner, User  # noqa: E402
from scheduler.models import CalendarEntry, Feed, Notice, Offer, Slot, Yes  # noqa: E402
from scheduler.operations.feeds import create_feed  # noqa: E402
from scheduler.operations.slots import fade, say_yes  # noqa: E402
from scheduler.operations.sweeps import purge  # noqa: E402
from tests.bench.bulk import bare  # noqa: E402
from tests.bench.couples import DAY, HOUR, cookies_of, linked, with_six_times  # noqa: E402
from tests.bench.sweep_rows import claim, tidy_up  # noqa: E402
from tests.multitude import copies_of, dialect  # noqa: E402
from tests.plans import plans_of  # noqa: E402
from tests.scenes import offered  # noqa: E402

NOTICES = 20  # of each couple
READERS, FETCHES, PAGES, YESES, PAST = 40, 200, 40, 10, 500
LARGE = 10_000  # a table of fewer rows may be read whole: that is the better way
SPREAD = f"((n * 7919) % {30 * 86_400})"  # a prime: neighbours in the table are far apart in time
SENT = {"state": Notice.State.SENT, "attempts": 1}
Acts = dict[str, Callable[[], object]]


def fill(couples: int) -> None:
    """Store so many couples like one that the operations made."""
    now = outbox.database_now()
    one, other = with_six_times(now=now)
    for partner, feeds in ((one, 2), (other, 1)):
        for _ in range(feeds):
            create_feed(user=partner.user, label="Phone", now=now)
    be_quiet(now)
    rest = NOTICES - Notice.objects.count()
    for number in range(rest):
        ahead = now + 10 * DAY if number % 2 else now - 12 * HOUR
        state = {} if number % 2 else SENT
        whose = (one, other)[number // 2 % 2]
        Notice.objects.create(
            recipient=whose, kind="reminder", cause=uuid.uuid4(), due_at=ahead, expires_at=ahead, **state
        )
    tables = (Couple, User, Partner, Feed, Offer, Slot, Yes, CalendarEntry, Notice)
    with bare(*tables):  # keys are right by their making
        for model in tables:
            multiply(model, couples, now)
    tidy_up()


def multiply(model: type[models.Model], count: int, now: datetime) -> None:
    """Store `count` copies of each row that there is."""
    for row in [*model._default_manager.all()]:
        copies_of(row, count=count, columns=dict(_columns(row, now)))


def _columns(row: models.Model, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what differs from copy to copy: every key, whatever is unique, and what lies ahead."""
    sql = dialect()
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, uuid.UUID):
            yield field.column, sql.uuid(str(value))
        elif isinstance(field, models.AutoField):
            yield field.column, f"nextval(pg_get_serial_sequence('{row._meta.db_table}', '{field.column}'))"
        elif isinstance(value, datetime) and value > now:
            yield field.column, sql.after(value, SPREAD.replace("%", "%%"))
        elif isinstance(value, str) and field.unique:
            yield field.column, f"md5('{value}' || n) || md5(n || '{value}')"


def be_quiet(now: datetime) -> None:
    """Let what is due have been sent."""
    Notice.objects.filter(state=Notice.State.PENDING, due_at__lte=now + HOUR).update(sent_at=now, **SENT)


class Measured:
    """Some couples among all the others, and what they do."""

    def __init__(self) -> None:
        now = outbox.database_now()
        self.readers = [with_six_times(now=now)[0] for _ in range(READERS)]
        paths = [f"/cal/{create_feed(user=each.user, label='Phone', now=now)}.ics" for each in self.readers]
        asking = Client(SERVER_NAME="127.0.0.1")
        self._feeds = cycle([(path, asking.get(path).headers["ETag"]) for path in paths])
        self._pages = cycle([_browser(each) for each in self.readers])
        self._asking = asking
        self._ahead = self._notice(due_at=now + 20 * DAY, expires_at=now + 20 * DAY)
        self._ahead.save()

    def feed(self, times: int = FETCHES) -> float:
        """Ask so often for a feed that has not changed; return the seconds of one fetch."""
        begin = time.perf_counter()
        for _ in range(times):
            path, etag = next(self._feeds)
            assert self._asking.get(path, headers={"If-None-Match": etag}).status_code == 304
        return (time.perf_counter() - begin) / times

    def overview(self, times: int = PAGES) -> float:
        """Show so many people their overview; return the seconds of one page."""
        begin = time.perf_counter()
        for _ in range(times):
            assert next(self._pages).get("/").status_code == 200
        return (time.perf_counter() - begin) / times

    def yes(self, times: int = YESES) -> float:
        """Let so many couples agree; return the seconds of one yes."""
        now = outbox.database_now()
        evening = (now + 3 * DAY).replace(hour=19, minute=0, second=0, microsecond=0)
        pairs = [linked(now=now) for _ in range(times)]
        answers = [(other, offered(one, evening, evening + DAY, now=now)[0].pk) for one, other in pairs]
        begin = time.perf_counter()
        for other, slot_id in answers:
            assert say_yes(partner=other, slot_id=slot_id, revision=1, now=now)
        return (time.perf_counter() - begin) / times

    def sweep(self) -> float:
        """Let a thousand reminders be due; return the seconds of claiming them."""
        be_quiet(outbox.database_now())
        return claim(self._ahead)

    def fade(self) -> float:
        """Return the seconds of one look for what fades, when nothing does."""
        begin = time.perf_counter()
        assert not fade(now=outbox.database_now())
        return time.perf_counter() - begin

    def purge(self) -> float:
        """Let notices be past their keeping; return the seconds of the sweep that deletes them."""
        now = outbox.database_now()
        past = now - timedelta(days=3)
        rows = (self._notice(due_at=past, expires_at=past, **SENT) for _ in range(PAST))
        Notice.objects.bulk_create(rows)
        begin = time.perf_counter()
        assert purge(now=now, limit=PAST) >= PAST
        return time.perf_counter() - begin

    def plans(self) -> str:
        """Do everything once more; return the tables of LARGE rows or more of which any statement read all."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE])
            large = {name for (name,) in cursor.fetchall()}
        be_quiet(outbox.database_now())  # by a statement of the bench's own
        acts: Acts = {
            "sweep": lambda: claim(self._ahead),
            "feed": lambda: self.feed(1),
            "overview": lambda: self.overview(1),
            "yes": lambda: self.yes(1),
            "fade": self.fade,
            "purge": self.purge,
        }
        whole = {(name, table) for name, act in acts.items() for plan in plans_of(act) for table in plan.whole}
        return " ".join(sorted(f"{name}:{table}" for name, table in whole if table in large)) or "none"

    def _notice(self, **values: object) -> Notice:
        return Notice(recipient=self.readers[0], kind="reminder", cause=uuid.uuid4(), **values)


def _browser(partner: Partner) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies.load(cookies_of(partner.user))
    return client


def size() -> int:
    """Return how many bytes the database takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(int(sys.argv[1]))
    measured = Measured()
    print("ready", size(), flush=True)
    for line in sys.stdin:
        print(getattr(measured, line.strip())(), flush=True)
