"""Invitations by mail after a change of heart or address: no calendar keeps what nobody would update any more."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from pytest_django import Settings

from accounts.models import Partner
from scheduler.models import CalendarEntry, CalendarMail, Feed, Notice, Slot
from scheduler.notifications.links import Topic, stop_link
from scheduler.operations.account import delete_account
from scheduler.operations.feeds import create_feed
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import PASSWORD, signed_in
from tests.integration.calendar_mail_scene import (
    ON,
    as_if_unsure,
    calendar_mails,
    choose,
    deliver_changes,
    said_of,
    shown,
    told,
)
from tests.integration.notice_scene import deliver, part, plan, real_now
from tests.integration.test_accounts import last_code
from tests.integration.test_notices_recheck import Refusing
from tests.services import Inbox, free_port

pytestmark = pytest.mark.django_db
Kind, State = Notice.Kind, Notice.State
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def slot(ana: Partner, smtp_sink: Inbox) -> Slot:
    """A plan that ana was invited to by mail."""
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    return slot


def stop_by_link(ana: Partner) -> None:
    """Press the one-click link in a mail about changes."""
    assert Client().post(stop_link(Topic.CHANGES, ana.user_id).removeprefix(SITE)).status_code == 200


WAYS_OUT: dict[str, Callable[[Partner], object]] = {
    "the option": lambda ana: choose(ana.user),
    "all mails about changes": lambda ana: choose(ana.user, **ON, mail_changes="off"),
    "the link in the mail": stop_by_link,
    "silence": lambda ana: signed_in(ana.user).post("/settings/quiet/"),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_switched_off_each_coming_plan_leaves_the_calendar(
    ana: Partner, slot: Slot, smtp_sink: Inbox, way: str
) -> None:
    plan(ana, days=4)
    deliver_changes()
    WAYS_OUT[way](ana)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("REQUEST", 0), ("CANCEL", 1), ("CANCEL", 1)]
    cancel = calendar_mails(smtp_sink, ana.user.email)[2]
    assert re.search(
        r"^\w+day, 20:00 leaves this calendar. Nothing else changes\.$", part(cancel, "plain"), re.MULTILINE
    )
    assert "free" not in str(cancel["Subject"])
    assert Slot.objects.filter(confirmed_at__isnull=False).count() == 2
    smtp_sink.mails.clear()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    plan(ana, days=5)
    WAYS_OUT[way](ana)
    deliver_changes()
    assert told(smtp_sink, ana) == []


def test_switched_on_the_coming_plans_come_too_and_come_back(ana: Partner, smtp_sink: Inbox) -> None:
    plan(ana)
    deliver_changes()
    for chosen in (ON, {}, ON, {}, ON):
        choose(ana.user, **chosen)
        deliver_changes()
    methods = [method for method, _ in told(smtp_sink, ana)]
    assert methods == ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
    assert "is in your calendar now." in part(calendar_mails(smtp_sink, ana.user.email)[-1], "plain")
    assert shown(ana) == 1


def test_switched_on_while_the_mail_about_a_plan_waits_there_is_one_mail(ana: Partner, smtp_sink: Inbox) -> None:
    plan(ana)
    choose(ana.user, **ON)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    assert len(smtp_sink.to(ana.user.email)) == 1


@pytest.mark.usefixtures("slot")
def test_a_change_of_heart_that_is_taken_back_at_once_says_nothing(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user)
    choose(ana.user, **ON)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    choose(ana.user)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]


def test_switched_off_while_a_freed_time_is_held(ana: Partner, slot: Slot, smtp_sink: Inbox) -> None:
    free(partner=ana, slot_id=slot.pk, now=real_now())
    choose(ana.user)
    while deliver():
        pass
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert len(told(smtp_sink, ana)) == 2
    choose(ana.user, **ON)
    deliver_changes()
    assert told(smtp_sink, ana)[2:] == [("REQUEST", 2)]


@pytest.mark.usefixtures("slot")
def test_what_is_over_stays_in_the_calendar(ana: Partner, smtp_sink: Inbox) -> None:
    ended = {"starts_at": real_now() - dt.timedelta(hours=3), "ends_at": real_now() - dt.timedelta(hours=1)}
    CalendarEntry.objects.update(**ended)
    CalendarMail.objects.update(**ended)
    choose(ana.user)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]


def test_at_another_address_the_old_calendar_is_cleared_and_the_new_one_filled(
    ana: Partner, slot: Slot, smtp_sink: Inbox
) -> None:
    client = signed_in(ana.user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": "anew@example.org", "action_add": ""})
    client.post("/account/confirm-email/", {"code": last_code("anew@example.org")})
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]
    ana.user.refresh_from_db()
    assert ana.user.email == "anew@example.org"
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    uids = {said_of(mail).uid for name in ("ana", "anew") for mail in calendar_mails(smtp_sink, f"{name}@example.org")}
    assert len(uids) == 1
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]
    assert len(calendar_mails(smtp_sink, "ana@example.org")) == 2


@pytest.mark.usefixtures("slot")
def test_a_deleted_account_gets_no_further_mail(ana: Partner, smtp_sink: Inbox) -> None:
    smtp_sink.mails.clear()
    delete_account(user=ana.user, now=real_now())
    deliver_changes()
    assert smtp_sink.mails == []
    assert not CalendarMail.objects.exists()


@pytest.mark.parametrize("answer", ["550 no such reader", "451 come back later"])
def test_what_the_mail_server_did_not_take_is_not_taken_back(
    ana: Partner, settings: Settings, smtp_sink: Inbox, answer: str
) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    while_refusing(settings, smtp_sink, answer)
    assert shown(ana) == 0
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == []


def test_a_cancellation_that_was_not_taken_is_still_to_be_told(
    ana: Partner, slot: Slot, settings: Settings, smtp_sink: Inbox
) -> None:
    free(partner=ana, slot_id=slot.pk, now=real_now())
    while_refusing(settings, smtp_sink, "451 come back later")
    assert shown(ana) == 1
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]
    assert shown(ana) == 0


def test_what_was_cancelled_comes_back_under_a_higher_number(ana: Partner, slot: Slot, smtp_sink: Inbox) -> None:
    choose(ana.user)
    deliver_changes()
    as_if_unsure(kind=Kind.CALENDAR, recipient=ana)
    free(partner=ana, slot_id=slot.pk, now=real_now())
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    choose(ana.user, **ON)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]
    assert len({said_of(mail).uid for mail in calendar_mails(smtp_sink, ana.user.email)}) == 1


def test_neither_feed_changes_with_what_is_mailed(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    plan(ana)
    deliver_changes()
    tokens = [create_feed(user=partner.user, label="x", now=real_now()) for partner in (ana, ben)]
    before = [Client().get(f"/cal/{token}.ics") for token in tokens]
    for chosen in (ON, {}, ON):
        choose(ana.user, **chosen)
        deliver_changes()
    after = [Client().get(f"/cal/{token}.ics") for token in tokens]
    assert [(each.content, each["ETag"]) for each in after] == [(each.content, each["ETag"]) for each in before]
    assert told(smtp_sink, ben) == []
    assert len(smtp_sink.to(ben.user.email)) == 1


def test_another_couple_s_wishes_touch_nobody_else(ana: Partner, dora: Partner, slot: Slot, smtp_sink: Inbox) -> None:
    choose(dora.user, **ON)
    choose(dora.user)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    assert (shown(ana), Slot.objects.get(pk=slot.pk).confirmed_at is not None) == (1, True)


def test_whoever_fetches_a_feed_is_warned_of_doubles(ana: Partner, ben: Partner) -> None:
    doubles, by_mail = "each plan stands in it twice", "also come as invitations by mail"
    client = signed_in(ana.user)
    token = create_feed(user=ana.user, label="x", now=real_now())
    assert doubles not in client.get("/settings/").content.decode()
    client.get(f"/cal/{token}.ics")
    assert Feed.objects.get().last_fetched_at
    assert doubles in client.get("/settings/").content.decode()
    assert by_mail not in client.get("/calendar/").content.decode()
    choose(ana.user, **ON)
    for page in (client.get("/calendar/"), client.post("/calendar/new/", {"label": "phone"})):
        assert by_mail in page.content.decode()
    choose(ana.user, **ON, mail_changes="off")
    assert by_mail not in client.get("/calendar/").content.decode()
    other = signed_in(ben.user)
    assert doubles not in other.get("/settings/").content.decode()
    assert by_mail not in other.get("/calendar/").content.decode()


@pytest.mark.parametrize("path", ["/leave/", "/account/delete/"])
def test_before_going_one_is_told_what_stays(ana: Partner, path: str) -> None:
    client = signed_in(ana.user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    stays = "Invitations that came by mail stay in your calendar"
    assert stays not in client.get(path).content.decode()
    choose(ana.user, **ON)
    page = client.get(path)
    assert (page.status_code, stays in page.content.decode()) == (200, True)


def test_the_option_is_off_and_says_what_stays(ana: Partner) -> None:
    page = signed_in(ana.user).get("/settings/").content.decode()
    box = re.search(r'<input[^>]*name="calendar_mails"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    assert "what was sent then stays in your calendar until you remove it yourself" in page
    choose(ana.user, **ON, calendar_mail_title="kind")
    page = signed_in(ana.user).get("/settings/").content.decode()
    assert re.search(r'name="calendar_mails"[^>]*checked', page)
    assert re.search(r'value="kind"[^>]*checked', page)


def while_refusing(settings: Settings, inbox: Inbox, answer: str) -> None:
    """Have everything sent to a mail server that takes nothing, and answers like this."""
    server = Controller(Refusing(answer=answer), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        settings.EMAIL_PORT = server.port
        deliver_changes()
    finally:
        server.stop()
        settings.EMAIL_PORT = inbox.port
