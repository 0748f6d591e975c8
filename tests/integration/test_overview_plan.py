"""How the database finds what a page shows of a couple's times: by index, and without the rows of anybody else."""

import pytest
from django.db import connection, models

from accounts.models import Partner
from scheduler.models import KindNote, Offer, Slot, TuckedAway, Yes
from scheduler.operations.slots import free, say_yes, tuck_away
from scheduler.queries.agenda import agenda
from tests.cast import NOW
from tests.multitude import analyze, copies_of, dialect
from tests.plans import Plan, plans_of
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, drafted, offered, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EACH = 2000
FILLED = (Offer, Slot, Yes, TuckedAway, KindNote)


@pytest.fixture
def multitude(dora: Partner) -> None:
    """Store two thousand times of another couple, each with a yes, tucked away, and with a sentence sent back."""
    sql = dialect()
    slot, *_ = offered(dora)
    drawn = drafted(dora, SUNDAY)[0]
    tuck_away(partner=dora, slot_id=drawn.pk, now=NOW)
    note = KindNote.objects.create(recipient=dora, sentence="hold", created_at=NOW)
    ids, keys = sql.uuid("slot"), {"id": sql.uuid("offer"), "key": sql.uuid("key")}
    rows: list[tuple[models.Model, dict[str, str]]] = [
        (slot.offer, keys),
        (slot, {"id": ids, "offer_id": keys["id"]}),
        (Yes.objects.get(slot=slot), {"id": "1000000 + n", "slot_id": ids}),
        (TuckedAway.objects.get(), {"id": "1000000 + n", "slot_id": ids}),
        (note, {"id": sql.uuid("note")}),
    ]
    for row, columns in rows:
        copies_of(row, count=EACH, columns=columns)
    analyze(*FILLED)


def read_whole(plan: Plan) -> set[str]:
    """Return the tables that were read from end to end; PostgreSQL rightly does so with those of a few rows."""
    filled = {model._meta.db_table for model in FILLED}
    return plan.whole & filled if connection.vendor == "postgresql" else plan.whole


@pytest.mark.usefixtures("multitude")
def test_the_overview_meets_its_couples_own_rows(ana: Partner, ben: Partner) -> None:
    planned(ana, FRIDAY)
    offered(ben, SATURDAY)
    free(partner=ana, slot_id=planned(ana, SUNDAY).pk, now=NOW)
    plans = plans_of(lambda: agenda(ana, now=NOW))
    assert len(plans) == 4
    assert [read_whole(plan) for plan in plans] == [set()] * 4
    assert max(plan.met for plan in plans) < 40


def test_what_the_other_said_and_tucked_away_is_not_met(ana: Partner, ben: Partner) -> None:
    draft, *_ = drafted(ana, SUNDAY)
    slot, *_ = offered(ana, SATURDAY)

    def met() -> list[int]:
        analyze(*FILLED)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")  # a table of two rows would be read whole otherwise
        return [plan.met for plan in plans_of(lambda: agenda(ana, now=NOW))]

    before = met()
    say_yes(partner=ben, slot_id=draft.pk, revision=draft.revision, now=NOW)
    tuck_away(partner=ben, slot_id=slot.pk, now=NOW)
    assert met() == before
