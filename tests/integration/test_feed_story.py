"""What two people do, as their calendars see it."""

import datetime
import itertools
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.fields import save_columns
from accounts.models import Partner
from scheduler.domain.problem import Problem
from scheduler.models import CalendarEntry, Feed, Preferences, Slot
from scheduler.operations.couples import leave, set_break
from scheduler.operations.feeds import FeedSettings, change_feed
from scheduler.operations.slots import free, say_yes, tuck_away
from scheduler.operations.sweeps import purge
from scheduler.operations.undo import undo_free
from tests.cast import NOW, make_couple, make_user
from tests.integration.feed_scene import DAY, HOUR, fetch, make_feed, properties
from tests.scenes import FRIDAY, SATURDAY, agreed, offered, other_of, planned

pytestmark = [pytest.mark.django_db]

FORBIDDEN = ("sex", "intimate", "intimacy", "desire", "passion", "consent", "pear", "ana", "ben@")


def seen(path: str) -> dict[str, tuple[int, str, str, str]]:
    """Return what a feed shows, by UID: sequence, status, start, DTSTAMP; without the "Calendar connected" entry."""
    body = fetch(path).content
    names = ("UID", "SEQUENCE", "STATUS", "DTSTART", "DTSTAMP")
    rows = list(zip(*(properties(body, name) for name in names), strict=True))
    return {uid: (int(sequence), status, start, stamp) for uid, sequence, status, start, stamp in rows[1:]}


@pytest.mark.usefixtures("clock")
def test_a_plan_is_made_moved_freed_and_brought_back(ana: Partner, ben: Partner) -> None:
    paths = [make_feed(partner.user)[0] for partner in (ana, ben)]
    other_plan = planned(ana, SATURDAY)
    steady = [seen(path) for path in paths]
    slot = planned(ana)
    mine = [next(iter(seen(path).keys() - before.keys())) for path, before in zip(paths, steady, strict=True)]
    assert mine[0] != mine[1]
    told = [[seen(path)[uid][:3] for path, uid in zip(paths, mine, strict=True)]]
    moved = agreed(offered(ben, FRIDAY + DAY * 3, moves=slot.pk)[0])
    told.append([seen(path)[uid][:3] for path, uid in zip(paths, mine, strict=True)])
    free(partner=ben, slot_id=moved.pk, now=NOW)
    told.append([seen(path)[uid][:3] for path, uid in zip(paths, mine, strict=True)])
    assert undo_free(partner=ben, slot_id=moved.pk, now=NOW)
    told.append([seen(path)[uid][:3] for path, uid in zip(paths, mine, strict=True)])
    assert told == [
        [(0, "CONFIRMED", "20260306T190000Z")] * 2,
        [(1, "CONFIRMED", "20260309T190000Z")] * 2,
        [(2, "CANCELLED", "20260309T190000Z")] * 2,
        [(3, "CONFIRMED", "20260309T190000Z")] * 2,
    ]
    assert other_plan.pk in set(CalendarEntry.objects.values_list("slot_id", flat=True))
    for path, before in zip(paths, steady, strict=True):
        assert {uid: seen(path)[uid] for uid in before} == before


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("presser", [0, 1])
def test_nobody_can_tell_who_freed_a_time(ana: Partner, ben: Partner, presser: int) -> None:
    slot = planned(ana)
    paths = [make_feed(partner.user)[0] for partner in (ana, ben)]
    tags = [fetch(path).headers["ETag"] for path in paths]
    free(partner=(ana, ben)[presser], slot_id=slot.pk, now=NOW)
    for path, tag in zip(paths, tags, strict=True):
        response = fetch(path, If_None_Match=tag)
        assert response.status_code == 200
        shown = seen(path)
        assert [row[:2] for row in shown.values()] == [(1, "CANCELLED")]
        assert {row[3] for row in shown.values()} == {"20260302T090000Z"}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("silence", ["tucked away", "on a break", "never looked"])
