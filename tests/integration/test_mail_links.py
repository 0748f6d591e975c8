"""Links in mails: reading never acts, one press does, and nothing but a neutral page for what is not ours."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from accounts.models import Partner
from config.logs import MaskTokens
from scheduler.models import CalendarEntry, Notice, Preferences, Slot
from scheduler.notifications.links import Topic, stop_link, time_link
from scheduler.operations.couples import leave
from tests.integration.notice_scene import evening_in, real_now
from tests.scenes import agreed, heard_of, offered, planned

pytestmark = pytest.mark.django_db


def path_of(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000")


def every_row() -> str:
    rows = (row for model in apps.get_models() for row in model._default_manager.order_by("pk"))
    return str(serializers.serialize("json", rows))


@pytest.fixture
def slot(ana: Partner) -> Slot:
    return planned(ana, evening_in(3), now=real_now())


@pytest.fixture
def link(slot: Slot, ana: Partner) -> str:
    return path_of(time_link(Notice.objects.get(kind="reminder", recipient=ana, cause=slot.pk).pk))


@pytest.fixture
def stranger() -> Client:
    """Return a browser that is signed in nowhere, and that must bring the proof that no forger has."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_a_link_leaves_the_database_as_it_was(stranger: Client, link: str, ana: Partner, method: str) -> None:
    stops = [path_of(stop_link(topic, ana.user_id)) for topic in Topic]
    before = every_row()
    for path in [link, *stops]:
        response = getattr(stranger, method)(path)
        assert response.status_code in {200, 405}
        assert not response.cookies
    assert every_row() == before


def test_the_page_shows_the_time_in_the_readers_zone_and_one_button(stranger: Client, link: str, slot: Slot) -> None:
    response = stranger.get(link)
    page = response.content.decode()
    day = timezone.localtime(slot.starts_at, dt.timezone(dt.timedelta(hours=1)))
    assert f"{day:%A}, 20:00" in page
    assert page.count("<button") == 1
    assert "Free this time" in page
    assert "csrf" not in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_one_press_frees_signed_out_and_without_cookies(stranger: Client, link: str, slot: Slot) -> None:
    for _ in range(2):
        response = stranger.post(link, headers={"origin": "null"})
        assert response.status_code == 200
        assert "is free again. No explanation needed." in response.content.decode()
        assert not response.cookies
    assert not Slot.objects.filter(pk=slot.pk).exists()
    assert set(CalendarEntry.objects.values_list("status", "sequence")) == {("CANCELLED", 1)}
    assert "is free again" in stranger.get(link).content.decode()
    assert "<button" not in stranger.get(link).content.decode()


def test_the_other_partners_link_shows_the_same_friendly_page(
    stranger: Client, link: str, slot: Slot, ben: Partner
) -> None:
    heard_of(slot)
    stranger.post(link)
    theirs = path_of(time_link(Notice.objects.get(kind="reminder", recipient=ben).pk))
    response = stranger.post(theirs)
    assert "is free again" in response.content.decode()
    assert set(Notice.objects.filter(kind="freed").values_list("state", flat=True)) == {"pending"}
    assert all(row.due_at <= real_now() + dt.timedelta(seconds=1) for row in Notice.objects.filter(kind="freed"))


def test_a_link_ends_with_its_time(stranger: Client, link: str, slot: Slot) -> None:
    with time_machine.travel(slot.ends_at - dt.timedelta(seconds=1)):
        assert stranger.get(link).status_code == 200
    with time_machine.travel(slot.ends_at):
        assert stranger.get(link).status_code == 404
        assert stranger.post(link).status_code == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_a_link_to_a_plan_that_was_moved_shows_and_frees_it_as_it_is_now(
    stranger: Client, link: str, slot: Slot, ana: Partner
) -> None:
    moved = agreed(offered(ana, evening_in(5), moves=slot.pk, now=real_now())[0], now=real_now())
    day = timezone.localtime(moved.starts_at, dt.timezone(dt.timedelta(hours=1)))
    assert f"{day:%A}, 20:00" in stranger.get(link).content.decode()
    for _ in range(2):
        assert f"{day:%A}" in stranger.post(link).content.decode()
        assert not Slot.objects.exists()
    assert set(CalendarEntry.objects.values_list("status", "sequence")) == {("CANCELLED", 2)}


