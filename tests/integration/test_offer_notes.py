"""Notes on offers: words of one's own that exist only while both have switched them on, and only on the page."""

import datetime as dt
import json
import logging
import re
import secrets
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import outbox
from accounts.models import Couple, Partner
from scheduler.domain.period import Period
from scheduler.models import OfferNote, Undo
from scheduler.models.notes import LONGEST_NOTE
from scheduler.operations.couples import leave
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.offer_notes import switch_notes
from scheduler.operations.offers import change_time, make_offer, suggest_another
from scheduler.operations.slots import free
from scheduler.operations.sweeps import purge
from scheduler.operations.undo import undo_free
from scheduler.queries.export import export_of
from tests.cast import NOW, signed_in
from tests.integration.feed_scene import fetch, make_feed
from tests.integration.test_at_rest import stored
from tests.integration.test_pages import text_of, words
from tests.integration.test_pages_offer import KEY
from tests.mark_scene import noted
from tests.scenes import FRIDAY, LENGTH, SATURDAY, SUNDAY, agreed, other_of, planned, proposal
from tests.services import Inbox
from tests.world import awake_now, evening

pytestmark = pytest.mark.django_db
CANARY = "Kanarienvogel im Garten"
FORM = {"kind": "together", "key": KEY, "t1-day": "2026-03-06", "t1-at": "20:00"}


def turn(client: Client, on: bool) -> HttpResponse:  # noqa: FBT001
    """Press the switch of the settings."""
    return client.post(reverse("notes-set"), {"on": "1" if on else "0"})  # type: ignore[return-value]


def has_field(client: Client) -> bool:
    """Whether the form for offers has room for a note."""
    return b'name="note"' in client.get(reverse("offer-new")).content


def offer(client: Client, note: str) -> HttpResponse:
    """Send the form for offers with a note."""
    return client.post(reverse("offer-new"), FORM | {"note": note})  # type: ignore[return-value]


def test_there_is_room_for_a_note_only_while_both_want_it(ana_client: Client, ben_client: Client) -> None:
    seen = []
    for client, on in ((ana_client, True), (ana_client, True), (ben_client, True), (ana_client, False)):
        assert turn(client, on).status_code == 303
        seen.append((has_field(ana_client), has_field(ben_client)))
    assert seen == [(False, False), (False, False), (True, True), (False, False)]


def test_the_switch_shows_ones_own_side_only(ana_client: Client, ben_client: Client) -> None:
    before = text_of(ben_client, "settings")
    turn(ana_client, on=True)
    assert text_of(ben_client, "settings") == before
    assert "On, for your part." in text_of(ana_client, "settings")