def test_a_missing_yes_leaves_no_trace_in_the_feed(ana: Partner, ben: Partner, silence: str) -> None:
    path, _ = make_feed(ana.user)
    planned(ana, SATURDAY)
    [slot] = offered(ana)
    before = fetch(path)
    if silence == "tucked away":
        tuck_away(partner=ben, slot_id=slot.pk, now=NOW)
    elif silence == "on a break":
        set_break(partner=ben, on=True)
    after = fetch(path)
    assert (after.content, after.headers) == (before.content, before.headers)
    assert fetch(path, If_None_Match=before.headers["ETag"]).status_code == 304


@pytest.mark.usefixtures("clock")
def test_after_leaving_both_feeds_hold_one_entry(ana: Partner, ben: Partner) -> None:
    paths = [make_feed(partner.user)[0] for partner in (ana, ben)]
    planned(ana)
    tags = [fetch(path).headers["ETag"] for path in paths]
    leave(partner=ana, tell_partner=False, now=NOW)
    for path, tag in zip(paths, tags, strict=True):
        response = fetch(path, If_None_Match=tag)
        assert response.status_code == 200
        assert properties(response.content, "SUMMARY") == ["Calendar connected"]


class TwoCalendars(RuleBasedStateMachine):
    """Any sequence of acts, with each partner's calendar program coming by after each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.journey = time_machine.travel(NOW, tick=False)
        self.clock = self.journey.start()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.freed: list[tuple[Partner, Any]] = []

    @initialize()
    def meet(self) -> None:
        """Link two new people with a feed each, and a plan, so that every rule has something to act on at once."""
        number = next(COUNTER)
        self.partners = make_couple(make_user(f"one{number}"), make_user(f"two{number}"))
        made = [make_feed(partner.user) for partner in self.partners]
        self.paths, self.feeds = [path for path, _ in made], [feed for _, feed in made]
        self.last: list[Any] = [None, None]
        self.rows: list[dict[str, tuple[int, str, str, str]]] = [{}, {}]
        self.bodies: dict[str, bytes] = {}
        planned(self.partners[0], self.now + 30 * HOUR, length=HOUR, now=self.now)

    @rule(who=st.integers(0, 1), hours=st.integers(3, 200), plan=st.booleans(), move=st.booleans())
    def offer(self, who: int, hours: int, *, plan: bool, move: bool) -> None:
        """Offer a time, perhaps in place of a plan, and perhaps have it taken; what was open makes room for it."""
        slots_of_both = Slot.objects.filter(couple=self.partners[0].couple, starts_at__gt=self.now)
        for left in slots_of_both.filter(confirmed_at=None).select_related("offer__author"):
            assert left.offer.author is not None
            free(partner=left.offer.author, slot_id=left.pk, now=self.now)
        plans = slots_of_both.filter(confirmed_at__isnull=False)
        replaced = plans.order_by("starts_at").first() if move else None
        start = self.now.replace(minute=0, second=0, microsecond=0) + hours * HOUR
        try:
            moves = replaced.pk if replaced else None
            slots = offered(self.partners[who], start, length=HOUR, moves=moves, now=self.now)
            if plan:
                say_yes(partner=other_of(self.partners[who]), slot_id=slots[0].pk, revision=1, now=self.now)
        except (Problem, IndexError):
            return

    @rule(who=st.integers(0, 1), which=st.integers(0, 2), then=st.sampled_from(["", "undo", "ten days"]))
    def free_one(self, who: int, which: int, then: str) -> None:
        """Free a plan, or else withdraw an offer; perhaps undo that, or let time pass, once the programs were here."""
        slots = list(Slot.objects.filter(couple=self.partners[0].couple).order_by(CONFIRMED_FIRST, "pk"))
        if slots:
            slot = slots[which % len(slots)]
            try:
                free(partner=self.partners[who], slot_id=slot.pk, now=self.now)
            except Problem:
                return
            self.freed.append((self.partners[who], slot.pk))
            self.calendars_are_right()
            if then == "undo":
                self.undo()
            elif then:
                self.wait(seconds=10 * 86_400, fraction=0)

    @rule()
    def undo(self) -> None:
        """Take the last freeing back."""
        if self.freed:
            partner, slot_id = self.freed.pop()
            undo_free(partner=partner, slot_id=slot_id, now=self.now)

    @rule(who=st.integers(0, 1), title=st.sampled_from(Feed.Title.values), alarm=st.sampled_from([None, 10]))
    def choose(self, who: int, title: str, alarm: int | None) -> None:
        """Change what a device shows."""
        chosen = FeedSettings(label="Phone", calendar_name=title, title=title, alarm_minutes=alarm, link=False)
        change_feed(user=self.partners[who].user, feed_id=self.feeds[who].pk, chosen=chosen, now=self.now)

    @rule(who=st.integers(0, 1), cover=st.sampled_from(["", "Piano", "Yoga; late"]))
    def cover(self, who: int, cover: str) -> None:
        """Change the cover text."""
        row, _ = Preferences.objects.get_or_create(user=self.partners[who].user)
        if row.cover_title != cover:
            save_columns(row, cover_title=cover, changed_at=self.now)

    @rule(seconds=st.sampled_from([0, 1, 30, 3600, 90_000, 900_000, 2_700_000]), fraction=st.integers(0, 999_999))
    def wait(self, seconds: int, fraction: int) -> None:
        """Let time pass, and the sweep come by."""
        self.now += datetime.timedelta(seconds=seconds, microseconds=fraction)
        self.clock.move_to(self.now)
        purge(now=self.now)

    @invariant()
    def calendars_are_right(self) -> None:
        """Have both programs come by."""
        for index in range(2 if hasattr(self, "paths") else 0):
            self.come_by(index)

    def come_by(self, index: int) -> None:
        """Compare what one program gets with what it had."""
        path, last = self.paths[index], self.last[index]
        response = fetch(path)
        body, tag, date = response.content, response.headers["ETag"], response.headers["Last-Modified"]
        assert self.bodies.setdefault(tag, body) == body
        assert properties(body, "SUMMARY")[:1] == ["Calendar connected"]
        assert not any(word in body.decode().lower() for word in FORBIDDEN)
        if last is not None:
            later = parsed(date) - parsed(last.headers["Last-Modified"])
            assert later >= datetime.timedelta(0)
            assert tag != last.headers["ETag"] or later <= datetime.timedelta(seconds=1)
            by_tag = fetch(path, If_None_Match=last.headers["ETag"])
            by_date = fetch(path, If_Modified_Since=last.headers["Last-Modified"])
            assert by_tag.status_code == (304 if tag == last.headers["ETag"] else 200)
            assert by_date.status_code == 200 or body == last.content or self.same_second(last)
        self.compare(index, seen(path))
        self.last[index] = response

    def same_second(self, last: Any) -> bool:
        """Return whether the clock still shows the second in which the program came before."""
        return parsed(last.headers["Last-Modified"]) == self.now.replace(microsecond=0)

    def compare(self, index: int, rows: dict[str, tuple[int, str, str, str]]) -> None:
        """Hold each entry against what it was."""
        for uid, (sequence, *facts) in self.rows[index].items():
            if uid in rows:
                fresh, *now_facts = rows[uid]
                assert fresh == sequence + (facts[:2] != now_facts[:2])
                assert (facts[2] == now_facts[2]) or facts[:2] != now_facts[:2]
            else:
                start = datetime.datetime.strptime(facts[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
                assert self.now - start >= DAY * (30 if facts[0] == "CANCELLED" else 7)
        self.rows[index] = rows

    def teardown(self) -> None:
        """Leave no rows behind."""
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)
        self.journey.stop()


CONFIRMED_FIRST = F("confirmed_at").asc(nulls_last=True)
COUNTER = itertools.count()


def parsed(date: str) -> datetime.datetime:
    """Return the moment of a header."""
    return datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=datetime.UTC)


@pytest.mark.crowd
def test_any_sequence_of_acts_leaves_calendars_right() -> None:
    run_state_machine_as_test(
        TwoCalendars,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
