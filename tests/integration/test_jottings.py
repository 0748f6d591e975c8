"""Notes to oneself: kept for 30 days, read by nobody else, asked for by nothing."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner, User
from scheduler.models import Jotting
from scheduler.models.jotting import LONGEST_JOTTING, MOST_JOTTINGS
from scheduler.operations.couples import leave
from scheduler.operations.jottings import jot_down
from scheduler.operations.sweeps import purge
from scheduler.queries.export import export_of
from tests.cast import NOW, signed_in
from tests.dump import dump

TEXT = "A long walk.\n\nNot a word about work."


def texts_of(user: User) -> list[str]:
    return [row.text for row in Jotting.objects.filter(user=user).order_by("-written_at")]


def written(user: User, *, at: dt.datetime = NOW, text: str = TEXT) -> uuid.UUID:
    jot_down(user=user, text=text, now=at)
    return Jotting.objects.filter(user=user).latest("written_at").pk


def test_a_note_is_kept_shown_and_taken_away(ana: Partner, ana_client: Client) -> None:
    typed = "  A long\x00 walk. \r\n\r\n\r\n\r\nNot a word <b>about</b> work.\u202e\r\n"
    answer = ana_client.post("/jottings/", {"text": typed})
    assert (answer.status_code, answer["Location"]) == (303, "/jottings/")
    assert texts_of(ana.user) == ["A long walk.\n\nNot a word <b>about</b> work."]
    page = ana_client.get("/jottings/").content.decode()
    assert "A long walk.<br><br>Not a word &lt;b&gt;about&lt;/b&gt; work." in page
    assert "Goes by itself on 1 April." in page
    row = Jotting.objects.get()
    assert ana_client.post("/jottings/remove/", {"note": str(row.pk)}).status_code == 303
    assert not Jotting.objects.exists()


@pytest.mark.parametrize("typed", ["", " \r\n ", "z" * (LONGEST_JOTTING + 1)])
def test_what_is_typed_badly_is_kept(ana_client: Client, typed: str) -> None:
    answer = ana_client.post("/jottings/", {"text": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert typed.strip() in answer.content.decode()
    assert not Jotting.objects.exists()


def test_nothing_but_marks_that_are_stripped_is_no_note(ana_client: Client) -> None:
    assert ana_client.post("/jottings/", {"text": "\u202e\x00"}).status_code == 303
    assert not Jotting.objects.exists()


def test_there_is_an_end_to_notes_and_what_was_typed_stays(ana: Partner, ana_client: Client) -> None:
    Jotting.objects.bulk_create(Jotting(user=ana.user, text="x", written_at=NOW) for _ in range(MOST_JOTTINGS))
    answer = ana_client.post("/jottings/", {"text": "One more"})
    assert answer.status_code == 422
    assert "as many notes as there can be" in answer.content.decode()
    assert "One more</textarea>" in answer.content.decode()
    assert Jotting.objects.count() == MOST_JOTTINGS


def test_two_tabs(ana: Partner, ana_client: Client) -> None:
    gone = written(ana.user)
    for page in range(2):
        answer = ana_client.post("/jottings/remove/", {"note": str(gone)}, follow=True)
        assert ("That note isn&#x27;t there any more." in answer.content.decode()) is bool(page)
    assert ana_client.post("/jottings/remove/", {"note": "no id"}).status_code == 303


def test_a_note_is_nobody_elses(ana: Partner, ben_client: Client, cleo_client: Client, dora_client: Client) -> None:
    note = written(ana.user)
    before = dump()
    for client in (ben_client, cleo_client, dora_client):
        assert client.post("/jottings/remove/", {"note": str(note)}).status_code == 303
        assert "A long walk" not in client.get("/jottings/").content.decode()
    assert dump() == before


def test_a_note_is_out_of_sight_and_gone_after_30_days(ana: Partner, clock: time_machine.Traveller) -> None:
    written(ana.user)
    for passed, there in ((dt.timedelta(days=30, seconds=-1), True), (dt.timedelta(days=30), False)):
        clock.move_to(NOW + passed)
        assert ("A long walk" in signed_in(ana.user).get("/jottings/").content.decode()) is there
    clock.shift(1)
    purge(now=NOW + dt.timedelta(days=30, seconds=1))
    assert not Jotting.objects.exists()


def test_leaving_keeps_it_and_deleting_the_account_takes_it(ana: Partner, ben: Partner) -> None:
    written(ana.user)
    written(ben.user, text="Ben's own")
    leave(partner=ana, tell_partner=False, now=NOW)
    assert (texts_of(ana.user), texts_of(ben.user)) == ([TEXT], ["Ben's own"])
    ana.user.delete()
    assert [row.text for row in Jotting.objects.all()] == ["Ben's own"]


def test_an_export_holds_ones_own_notes_only(ana: Partner, ben: Partner) -> None:
    written(ana.user)
    written(ben.user, text="Ben's own")
    assert export_of(user=ana.user)["notes_to_self"] == [{"text": TEXT, "written_at": NOW}]


def test_notes_need_no_partner(cleo: User, cleo_client: Client) -> None:
    assert cleo_client.post("/jottings/", {"text": TEXT}).status_code == 303
    assert texts_of(cleo) == [TEXT]


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_the_page_costs_the_same_with_many_notes(
    ana: Partner, ana_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        written(ana.user, at=NOW - dt.timedelta(hours=number))
    with django_assert_num_queries(3):
        ana_client.get("/jottings/")


def test_nothing_asks_for_a_note(ana_client: Client) -> None:
    """No question mark, no number, nothing about what was or was not."""
    page = ana_client.get("/jottings/").content.decode().split("<h1", 1)[1].split("</main>")[0]
    shown = page.replace("30 days", "")
    for word in ("?", "how was", "How was", "happen", "last time", "yesterday"):
        assert word not in shown
