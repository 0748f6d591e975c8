"""Whatever the receiver of an offer did in secret, its sender gets the same bytes, mails, limits and moments.

Response times are held by an exact proxy: every page takes the same statements in both copies of the world.
`python -m tests.bench.indistinguishable` measures them and compares the two groups by a rank test.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from accounts import outbox
from accounts.models import Partner
from scheduler.operations.slots import fade
from scheduler.operations.sweeps import purge
from tests.routes import Reach, with_reach
from tests.services import Inbox
from tests.twins import (
    SECRETS,
    Secret,
    Side,
    answer_of,
    did_everything,
    every_page,
    every_press,
    in_a_copy,
    messages,
    pages_of_times,
    quota,
    side_of,
)
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["ana", "ben"])
def side(request: pytest.FixtureRequest, world: World, ana: Partner, ben: Partner) -> Side:
    """One of the two as the sender, the other as the receiver."""
    sender, receiver = (ana, ben) if request.param == "ana" else (ben, ana)
    return side_of(sender, receiver, world, now=outbox.database_now())


def same(side: Side, secrets: Mapping[str, Secret], look: Callable[[Side], Any]) -> None:
    """Fail with the first thing in which a copy differs from the one in which the receiver never came."""
    never = in_a_copy(side, None, look)
    for name, secret in secrets.items():
        did = in_a_copy(side, secret, look)
        if isinstance(never, dict):
            assert never.keys() == did.keys()
            for path, was in never.items():
                assert was == did[path], f"{path} tells the sender: {name}"
        assert never == did, name


def presses(side: Side) -> dict[str, dict[str, str]]:
    """Return the forms of an offer of the sender's, of a plan and of a draft, with the fields that they all take.

    One's own yes to a draft is left out: it tells by being the second, and makes the plan.
    """
    fields = {"revision": "1", "sentence": "hold"}
    names = [name.removeprefix("time-") for name in with_reach(Reach.TIME)]
    times = (side.open_times()[0].pk, side.world.times["plan"], side.draft().pk)
    forms = {f"/times/{time}/{name}/": fields for time in times for name in names}
    del forms[f"/times/{side.draft().pk}/yes/"]
    return forms | {
        "/settings/break/": {"on": "1"},
        "/leave/": {},
    }


def test_the_sender_gets_the_same_everywhere(side: Side, smtp_sink: Inbox) -> None:
    with time_machine.travel(side.now, tick=False) as clock:
        same(side, {"all": did_everything}, every_page)
        same(side, SECRETS, pages_of_times)
        same(side, {"all": did_everything}, lambda side: every_press(side, presses(side)))
        same(side, {"all": did_everything}, quota)
        same(side, {"all": did_everything}, lambda side: endings(side, clock))
    same(side, {"all": did_everything}, lambda side: messages(side, smtp_sink))


def endings(side: Side, clock: time_machine.Traveller) -> dict[str, Any]:
    """Return what the sender gets around the moment at which each of their offers ends, swept or not."""
    seen: dict[str, Any] = {}
    for slot in side.open_times():
        for moment, sweep in ((slot.expires_at - SECOND, False), (slot.expires_at, False), (slot.expires_at, True)):
            clock.move_to(moment)
            if sweep:
                fade(now=moment)
                purge(now=moment)
            shown = b"Free this time" in side.client.get(f"/times/{slot.pk}/").content
            assert shown == (moment < slot.expires_at), "the harness sees the offer until its end"
            for path in ("/", f"/times/{slot.pk}/"):
                seen[f"{path} at {moment}, swept: {sweep}"] = answer_of(partial(side.client.get, path))
    clock.move_to(side.now)
    return seen
