"""Double-blind: nothing that one of the two can observe before the draw depends on what the other one marks.

After it both get the same, at the same moment; and where nothing lined up, what each of them gets still depends on
nothing that the other one marked. Marks are drawn at random by hypothesis, everything they could show in is compared
byte by byte, with the statements that it took.
"""

import copy
import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from accounts import outbox
from accounts.models import Partner, User
from scheduler.domain.windows import LENGTHS, MOST_WINDOWS
from scheduler.models import Lane, Notice, Slot, Window
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.windows import draw_weeks
from scheduler.queries.export import export_of
from scheduler.web.feed import _BODIES
from tests.cast import NOW, signed_in
from tests.scenes import planned
from tests.services import Inbox
from tests.twins import answer_of, bare
from tests.windows_scene import HOUR, Block, draw_of, marked

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
SECOND = dt.timedelta(seconds=1)
EVENING = (4, 19, 2)
BLOCKS = st.dictionaries(
    st.integers(0, 6), st.tuples(st.integers(6, 21), st.sampled_from([0.5, 1, 1.5, 2])), max_size=MOST_WINDOWS - 1
).map(lambda days: tuple((day, hour, length) for day, (hour, length) in days.items()))
SHORTEST = st.sampled_from(LENGTHS)
QUICKLY = settings(max_examples=8, phases=[Phase.explicit, Phase.generate])  # an example takes a second or two
PAGES = ("/", "/week/", "/offers/new/")  # tests/twins.py looks at all the others


def observed(who: Partner, client: Client, feed: str) -> dict[str, Any]:
    """Return all that this partner can get to see at the moment that the clock shows, from pages to their own rows."""
    _BODIES.clear()  # what one process remembers of a feed must not differ either
    cookies = copy.deepcopy(client.cookies)
    found: dict[str, Any] = {path: answer_of(partial(client.get, path)) for path in (*PAGES, f"/cal/{feed}.ics")}
    press = partial(client.post, "/week/", {"cell": ["2026-03-10T19:00Z"], "shortest": "60"})
    with transaction.atomic():
        found["press"] = answer_of(press)
        transaction.set_rollback(True)
    client.cookies = cookies
    columns = [field.attname for field in Notice._meta.concrete_fields if field.name != "id"]
    found["notices"] = sorted(map(repr, Notice.objects.filter(recipient=who).values_list(*columns)))
    exported = export_of(user=User.objects.get(pk=who.user_id))
    return found | {"export": {name: rows for name, rows in exported.items() if name != "signed_in"}}


@pytest.fixture
def eyes(ana: Partner, clock: time_machine.Traveller) -> Callable[[dt.datetime], dict[str, Any]]:
    """Look at everything that ana can see, at a moment."""
    feed = create_feed(user=ana.user, label="Phone", now=NOW)
    client = signed_in(ana.user)
    planned(ana, draw_of(ana) + 60 * HOUR)

    def look(at: dt.datetime) -> dict[str, Any]:
        clock.move_to(at)
        return observed(ana, client, feed)

    return look


