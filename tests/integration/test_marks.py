"""Kinds and needs through the front door: marked in private, in common by a weekly tick, and gone at one press."""

import datetime as dt
import re
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Couple, Partner, User
from scheduler import tasks
from scheduler.domain.marks import LONGEST_OWN, MOST_OWN, WEEK
from scheduler.models import CalendarEntry, InCommon, Kind, Mark, MarkTick, Offer, Topic
from scheduler.models.kinds import words_of
from scheduler.operations.couples import leave
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from scheduler.queries.export import export_of
from scheduler.queries.marks import common_of
from tests.cast import NOW, make_couple, signed_in
from tests.integration.feed_scene import fetch, make_feed, properties
from tests.integration.test_at_rest import stored
from tests.integration.test_pages import text_of, words
from tests.mark_scene import week_passed, welcomes
from tests.scenes import FRIDAY, SATURDAY, in_common, offered, other_of, planned

pytestmark = pytest.mark.django_db
DEFAULT = "Time together, no particular outcome"


def send(client: Client, name: str = "kinds", /, **fields: Any) -> HttpResponse:
    """Send the form of one list."""
    return client.post(reverse(name), {"written": ""} | fields)  # type: ignore[return-value]


def in_a_calendar(text: str) -> str:
    """Return text as a calendar's line has it (RFC 5545, 3.3.11)."""
    return text.replace(",", "\\,")


def ticked(client: Client, name: str = "kinds") -> set[str]:
    """Return the words of the list that stand ticked on the page."""
    page = " ".join(client.get(reverse(name)).content.decode().split())
    return set(re.findall(r'name="chosen" value="([a-z_]+)"[^>]*checked', page))


def seen(partner: Partner, topic: Topic = Topic.KIND) -> list[str]:
    """Return what this partner sees in common."""
    return [label for _, label in common_of(partner, topic)]


@pytest.mark.parametrize("name", ["kinds", "needs"])
def test_what_one_marks_is_theirs_until_a_tick_finds_it_with_both(
    name: str, ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    topic = Topic(name.removesuffix("s"))
    word, label = words_of(topic)[10]
    before = words(ben_client.get(reverse(name)).content)
    assert send(ana_client, name, chosen=[word], written="Four hands").status_code == 303
    assert ticked(ana_client, name) == {word}
    assert "Four hands" in text_of(ana_client, name)
    assert words(ben_client.get(reverse(name)).content) == before
    send(ben_client, name, chosen=[word, words_of(topic)[0][0]], written="four HANDS!")
    assert seen(ana, topic) == []
    week_passed(2)
    assert seen(ana, topic) == seen(other_of(ana), topic) == [str(label), "Four hands"]
    for client in (ana_client, ben_client):
        assert f"{label} Four hands" in text_of(client, name)
    assert str(words_of(topic)[0][1]) not in text_of(ana_client, name).split("From the list")[0]


def test_whoever_is_not_linked_yet_prepares_and_it_counts_later(
    cleo: User, cleo_client: Client, eli: Partner, clock: time_machine.Traveller
) -> None:
    assert "Once you are linked" in text_of(cleo_client, "kinds")
    send(cleo_client, chosen=["bath"])
    clock.shift(3 * WEEK)
    Couple.objects.all().delete()
    dora, _ = make_couple(cleo, User.objects.get(pk=eli.user_id), at=NOW + 3 * WEEK)
    welcomes(other_of(dora), "bath")
    hold_mark_tick(now=NOW + 3 * WEEK)
    assert seen(dora) == [], "this tick was before they met"
    hold_mark_tick(now=NOW + 4 * WEEK)
    assert seen(dora) == ["A bath"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"chosen": ["nothing-like-it"]}, "Choose from the list."),
        ({"chosen": ["bath", "\0"]}, "Choose from the list."),
        ({"chosen": ["together"]}, "Choose from the list."),
        ({"written": "x" * (LONGEST_OWN + 1)}, f"at most {LONGEST_OWN} characters"),
    ],
)
def test_what_is_not_on_the_list_is_said_at_the_form(fields: dict[str, Any], said: str, ana_client: Client) -> None:
    answer = send(ana_client, **fields)
    assert (answer.status_code, Mark.objects.count()) == (422, 0)
    assert said in words(answer.content)


def test_ones_own_are_ten_and_say_different_things(ana: Partner, ana_client: Client) -> None:
    kept: list[str] = []
    for text in [*map(str, range(MOST_OWN)), "3 !", " \u2028 …", "", "a\0b\nc"]:
        answer = send(ana_client, kept=kept, written=text)
        kept = [str(mark.pk) for mark in ana.user.marks.all()]
    assert answer.status_code == 422
    assert "room for ten of your own" in words(answer.content)
    assert sorted(mark.written for mark in ana.user.marks.all()) == sorted(map(str, range(MOST_OWN)))
    assert send(ana_client, kept=kept[1:], written="a\0b\nc").status_code == 303
    assert "ab c" in {mark.written for mark in ana.user.marks.all()}


