"""GET and HEAD change nothing: each address and mailed link, for each reader, leaves the database as it was."""

import pytest
from django.test import Client

from accounts.models import Partner, User
from scheduler.models import Notice
from tests.cast import signed_in
from tests.dump import dump
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
FETCHED = {"scheduler_feed": ("last_fetched_at", "last_client")}  # shown to the feed's owner alone

BESIDE_THE_POINT = ("django_session", "cache")  # a session that is used, and the counts that limit how often


def test_every_kind_of_mail_is_in_the_world(world: World) -> None:
    left = set(Notice.objects.filter(state=Notice.State.SENT).values_list("kind", flat=True))
    assert left == {"offer", "confirmed", "reminder", "note"}  # `freed` is held back while it can be undone
    assert len([path for path in world.mailed() if path.startswith(("/m/", "/s/", "/l/"))]) >= 6


@pytest.mark.parametrize("reader", ["ana", "ben", "cleo", "dora", "nobody"])
def test_no_page_and_no_mailed_link_changes_anything(
    reader: str, world: World, ana: Partner, ben: Partner, cleo: User, dora: Partner
) -> None:
    people = {"ana": ana.user, "ben": ben.user, "cleo": cleo, "dora": dora.user}
    client = signed_in(people[reader]) if reader in people else Client()
    before = dump(masked=FETCHED)
    for path in world.addresses():
        for method in ("get", "head"):
            assert getattr(client, method)(path).status_code < 500
        after = dump(masked=FETCHED)
        after |= {table: before[table] for table in BESIDE_THE_POINT}
        assert after == before, path
