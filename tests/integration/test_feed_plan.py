"""How the database finds what a calendar program asks for all day."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Partner
from scheduler.models import CalendarEntry
from tests.cast import NOW
from tests.integration.feed_scene import DAY, fetch, make_entry, make_feed
from tests.multitude import analyze, copies_of, dialect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EACH = 2000
LONG_AGO = NOW - 365 * DAY


@pytest.fixture
def many_entries(ana: Partner, ben: Partner) -> None:
    """Two thousand entries each, most of them long over, and counted, so that it matters which index is taken."""
    sql = dialect()
    for salt, partner in (("a", ana), ("b", ben)):
        row = make_entry(partner, starts_at=NOW + DAY)
        keys = dict.fromkeys(("id", "uid", "slot_id"), sql.uuid(salt))
        moments = {"starts_at": sql.after(LONG_AGO, "n * 3600"), "ends_at": sql.after(LONG_AGO, "n * 3600 + 1800")}
        copies_of(row, count=EACH, columns=keys | moments | {"changed_at": sql.after(NOW, "n")})
    analyze(CalendarEntry)


@pytest.mark.usefixtures("many_entries")
@pytest.mark.parametrize(
    ("known", "indexes"),
    [("*", ["calendar_entry_newest"]), ("", ["calendar_entry_newest", "calendar_entry_feed"])],
    ids=["unchanged", "in full"],
)
def test_it_walks_the_indexes_of_its_owner_only(ana: Partner, known: str, indexes: list[str]) -> None:
    path, _ = make_feed(ana.user, last_fetched_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        fetch(path, If_None_Match=known)
    explain, scan = ("EXPLAIN QUERY PLAN ", "SCAN ") if connection.vendor == "sqlite" else ("EXPLAIN ", "Seq Scan")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of one row would be scanned otherwise
        cursor.execute(explain + queries[len(queries) - 1]["sql"])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert scan not in plan
    assert sorted(set(re.findall("calendar_entry_[a-z]+", plan))) == sorted(indexes)