def test_a_strange_id_keeps_nothing(ana: Partner, ben: Partner, ana_client: Client) -> None:
    welcomes(ben, own="His own")
    send(ana_client, written="Mine")
    send(ana_client, kept=[str(Mark.objects.get(user=ben.user).pk), "x", str(ana.pk)])
    assert list(Mark.objects.values_list("user", flat=True)) == [ben.user_id]


# The tick ---------------------------------------------------------------------------------------------------------
def counting() -> int:
    return Mark.objects.exclude(counts_for=None).count()


def test_a_tick_is_held_once_by_however_many(ana: Partner) -> None:
    for seat in (ana, other_of(ana)):
        welcomes(seat, *(word for word, _ in words_of(Topic.KIND)))
    for _ in range(3):
        week_passed(2)
    assert counting() == 6
    hold_mark_tick(now=NOW - WEEK)  # the clock of this one is slow
    hold_mark_tick(now=NOW + 3 * WEEK - dt.timedelta(days=1), keep_going=lambda: False)
    assert counting() == 6
    week_passed(3)
    assert counting() == 12
    assert list(MarkTick.objects.values_list("at", "done")) == [(NOW.replace(hour=4) + 3 * WEEK, True)]


def test_a_tick_goes_on_where_it_stopped_and_each_couple_has_it_once(ana: Partner, dora: Partner) -> None:
    for seat in (ana, other_of(ana), dora, other_of(dora)):
        welcomes(seat, "bath")
    stops = iter([True, False])
    assert hold_mark_tick(now=NOW + 2 * WEEK, batch=1, keep_going=lambda: next(stops)) == 1
    assert counting() == 2
    assert hold_mark_tick(now=NOW + 2 * WEEK, batch=1) == 1
    assert [seen(ana), seen(dora)] == [["A bath"], ["A bath"]]
    assert hold_mark_tick(now=NOW + 2 * WEEK, batch=1) == 0


def test_the_worker_holds_it(ana: Partner) -> None:
    long_ago = MarkTick.objects.create(at=NOW, done=True)
    for seat in (ana, other_of(ana)):
        welcomes(seat, "bath")
    tasks.weekly()
    assert seen(ana) == ["A bath"]
    assert not MarkTick.objects.filter(pk=long_ago.pk).exists()


