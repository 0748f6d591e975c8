"""What yes and free ask of the database: how many statements, by which indexes, and no row of the other's alone."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, models

from accounts.models import Partner
from scheduler.domain.period import Period
from scheduler.models import CalendarEntry, Notice, Offer, OfferNote, PushDevice, Slot, TuckedAway, Undo, Yes
from scheduler.operations.offers import change_time
from scheduler.operations.slots import bring_back, free, say_yes, take_back, tuck_away
from tests.cast import NOW
from tests.multitude import analyze, copies_of, dialect
from tests.plans import Plan, plans_of
from tests.scenes import FRIDAY, LENGTH, SATURDAY, SUNDAY, agreed, drafted, heard_of, offered, planned

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
EACH = 2000
FILLED = (Offer, Slot, Yes, TuckedAway, CalendarEntry, Notice)
ASKED = ("SELECT", "INSERT", "UPDATE", "DELETE")
OF_ITSELF = {"CONSTANT", "cause"}  # what SQLite scans of a statement, not of a table
SECRET = re.compile(r'(?:FROM|JOIN) "?scheduler_(?:yes|tuckedaway)\b')
OWN = re.compile(r'\bpartner_id"? = %s')


def statements_of(act: Callable[[], object]) -> list[str]:
    """Return the statements that `act` sends."""
    found = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's own)
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        act()
    return found


def asked_by(act: Callable[[], object]) -> list[str]:
    """Return the first words of the statements of `act`, without the bounds of its transaction."""
    found = [sql.split(maxsplit=1)[0] for sql in statements_of(act)]
    assert found.count("SAVEPOINT") == found.count("RELEASE") == 1, "the test's own transaction makes one of the act's"
    return [word for word in found if word in ASKED]


def with_a_device(partner: Partner) -> None:
    """Let a message reach this partner by push as well."""
    name = str(partner.user_id)
    PushDevice.objects.create(user_id=partner.user_id, place=1, endpoint=f"https://{name}.test", created_at=NOW)


def slots_of(partner: Partner, number: int) -> list[Slot]:
    """Let the partner offer so many times together."""
    return offered(partner, *(FRIDAY + days * DAY for days in range(number)))


@pytest.mark.parametrize("number", [1, 3])
def test_a_yes_takes_fifteen_statements(number: int, ana: Partner, ben: Partner, dora: Partner) -> None:
    planned(dora)
    if number > 1:
        planned(ana, SUNDAY + 7 * DAY)
        for partner in (ana, ben):
            with_a_device(partner)
    slot = slots_of(ana, number)[0]
    asked = asked_by(lambda: say_yes(partner=ben, slot_id=slot.pk, revision=1, now=NOW))
    assert {word: asked.count(word) for word in ASKED} == {"SELECT": 5, "INSERT": 3, "UPDATE": 3, "DELETE": 4}
    assert Notice.objects.filter(kind=Notice.Kind.CONFIRMED, cause=slot.pk).count() == (2 if number == 1 else 4)


@pytest.mark.parametrize("number", [1, 3])
def test_a_first_yes_takes_five(number: int, ana: Partner) -> None:
    slot = drafted(ana, *(FRIDAY + days * DAY for days in range(number)))[0]
    asked = asked_by(lambda: say_yes(partner=ana, slot_id=slot.pk, revision=1, now=NOW))
    assert asked == ["UPDATE", "SELECT", "SELECT", "INSERT", "DELETE"]


def test_tucking_away_and_bringing_back_take_three(ana: Partner) -> None:
    slot, *_ = drafted(ana)
    for act, word in ((tuck_away, "INSERT"), (bring_back, "DELETE")):
        assert asked_by(partial(act, partner=ana, slot_id=slot.pk, now=NOW)) == ["UPDATE", "SELECT", word]


@pytest.mark.parametrize("number", [1, 3])
def test_freeing_takes_sixteen_statements(number: int, ana: Partner, ben: Partner, dora: Partner) -> None:
    planned(dora)
    slot = slots_of(ana, number)[0]
    if number > 1:
        for partner in (ana, ben):
            with_a_device(partner)
    agreed(slot)
    heard_of(slot)
    asked = asked_by(lambda: free(partner=ben, slot_id=slot.pk, now=NOW))
    assert {word: asked.count(word) for word in ASKED} == {"SELECT": 7, "INSERT": 2, "UPDATE": 3, "DELETE": 4}
    assert Notice.objects.filter(kind=Notice.Kind.FREED, cause=slot.pk).count() == (2 if number == 1 else 4)


def test_all_that_hangs_on_a_time_goes_with_it() -> None:
    """What scheduler/operations/endings.py deletes by name is all there is: a new model has to be named there."""
    assert {each.related_model for each in Slot._meta.related_objects} == {Yes, TuckedAway, Offer}
    assert {each.related_model for each in Offer._meta.related_objects} == {Slot, OfferNote}


@pytest.fixture
def multitude(dora: Partner) -> None:
    """Store two thousand plans of another couple, each with yeses, an entry and a notice, and one tucked away."""
    sql = dialect()
    plan = planned(dora)
    draft = drafted(dora, SUNDAY)[0]
    tuck_away(partner=dora, slot_id=draft.pk, now=NOW)
    slots, offers = sql.uuid("slot"), sql.uuid("offer")
    entry = {"id": sql.uuid("entry"), "uid": sql.uuid("uid"), "slot_id": slots}
    rows: list[tuple[models.Model, dict[str, str]]] = [
        (plan.offer, {"id": offers, "key": sql.uuid("key")}),
        (draft, {"id": slots, "offer_id": offers}),
        (plan.yeses.all()[0], {"id": "1000000 + n", "slot_id": slots}),
        (TuckedAway.objects.get(), {"id": "1000000 + n", "slot_id": slots}),
        (Notice.objects.filter(cause=plan.pk)[0], {"id": sql.uuid("notice"), "cause": slots}),
        (CalendarEntry.objects.filter(slot_id=plan.pk)[0], entry),
    ]
    for row, columns in rows:
        copies_of(row, count=EACH, columns=columns)
    analyze(*FILLED)


def read_whole(plan: Plan) -> set[str]:
    """Return the tables that were read from end to end; PostgreSQL rightly does so with those of a few rows."""
    filled = {model._meta.db_table for model in FILLED}
    return plan.whole & filled if connection.vendor == "postgresql" else plan.whole - OF_ITSELF


@pytest.mark.usefixtures("multitude")
def test_no_statement_reads_what_is_not_the_couples(ana: Partner, ben: Partner) -> None:
    slot, *_ = offered(ana, FRIDAY, SATURDAY)
    plans = plans_of(lambda: say_yes(partner=ben, slot_id=slot.pk, revision=1, now=NOW))
    heard_of(slot)
    plans += plans_of(lambda: free(partner=ana, slot_id=slot.pk, now=NOW))
    assert Undo.objects.filter(pk=slot.pk).exists()
    assert [plan for plan in plans if read_whole(plan)] == []
    assert max(plan.met for plan in plans) < 20


def test_what_is_secret_is_read_by_its_owner_alone(ana: Partner, ben: Partner) -> None:
    draft, *_ = drafted(ana, SUNDAY)
    slot, *_ = offered(ana, SATURDAY)
    say_yes(partner=ben, slot_id=draft.pk, revision=draft.revision, now=NOW)
    tuck_away(partner=ben, slot_id=slot.pk, now=NOW)
    later = Period(SATURDAY + LENGTH / 2, SATURDAY + 3 * LENGTH / 2)
    for act in (
        partial(tuck_away, slot_id=draft.pk),
        partial(bring_back, slot_id=draft.pk),
        partial(take_back, slot_id=draft.pk),
        partial(change_time, slot_id=slot.pk, revision=1, period=later, zone="UTC"),
    ):
        reads = [sql for sql in statements_of(partial(act, partner=ana, now=NOW)) if sql.lstrip().startswith("SELECT")]
        secret = [sql for sql in reads if SECRET.search(sql)]
        assert secret, act
        assert [sql for sql in secret if len(OWN.findall(sql)) < len(SECRET.findall(sql))] == []
