"""What the sweeps cost does not grow with what is stored: each finds its rows by an index, and meets no others.

The tables are filled so that the planner is led astray where it can be: a third of the rows lies in the past, sent.
"""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db.models import Model

from accounts import outbox
from accounts.models import Partner
from scheduler.models import CalendarEntry, KindNote, Notice, Offer, Slot
from scheduler.operations.slots import fade
from scheduler.operations.sweeps import purge
from scheduler.queries.outbox import backlogs, oldest_due_seconds
from tests.crowd import crowd_of
from tests.multitude import analyze, copies_of, dialect
from tests.plans import Plan, plans_of
from tests.scenes import offered

pytestmark = pytest.mark.django_db
STORED, PAST, DUE = 20_000, 10_000, 15
LIMIT = 10  # few beside what is stored: for many, reading a small table whole would be the better way
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def now() -> dt.datetime:
    """The database's own clock."""
    return outbox.database_now().replace(microsecond=0)


@pytest.fixture
def many_notices(ana: Partner, now: dt.datetime) -> Callable[..., None]:
    """Store many notices to come and many sent ones; called with a number, it stores so many that are due."""
    far = now + 300 * DAY
    row = Notice.objects.create(recipient=ana, kind="reminder", cause=uuid.uuid4(), due_at=far, expires_at=far)
    sql = dialect()

    def add(count: int, salt: str, begin: dt.datetime, *, seconds: str = "n", **columns: str) -> None:
        times = {"due_at": sql.after(begin, seconds), "expires_at": sql.after(begin + HOUR, seconds)}
        keys = {"id": sql.uuid(f"{salt} id"), "cause": sql.uuid(f"{salt.upper()} cause")}
        copies_of(row, count=count, columns={**keys, **times, **columns})

    add(STORED, "a", now + HOUR)
    add(PAST, "b", now - 20 * HOUR, seconds="n * 6", state="'sent'")
    analyze(Notice)
    return add


def whole(plans: list[Plan], *filled: type[Model]) -> list[str]:
    """Return the statements that read one of these tables from end to end; of a small one that is the best way."""
    big = {model._meta.db_table for model in filled}
    return [plan.statement for plan in plans if plan.whole & big]


def most_met(plans: list[Plan]) -> int:
    """Return the most rows that one statement met."""
    return max(plan.met for plan in plans)


def test_an_idle_tick_meets_no_row(many_notices: object, now: dt.datetime) -> None:  # noqa: ARG001
    plans = plans_of(lambda: outbox.claim_due(Notice, now=now, limit=LIMIT, channel="email"))
    assert whole(plans, Notice) == []
    assert most_met(plans) == 0
    assert [plan.indexes for plan in plans] == [{"notice_waiting"}, {"notice_lease"}, {"notice_lease"}]


def test_a_claim_meets_the_rows_that_it_takes(many_notices: Callable[..., None], now: dt.datetime) -> None:
    many_notices(DUE, "c", now - HOUR / 2)
    many_notices(DUE, "d", now - HOUR / 2, kind="'freed'")
    many_notices(DUE, "e", now - 2 * HOUR)
    claimed: list[Notice] = []
    plans = plans_of(lambda: claimed.extend(outbox.claim_due(Notice, now=now, limit=LIMIT, channel="email")))
    assert {row.kind for row in claimed} == {"freed"}
    assert len(claimed) == LIMIT
    assert whole(plans, Notice) == []
    assert most_met(plans) <= DUE
    looks = [plan.indexes for plan in plans if "LIMIT" in plan.statement]
    assert set().union(*looks) == {"notice_waiting", "notice_lease", "notice_lane", "notice_too_late"}
    assert Notice.objects.filter(state="expired").count() == DUE


def test_what_a_dead_sender_left_behind_is_found_by_its_lease(
    many_notices: Callable[..., None], now: dt.datetime
) -> None:
    lapsed = {"state": "'claimed'", "lease_until": dialect().after(now - MINUTE, "n")}
    begun = {"send_started_at": dialect().after(now - 3 * MINUTE, "n")}
    many_notices(10, "f", now - HOUR / 2, **lapsed)
    many_notices(10, "g", now - HOUR / 2, **lapsed, **begun)
    many_notices(10, "h", now - 2 * HOUR, state="'claimed'", lease_until=dialect().after(now + MINUTE, "n"))
    plans = plans_of(lambda: outbox.claim_due(Notice, now=now, limit=LIMIT, channel="email"))
    assert whole(plans, Notice) == []
    assert most_met(plans) <= 30
    states = {state: Notice.objects.filter(state=state).count() for state in ("claimed", "unknown", "expired")}
    assert states == {"claimed": 10, "unknown": 10, "expired": 10}


def test_the_age_of_the_oldest_and_the_gauges_cost_what_waits(
    many_notices: Callable[..., None], now: dt.datetime
) -> None:
    many_notices(DUE, "i", now - HOUR / 2)
    plans = plans_of(lambda: (oldest_due_seconds(now=now), backlogs(now=now)))
    assert whole(plans, Notice) == []
    assert most_met(plans) <= DUE