def test_a_tick_costs_the_same_for_many_and_one_look_when_nothing_is_due(
    ana: Partner, dora: Partner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    week_passed(1)
    for number, couple in enumerate(((ana,), (ana, dora)), start=2):
        for seat in [seat for one in couple for seat in (one, other_of(one))]:
            welcomes(seat, *(word for word, _ in words_of(Topic.KIND)[: 5 * number]), own=f"Own {number}")
        with django_assert_num_queries(18):
            hold_mark_tick(now=NOW + 2 * number * WEEK)
        with django_assert_num_queries(1):
            hold_mark_tick(now=NOW + 2 * number * WEEK + dt.timedelta(days=6))


# Taking out -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["ana", "ben"])
def test_what_either_takes_out_is_gone_for_both_everywhere(
    who: str, ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    in_common(ana, "bath", "sex")
    plan, slot = planned(ana, FRIDAY, kind="bath"), offered(ben, SATURDAY, kind="sex")[0]
    path, _ = make_feed(ana.user, title="kind")
    first = fetch(path)
    assert "A bath" in properties(first.content, "SUMMARY")
    for client in (ana_client, ben_client):
        assert "A bath" in text_of(client, "time-detail", plan.pk)
        assert "Sex" in text_of(client, "time-detail", slot.pk)
    assert send({"ana": ana_client, "ben": ben_client}[who]).status_code == 303
    for client in (ana_client, ben_client):
        assert DEFAULT in text_of(client, "time-detail", plan.pk)
        assert not re.search("Sex|A bath", text_of(client, "time-detail", slot.pk) + text_of(client, "agenda"))
        assert "Nothing stands here at the moment." in text_of(client, "kinds")
        form = client.get(reverse("offer-new")).content.decode()
        assert re.findall(r'<option value="([a-z]+)" *(?:selected)?>', form)[0] == "together"
        assert 'value="bath"' not in form
    second = fetch(path, If_None_Match=first.headers["ETag"])
    assert in_a_calendar(DEFAULT) in properties(second.content, "SUMMARY")
    assert properties(second.content, "SEQUENCE") == properties(first.content, "SEQUENCE")
    assert {offer["kind"] for user in (ana.user, ben.user) for offer in export_of(user=user)["offers"]} == {DEFAULT}


def test_marked_again_it_has_to_wait_again_and_old_offers_stay_without(ana: Partner, ben: Partner) -> None:
    in_common(ana, "bath")
    offered(ben, SATURDAY, kind="bath")
    welcomes(ana)
    welcomes(ana, "bath", at=NOW + 5 * WEEK)
    week_passed(5)
    assert seen(ben) == []
    week_passed(7)
    assert seen(ben) == ["A bath"]
    assert Offer.objects.get().kind is None


def test_an_undone_time_comes_back_without_a_kind_that_is_gone(ana: Partner, ben: Partner) -> None:
    in_common(ana, "bath")
    for still_there in (True, False):
        slot = planned(ana, kind="bath")
        free(partner=ana, slot_id=slot.pk, now=NOW)
        if not still_there:
            welcomes(ben)
        assert undo_free(partner=ana, slot_id=slot.pk, now=NOW)
        assert (Offer.objects.get().kind is not None) is still_there
        kinds = set(CalendarEntry.objects.filter(slot_id=slot.pk).values_list("kind", flat=True))
        assert kinds == {Kind.BATH if still_there else Kind.TOGETHER}
        free(partner=ana, slot_id=slot.pk, now=NOW + WEEK)
        Offer.objects.all().delete()


def test_leaving_ends_what_was_in_common_and_leaves_the_marks_to_their_owners(ana: Partner, ben: Partner) -> None:
    in_common(ana, "bath", own="Four hands")
    leave(partner=ana, tell_partner=False, now=NOW)
    assert not InCommon.objects.exists()
    assert (Mark.objects.count(), counting()) == (4, 0)
    again, _ = make_couple(User.objects.get(pk=ana.user_id), User.objects.get(pk=ben.user_id))
    assert seen(again) == []
    week_passed(9)
    assert seen(again) == ["A bath", "Four hands"]


# What a kind is for -----------------------------------------------------------------------------------------------
def test_only_what_is_in_common_can_be_offered_and_asking_for_more_tells_nothing(
    ana: Partner, ben: Partner, ana_client: Client
) -> None:
    in_common(ana, "kissing", own="Four hands")
    own = next(row for row in InCommon.objects.select_related("couple") if row.code != "kissing")
    form = {"key": "5b3f0a52-6f0c-4a58-9d3a-0e7c4d1f2a3b", "t1-day": "2026-03-06", "t1-at": "20:00"}
    page = " ".join(ana_client.get(reverse("offer-new")).content.decode().split())
    assert re.findall(r'<select name="kind".*?</select>', page)[0].count("<option") == 3

    def probed(**fields: str) -> tuple[int, str]:
        answer = ana_client.post(reverse("offer-new"), form | fields)
        return answer.status_code, words(answer.content)

    before = probed(kind="sex")
    welcomes(ben, "kissing", "sex", own="Four hands")
    assert probed(kind="sex") == before == (422, before[1])
    assert ana_client.post(reverse("offer-new"), form | {"kind": own.code}).status_code == 303
    assert "Four hands" in text_of(signed_in(ben.user), "agenda")


@pytest.mark.usefixtures("clock")
def test_a_calendar_knows_only_what_is_fit_for_it(ana: Partner) -> None:
    in_common(ana, "sex", "bath", own="Four hands")
    path, _ = make_feed(ana.user, title="kind")
    codes = [row.code for row in InCommon.objects.select_related("couple")]
    for days, code in enumerate(codes):
        planned(ana, FRIDAY + dt.timedelta(days=days), kind=code)
    assert set(CalendarEntry.objects.values_list("kind", flat=True)) == {"together", "bath"}
    assert sorted(properties(fetch(path).content, "SUMMARY")[1:]) == ["A bath", *[in_a_calendar(DEFAULT)] * 2]


def test_no_table_holds_what_anybody_marked(ana: Partner) -> None:
    in_common(ana, "kissing", own="Kanarienvogel")
    planned(ana, kind="kissing")
    for table in connection.introspection.table_names():
        assert [value for value in stored(table) if b"kissing" in value or b"anarienvogel" in value.lower()] == []
    assert {mark["label"] for mark in export_of(user=ana.user)["marks"]} == {"Kissing", "Kanarienvogel"}


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_with_one_mark_and_with_twenty(
    number: int, ana: Partner, ana_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    in_common(ana, *(word for word, _ in words_of(Topic.KIND)[:number]), own="Four hands")
    with django_assert_num_queries(4):  # the session, its user, their marks, what is in common
        assert ana_client.get(reverse("kinds")).status_code == 200


def test_until_the_tick_no_press_of_one_shows_on_any_page_of_the_other(
    ana: Partner, ben: Partner, ana_client: Client
) -> None:
    in_common(ana, "bath")
    paths = [reverse(name) for name in ("kinds", "needs", "talk", "offer-new", "agenda")]
    once = re.compile(rb'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]+')
    look = partial(lambda: [once.sub(rb"\1", ana_client.get(path).content) for path in paths])
    before = look()
    for topic in Topic:
        for chosen in (["new"], [word for word, _ in words_of(topic)], ["bath"] if topic == Topic.KIND else []):
            kept = ["bath"] if topic == Topic.KIND else []
            welcomes(ben, *chosen, *kept, own="Four hands", topic=topic, at=NOW - 3 * WEEK)
            assert look() == before