def in_a_copy(act: Callable[[], Any]) -> Any:
    """Return what comes of `act`, and take all of it back."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


def fail_where_they_differ(one: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> None:
    for seen, was in zip(one, other, strict=True):
        assert seen.keys() == was.keys()
        for what, value in seen.items():
            assert value == was[what], what


def test_before_the_draw_nothing_depends_on_what_the_other_marks(
    ana: Partner, ben: Partner, eyes: Callable[[dt.datetime], dict[str, Any]]
) -> None:
    draw_at = draw_of(ana)

    def look(mine: tuple[Block, ...], *theirs: Any, at: dt.datetime = NOW) -> list[dict[str, Any]]:
        marked(ana, *mine)
        if theirs:
            blocks, shortest = theirs
            marked(ben, *blocks, shortest=shortest, by=ana, now=at)
        draw_weeks(now=draw_at - SECOND)
        return [eyes(moment) for moment in (draw_at - HOUR - SECOND, draw_at - HOUR, draw_at - SECOND)]

    choices: list[tuple[Block, ...]] = [(), (EVENING, (1, 20, 1))]
    unmarked = {mine: in_a_copy(partial(look, mine)) for mine in choices}

    @QUICKLY
    @given(st.sampled_from(choices), BLOCKS, SHORTEST, st.sampled_from([NOW, draw_at - HOUR]))
    def check(mine: tuple[Block, ...], blocks: tuple[Block, ...], shortest: dt.timedelta, at: dt.datetime) -> None:
        fail_where_they_differ(in_a_copy(partial(look, mine, blocks, shortest, at=at)), unmarked[mine])

    check()


def test_where_nothing_lines_up_nothing_depends_on_it_afterwards_either(
    ana: Partner, ben: Partner, eyes: Callable[[dt.datetime], dict[str, Any]]
) -> None:
    marked(ana, EVENING, (1, 20, 1))
    draw_at = draw_of(ana)

    def look(blocks: tuple[Block, ...], shortest: dt.timedelta) -> tuple[bool, list[dict[str, Any]]]:
        marked(ben, *blocks, shortest=shortest, by=ana)
        draw_weeks(now=draw_at)
        return Slot.objects.filter(confirmed_at=None).exists(), [eyes(draw_at), eyes(draw_at + 12 * HOUR)]

    _, unmarked = in_a_copy(lambda: look((), HOUR))

    @QUICKLY
    @given(BLOCKS, SHORTEST)
    def check(blocks: tuple[Block, ...], shortest: dt.timedelta) -> None:
        lined_up, seen = in_a_copy(lambda: look(blocks, shortest))
        assume(not lined_up)
        fail_where_they_differ(seen, unmarked)

    check()


def test_both_get_the_same_at_the_same_moment(ana: Partner, ben: Partner) -> None:
    draw_at = draw_of(ana)

    @settings(QUICKLY, max_examples=20)
    @given(BLOCKS, BLOCKS, SHORTEST, SHORTEST)
    def check(mine: tuple[Block, ...], theirs: tuple[Block, ...], one: dt.timedelta, other: dt.timedelta) -> None:
        with transaction.atomic():
            marked(ana, EVENING, *(block for block in mine if block[0] != EVENING[0]), shortest=one)
            marked(ben, EVENING, *(block for block in theirs if block[0] != EVENING[0]), by=ana, shortest=other)
            draw_weeks(now=draw_at - SECOND)
            assert (Slot.objects.count(), Lane.objects.filter(lined_up=True).count()) == (0, 0)
            draw_weeks(now=draw_at)
            assert (Slot.objects.count(), Lane.objects.filter(lined_up=True).count()) == (1, 2)
            rows = Notice.objects.values_list("kind", "revision", "due_at", "expires_at", "channel")
            assert (len(rows), len(set(rows))) == (2, 1)
            assert not Window.objects.exists()
            transaction.set_rollback(True)

    check()


def test_the_mails_of_a_draw_are_the_same_bytes_for_both_whatever_came_of_it(
    ana: Partner, ben: Partner, smtp_sink: Inbox
) -> None:
    for partner in (ana, ben):
        User.objects.filter(pk=partner.user_id).update(language="en")

    def mails(theirs: tuple[Block, ...]) -> list[str]:
        smtp_sink.mails.clear()
        marked(ana, EVENING)
        marked(ben, *theirs, by=ana)
        draw_weeks(now=draw_of(ana))
        User.objects.update(time_zone=_where_it_is_noon(outbox.database_now()))  # outside anybody's quiet hours
        due = outbox.database_now()
        Notice.objects.update(due_at=due, expires_at=due + HOUR)
        deliver_notices(now=outbox.database_now())
        return [bare(mail).replace(str(mail["To"]), "") for mail in smtp_sink.mails]

    lined_up, not_lined_up = (in_a_copy(partial(mails, ((day, 19, 2),))) for day in (4, 5))
    assert len(lined_up) == len(not_lined_up) == 2
    assert len({*lined_up, *not_lined_up}) == 1


def _where_it_is_noon(now: dt.datetime) -> str:
    """Return a zone in whose afternoon `now` lies."""
    hours = 14 - now.hour
    return f"Etc/GMT{-hours:+d}"