def test_fading_meets_the_slots_that_it_ends(ana: Partner, now: dt.datetime) -> None:
    sql = dialect()
    offer = Offer.objects.create(couple_id=ana.couple_id, author=ana, key=uuid.uuid4(), created_at=now)
    start = now + 30 * DAY
    slot = Slot.objects.create(
        offer=offer,
        couple_id=ana.couple_id,
        zone="UTC",
        starts_at=start,
        ends_at=start + HOUR,
        expires_at=start - HOUR,
    )

    def add(count: int, salt: str, begin: dt.datetime) -> None:
        keys = {"id": sql.uuid(f"{salt} id"), "key": sql.uuid(f"{salt.upper()} key")}
        copies_of(offer, count=count, columns=keys)
        times = {"starts_at": sql.after(begin, "n"), "ends_at": sql.after(begin + HOUR, "n")}
        copies_of(
            slot,
            count=count,
            columns={
                "id": sql.uuid(f"{salt}s id"),
                "offer_id": sql.uuid(f"{salt} id"),
                "expires_at": sql.after(begin - HOUR, "n"),
                **times,
            },
        )

    add(STORED, "j", now + DAY)
    add(DUE, "k", now - DAY)
    analyze(Slot, Offer)
    faded: list[int] = []
    plans = plans_of(lambda: faded.append(fade(now=now, limit=LIMIT)))
    assert faded == [LIMIT]
    assert whole(plans, Slot, Offer) == []
    assert most_met(plans) <= 3 * LIMIT
    assert Offer.objects.count() == Slot.objects.count() == STORED + 1 + DUE - LIMIT


def test_purging_meets_what_is_past_its_keeping(
    ana: Partner, many_notices: Callable[..., None], now: dt.datetime
) -> None:
    sql = dialect()
    entry = CalendarEntry.objects.create(
        partner=ana,
        slot_id=uuid.uuid4(),
        kind="together",
        starts_at=now,
        ends_at=now + HOUR,
        created_at=now,
        changed_at=now,
    )
    keys = ("id", "uid", "slot_id")
    for salt, count, begin, status in (
        ("l", STORED, now + DAY, "CONFIRMED"),
        ("m", PAST, now - 20 * DAY, "CANCELLED"),
        ("n", DUE, now - 20 * DAY, "CONFIRMED"),
        ("o", DUE, now - 50 * DAY, "CANCELLED"),
    ):
        times = {"starts_at": sql.after(begin, "n"), "ends_at": sql.after(begin + HOUR, "n")}
        names = {name: sql.uuid(f"{chr(ord(salt) + 20 * place - 32)}{salt}") for place, name in enumerate(keys)}
        copies_of(entry, count=count, columns={**names, **times, "status": f"'{status}'"})
    note = KindNote.objects.create(recipient=ana, sentence="hold", created_at=now)
    copies_of(note, count=STORED, columns={"id": sql.uuid("p")})
    many_notices(DUE, "q", now - 3 * DAY, state="'sent'")
    analyze(CalendarEntry, KindNote)
    gone: list[int] = []
    plans = plans_of(lambda: gone.append(purge(now=now, limit=LIMIT)))
    assert gone == [3 * LIMIT]
    assert whole(plans, Notice, CalendarEntry, KindNote) == []
    assert most_met(plans) <= 2 * LIMIT


@pytest.mark.django_db(transaction=True)
def test_any_number_of_tickers_at_once_do_each_thing_once(ana: Partner, now: dt.datetime) -> None:
    """After an hour without any: what faded, what is past its keeping, and what is due goes once, and all of it."""
    for day in range(1, 21):
        offered(ana, *(now + day * DAY + part * HOUR for part in (0, 2, 4)), now=now)
        Slot.objects.update(expires_at=now)
    Notice.objects.all().delete()
    for number in range(20):
        row = {"recipient": ana, "kind": "freed", "cause": uuid.uuid4(), "revision": number}
        Notice.objects.create(**row, due_at=now - HOUR, expires_at=now + HOUR)
        Notice.objects.create(**row, lead="1h", due_at=now - 3 * DAY, expires_at=now - 2 * DAY, state="sent")
    claimed: list[uuid.UUID] = []

    def tick() -> None:
        for _ in range(2):
            claimed.extend(row.pk for row in outbox.claim_due(Notice, now=now, limit=7, channel="email"))
            fade(now=now + MINUTE, limit=25)
            purge(now=now + MINUTE, limit=7)

    with crowd_of(4) as crowd:
        answers = crowd.at_once([tick] * 4, crowded=True)
    assert answers == [None] * 4
    for _ in range(2):
        tick()
    assert len(claimed) == len(set(claimed)) == Notice.objects.count() == 20
    assert set(Notice.objects.values_list("state", flat=True)) == {"claimed"}
    assert not Slot.objects.exists()
    assert not Offer.objects.exists()