def test_a_note_is_shown_to_both_just_as_it_was_typed(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    for seat in (ana, other_of(ana)):
        switch_notes(partner=seat, on=True)
    text = "<b>Late</b>, after\r\n\r\nthe film? https://example.org/ 🎬 & שלום\t."
    assert offer(ana_client, f"  {text} ").status_code == 303
    slot = OfferNote.objects.get().offer.slots.get()
    shown = "&lt;b&gt;Late&lt;/b&gt;, after<br><br>the film? https://example.org/ 🎬 &amp; שלום ."
    for client in (ana_client, ben_client):
        for path in ("/", reverse("time-detail", args=[slot.pk])):
            page = client.get(path).content.decode()
            assert shown in page
            assert 'href="https://example.org' not in page


@pytest.mark.parametrize(
    ("note", "status"),
    [
        ("x" * LONGEST_NOTE, 303),
        ("\r\n".join(["x" * 9] * 28), 303),
        ("x" * (LONGEST_NOTE + 1), 422),
        ("a\0b", 422),
        ("a\x1bb", 422),
        ("a\x85b", 422),
        (" \r\n ", 303),
    ],
)
def test_its_length_and_its_characters_are_said_at_the_form(
    note: str, status: int, ana: Partner, ana_client: Client
) -> None:
    for seat in (ana, other_of(ana)):
        switch_notes(partner=seat, on=True)
    answer = offer(ana_client, note)
    assert answer.status_code == status
    assert OfferNote.objects.exists() == (status == 303 and bool(note.strip()))
    if status == 422:
        assert re.search(r"at most 280 characters|can't be shown", words(answer.content))
        assert note[-2:] in answer.content.decode()


def test_turning_the_week_keeps_what_was_written(ana: Partner, ana_client: Client) -> None:
    noted(other_of(ana))
    page = ana_client.post(reverse("offer-new"), FORM | {"note": "By the\nsea", "week": "2026-03-09"})
    assert "By the\nsea</textarea>" in page.content.decode()


def test_an_old_form_brings_no_note_once_one_of_the_two_is_off(ana: Partner, ana_client: Client) -> None:
    assert offer(ana_client, "Hello").status_code == 303
    assert not OfferNote.objects.exists()
    make_offer(partner=ana, proposal=proposal(SATURDAY, note="Hello"), now=NOW)
    assert not OfferNote.objects.exists()


# The end of a note ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_switches_them_off_and_all_are_gone_at_once(
    who: str, ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    noted(ana, CANARY)
    noted(ben, CANARY, start=SATURDAY)
    turn({"ana": ana_client, "ben": ben_client}[who], on=False)
    assert not OfferNote.objects.exists()
    for client in (ana_client, ben_client):
        assert CANARY not in text_of(client, "agenda")
    turn({"ana": ana_client, "ben": ben_client}[who], on=True)
    assert CANARY not in text_of(ana_client, "agenda")


def test_a_note_stays_with_a_changed_time_and_goes_with_what_is_replaced(ana: Partner, ben: Partner) -> None:
    slot = noted(ana, "One")
    later = Period(SATURDAY, SATURDAY + LENGTH)
    change_time(partner=ana, slot_id=slot.pk, revision=1, period=later, zone="UTC", now=NOW)
    assert [note.text for note in OfferNote.objects.all()] == ["One"]
    suggest_another(partner=ben, slot_id=slot.pk, proposal=proposal(SUNDAY, note="Two"), now=NOW)
    assert [note.text for note in OfferNote.objects.all()] == ["Two"]
    plan = agreed(OfferNote.objects.get().offer.slots.get())
    moved = make_offer(partner=ana, proposal=proposal(FRIDAY, moves=plan.pk, note="Three"), now=NOW)
    assert sorted(note.text for note in OfferNote.objects.all()) == ["Three", "Two"]
    agreed(plan.offer.couple.slots.get(offer=moved.offer_id))
    assert [note.text for note in OfferNote.objects.all()] == ["Three"]


def test_meeting_the_partners_identical_time_keeps_the_note_that_stands(ana: Partner, ben: Partner) -> None:
    noted(ana, "One")
    make_offer(partner=ben, proposal=proposal(FRIDAY, note="Two"), now=NOW)
    assert [note.text for note in OfferNote.objects.all()] == ["One"]


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_freed_loses_its_note_for_good(confirmed: bool, ana: Partner) -> None:  # noqa: FBT001
    slot = noted(ana, CANARY)
    if confirmed:
        agreed(slot)
    free(partner=ana, slot_id=slot.pk, now=NOW)
    assert not OfferNote.objects.exists()
    assert CANARY not in Undo.objects.get().snapshot
    assert undo_free(partner=ana, slot_id=slot.pk, now=NOW)
    assert not OfferNote.objects.exists()


def test_a_week_after_it_was_written_it_is_gone_also_from_a_plan(ana: Partner) -> None:
    agreed(noted(ana, start=NOW + dt.timedelta(days=30)))
    purge(now=NOW + dt.timedelta(days=7))
    assert OfferNote.objects.exists()
    purge(now=NOW + dt.timedelta(days=7, seconds=1))
    assert not OfferNote.objects.exists()


# Where it never is ------------------------------------------------------------------------------------------------
def test_no_table_holds_it_and_leaving_takes_its_key_along(ana: Partner) -> None:
    noted(ana, CANARY)
    for table in connection.introspection.table_names():
        assert [value for value in stored(table) if b"Kanarien" in value] == []
    key = bytes(Couple.objects.get().data_key)
    assert key in stored("accounts_couple")
    leave(partner=ana, tell_partner=False, now=NOW)
    assert (stored("accounts_couple"), stored("scheduler_offernote")) == ([], [])


def test_a_new_master_key_takes_over_for_couples_too(ana: Partner, settings: Settings) -> None:
    noted(ana, CANARY)
    new = secrets.token_bytes(32)
    settings.MASTER_KEYS = (new, *settings.MASTER_KEYS)
    call_command("rotatekeys")
    settings.MASTER_KEYS = (new,)
    assert OfferNote.objects.get().text == CANARY


def test_couples_from_before_there_were_notes_got_a_key(ana: Partner) -> None:
    Couple.objects.update(data_key=b"")
    import_module("accounts.migrations.0004_couple_keys").make_keys(apps, None)
    ana.couple.refresh_from_db()
    noted(ana, CANARY)
    assert OfferNote.objects.get().text == CANARY


def test_no_mail_push_feed_log_or_export_of_the_other_holds_it(
    ana: Partner, ben: Partner, smtp_sink: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    now = outbox.database_now()
    awake_now(ana.user, now)
    awake_now(ben.user, now)
    caplog.set_level(logging.DEBUG)
    feeds = [make_feed(seat.user, now=now, title="kind", link=True)[0] for seat in (ana, ben)]
    slot = noted(ana, CANARY, start=evening(4, now), now=now)
    noted(ben, CANARY, start=evening(5, now), now=now)
    deliver_notices(now=outbox.database_now())
    agreed(slot, now=now)
    deliver_notices(now=outbox.database_now())
    mails = [str(mail) + str(mail.get_body(("plain",))) for mail in smtp_sink.mails]
    assert len(mails) >= 3
    told = [*mails, *(fetch(path).content.decode() for path in feeds), caplog.text]
    exports = [json.dumps(export_of(user=seat.user), default=str) for seat in (ana, ben)]
    assert [text for text in told if "Kanarien" in text] == []
    assert [text.count(CANARY) for text in exports] == [1, 1], "each has what they wrote themselves"


@pytest.mark.parametrize("number", [1, 3])
def test_pages_with_notes_cost_what_they_cost_without(
    number: int,
    ana: Partner,
    ben: Partner,
    django_assert_num_queries: DjangoAssertNumQueries,
    clock: time_machine.Traveller,
) -> None:
    clock.move_to(NOW)
    planned(ana, FRIDAY + dt.timedelta(days=9))
    for seat in (ana, ben):
        for days in range(number):
            noted(seat, start=FRIDAY + dt.timedelta(days=days, hours=3 * seat.seat))
    client = signed_in(ana.user)
    for queries, path in ((6, "/"), (5, reverse("offer-new"))):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200


def test_whoever_is_linked_to_nobody_has_no_switch(cleo_client: Client, ana: Partner) -> None:
    slot = noted(ana, CANARY)
    assert "Notes on offers" not in text_of(cleo_client, "settings")
    assert turn(cleo_client, on=False).status_code == 303
    assert OfferNote.objects.exists()
    assert CANARY not in words(cleo_client.get(reverse("time-detail", args=[slot.pk])).content)


def test_the_other_ways_to_an_offer_take_a_note_too(ana: Partner, ben: Partner, ana_client: Client) -> None:
    slot, plan = noted(ben), planned(ana, SUNDAY)
    for name, time in (("time-suggest", slot), ("time-move", plan)):
        fields = FORM | {"key": str(time.pk), "note": name, "t1-day": f"2026-03-1{len(name) - 9}"}
        assert ana_client.post(reverse(name, args=[time.pk]), fields).status_code == 303
    assert sorted(note.text for note in OfferNote.objects.all()) == ["time-move", "time-suggest"]