def broken(token: str) -> list[str]:
    flipped = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    return [flipped, token[:-3], token.partition("~")[0], "x", "~", "", token.swapcase()]


def test_a_link_that_is_not_ours_leads_to_a_neutral_page(stranger: Client, link: str, ana: Partner) -> None:
    token = link.removeprefix("/m/").rstrip("/")
    stop = path_of(stop_link(Topic.OFFERS, ana.user_id)).removeprefix("/s/").rstrip("/")
    unknown = path_of(time_link(uuid.uuid4())).removeprefix("/m/").rstrip("/")
    paths = [f"/m/{bad}/" for bad in [*broken(token), stop, unknown]]
    paths += [f"/s/{bad}/" for bad in [*broken(stop), token]]
    paths.append(path_of(stop_link(Topic.OFFERS, uuid.uuid4())))
    before = every_row()
    for path in paths:
        for response in (stranger.get(path), stranger.post(path)):
            assert response.status_code == 404, path
    page = stranger.get(f"/m/{token[:-3]}/").content.decode()
    assert "This link has done its work" in page
    assert 'href="/"' in page
    assert every_row() == before


@pytest.mark.parametrize("dirt", ["&gt;", ">", ".", "=3D", ")", ">.", "%3E", " ", "="])
def test_what_mail_programs_do_to_a_link_is_forgiven(stranger: Client, link: str, dirt: str) -> None:
    if dirt == "&gt;":
        dirt = "%3E"
    for path in (link.rstrip("/") + dirt + "/", link + dirt, link[:20] + "=\r\n" + link[20:]):
        assert stranger.get(path, follow=True).status_code == 200, path


def test_no_link_is_to_an_offer(ana: Partner, stranger: Client) -> None:
    offered(ana, evening_in(4), now=real_now())
    link = path_of(time_link(Notice.objects.get(kind="offer").pk))
    assert stranger.get(link).status_code == 404
    assert stranger.post(link).status_code == 404


def test_leaving_ends_every_link(ben: Partner, link: str, stranger: Client) -> None:
    leave(partner=ben, tell_partner=False, now=real_now())
    assert stranger.post(link).status_code == 404


@pytest.mark.parametrize(
    ("topic", "choice", "value"),
    [
        (Topic.REMINDERS, "reminder_leads", []),
        (Topic.AHEAD, "room_lead", ""),
        (Topic.OFFERS, "mail_offers", False),
        (Topic.CHANGES, "mail_changes", False),
    ],
)
def test_one_click_stops_one_kind_of_mail_and_no_time(
    stranger: Client, ana: Partner, slot: Slot, topic: Topic, choice: str, value: object
) -> None:
    path = path_of(stop_link(topic, ana.user_id))
    for _ in range(2):
        response = stranger.post(path, {"List-Unsubscribe": "One-Click"}, headers={"origin": "null"})
        assert response.status_code == 200
        assert "Your times stay as they are." in response.content.decode()
    fresh = Preferences()
    names = ("reminder_leads", "room_lead", "mail_offers", "mail_changes")
    chosen = {name: getattr(Preferences.objects.get(), name) for name in names}
    assert chosen.pop(choice) == value
    assert chosen == {name: getattr(fresh, name) for name in chosen}
    assert Slot.objects.filter(pk=slot.pk).exists()
    mine = Notice.objects.get(kind="reminder", recipient=ana)
    assert mine.state == ("dropped" if topic is Topic.REMINDERS else "pending")
    assert Notice.objects.exclude(recipient=ana).get(kind="reminder").state == "pending"


def test_a_stop_link_outlives_its_notice(stranger: Client, ana: Partner) -> None:
    assert stranger.get(path_of(stop_link(Topic.CHANGES, ana.user_id))).status_code == 200


def test_pages_are_in_the_readers_language(stranger: Client, link: str, ana: Partner) -> None:
    ana.user.language = "de"
    ana.user.save(update_fields=["language"])
    assert '<html lang="de"' in stranger.get(link).content.decode()


@pytest.mark.parametrize("make", [time_link, lambda identity: stop_link(Topic.OFFERS, identity)])
def test_no_log_line_holds_a_link(make: Callable[[uuid.UUID], str]) -> None:
    link = make(uuid.uuid4())
    record = logging.LogRecord("x", logging.INFO, "x", 1, "GET %s", (path_of(link),), None)
    MaskTokens().filter(record)
    assert "~" not in record.getMessage()
    assert "***" in record.getMessage()
