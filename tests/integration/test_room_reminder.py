"""The reminder of one's own list: by choice, ahead of a plan, in words that tell nothing, and off by one click."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client

from accounts.models import Partner
from scheduler.domain.reminders import ROOM, Lead
from scheduler.models import Notice, Preferences, PushDevice, RoomLine
from scheduler.notifications.links import Topic, stop_link
from scheduler.operations.couples import leave
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.notices import plan_reminders_of_user
from scheduler.operations.quiet import go_quiet
from scheduler.operations.room import add_lines, remind_of_room, remove_line, tick_line
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import BERLIN, NOW
from tests.integration.notice_scene import deliver, make_due, part, plan, real_now
from tests.scenes import FRIDAY, agreed, offered, planned
from tests.services import Inbox
from tests.twins import bare

State = Notice.State
pytestmark = pytest.mark.django_db
DISHES = "Dishes before eight"


def ahead_of(partner: Partner) -> list[tuple[str, dt.datetime]]:
    """Return state and moment of the partner's reminders of their list."""
    rows = Notice.objects.filter(recipient=partner, lead=ROOM, channel=Notice.Channel.EMAIL).order_by("due_at")
    return list(rows.values_list("state", "due_at"))


def list_of(partner: Partner) -> uuid.UUID:
    """Put a line on the partner's list; returns its id."""
    add_lines(user=partner.user, lines=[DISHES])
    return RoomLine.objects.get(user=partner.user).pk


def wanted(partner: Partner, lead: Lead | None = Lead.EVENING_BEFORE, *, now: dt.datetime = NOW) -> None:
    remind_of_room(user=partner.user, lead=lead, now=now)


def awake(partner: Partner) -> None:
    Preferences.objects.update_or_create(
        user=partner.user, defaults={"quiet_from": dt.time(4), "quiet_until": dt.time(4, 1)}
    )


def only_ahead() -> None:
    """Leave nothing in the outbox but reminders of lists, and have them due."""
    Notice.objects.exclude(lead=ROOM).delete()
    make_due(lead=ROOM)


def test_none_comes_unless_it_was_chosen(ana: Partner) -> None:
    list_of(ana)
    planned(ana, FRIDAY)
    assert ahead_of(ana) == []


@pytest.mark.parametrize(
    ("lead", "wall"),
    [
        (Lead.TWO_HOURS, "2026-03-06 18:00"),
        (Lead.SAME_MORNING, "2026-03-06 09:00"),
        (Lead.EVENING_BEFORE, "2026-03-05 19:00"),
    ],
)
def test_it_is_due_at_its_lead_for_its_owner_alone(lead: Lead, wall: str, ana: Partner, ben: Partner) -> None:
    Preferences.objects.create(user=ana.user, reminder_leads=["15m"])
    wanted(ana, lead)
    planned(ana, FRIDAY)
    moment = dt.datetime.fromisoformat(wall).replace(tzinfo=BERLIN)
    assert ahead_of(ana) == [(State.PENDING, moment)]
    assert ahead_of(ben) == []


def test_it_keeps_out_of_quiet_hours(ana: Partner) -> None:
    Preferences.objects.create(user=ana.user, quiet_from=dt.time(18), quiet_until=dt.time(9))
    wanted(ana)
    planned(ana, FRIDAY)
    assert ahead_of(ana) == [(State.PENDING, dt.datetime(2026, 3, 5, 17, 59, tzinfo=BERLIN))]


def test_it_gives_way_to_another_reminder_at_the_same_moment(ana: Partner) -> None:
    Preferences.objects.create(user=ana.user, reminder_leads=["evening_before"])
    wanted(ana)
    planned(ana, FRIDAY)
    assert ahead_of(ana) == []


def test_choosing_moves_it_and_takes_it_away(ana: Partner, ana_client: Client) -> None:
    Preferences.objects.create(user=ana.user, reminder_leads=["15m"])
    planned(ana, FRIDAY)
    for lead, hour in (("2h", 18), ("same_morning", 9)):
        assert ana_client.post("/room/reminder/", {"lead": lead}).status_code == 303
        assert ahead_of(ana) == [(State.PENDING, dt.datetime(2026, 3, 6, hour, tzinfo=BERLIN))]
        assert re.search(rf'value="{lead}"[^>]* checked', ana_client.get("/room/").content.decode())
    assert ana_client.post("/room/reminder/", {"lead": ""}).status_code == 303
    assert [state for state, _ in ahead_of(ana)] == [State.DROPPED]


def test_it_follows_a_move_and_goes_with_its_plan(ana: Partner, ben: Partner) -> None:
    wanted(ana)
    first = planned(ana, FRIDAY)
    later = FRIDAY + dt.timedelta(days=3)
    second = agreed(offered(ana, later, moves=first.pk)[0])
    live = Notice.objects.filter(lead=ROOM, state=State.PENDING)
    assert list(live.values_list("cause", "due_at")) == [(second.pk, later - dt.timedelta(hours=25))]
    free(partner=ben, slot_id=second.pk, now=NOW)
    assert not live.exists()
    assert undo_free(partner=ben, slot_id=second.pk, now=NOW)
    assert live.count() == 1
    leave(partner=ben, tell_partner=False, now=NOW)
    assert not Notice.objects.exists()


def test_it_says_nothing_of_the_list(ana: Partner, smtp_sink: Inbox) -> None:
    awake(ana)
    list_of(ana)
    wanted(ana, now=real_now())
    slot = plan(ana)
    only_ahead()
    assert deliver() == 1
    [mail] = smtp_sink.mails
    here = slot.starts_at.astimezone(BERLIN)
    assert (mail["To"], mail["Subject"]) == (ana.user.email, f"{here:%A}, 20:00")
    text = part(mail, "plain")
    assert text.startswith(f"You asked for an early word about {here:%A} at 20:00.\n\nDetails or changes: ")
    assert "No more early words: http://127.0.0.1:8000/s/" in text
    assert not [word for word in ("ishes", "list", "room", "Pear", "together") if word in bare(mail)]
    assert deliver() == 0


@pytest.mark.parametrize("why", ["ticked", "empty", "off", "quiet", "freed", "stopped"])
def test_it_is_asked_again_as_it_leaves(why: str, ana: Partner, smtp_sink: Inbox) -> None:
    awake(ana)
    line = list_of(ana)
    wanted(ana, now=real_now())
    slot = plan(ana)
    only_ahead()
    rows = Notice.objects.filter(lead=ROOM)
    if why == "ticked":
        tick_line(user=ana.user, line_id=line, ticked=True)
    elif why == "empty":
        remove_line(user=ana.user, line_id=line)
    elif why == "off":
        Preferences.objects.filter(user=ana.user).update(room_lead="")
    elif why == "quiet":
        go_quiet(user=ana.user, now=real_now())
    elif why == "freed":
        free(partner=ana, slot_id=slot.pk, now=real_now())
    else:
        stop_mails(user_id=ana.user_id, topic=Topic.AHEAD, now=real_now())
    assert deliver() == 0
    assert smtp_sink.mails == []
    assert set(rows.values_list("state", flat=True)) == {State.DROPPED}


def test_one_click_ends_it_and_nothing_else(ana: Partner, client: Client) -> None:
    wanted(ana, now=real_now())
    plan(ana)
    path = stop_link(Topic.AHEAD, ana.user_id).removeprefix("http://127.0.0.1:8000")
    assert "No more early words" in client.get(path).content.decode()
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"}, headers={"origin": "null"})
        assert "No more early words will come." in answer.content.decode()
    chosen = Preferences.objects.get(user=ana.user)
    assert (chosen.room_lead, chosen.reminder_leads, chosen.mail_reminders) == ("", ["2h"], True)
    assert set(Notice.objects.filter(recipient=ana, kind="reminder").values_list("lead", "state")) == {
        (ROOM, State.DROPPED),
        ("2h", State.PENDING),
    }


def test_no_more_reminders_means_none_of_this_sort_either(ana: Partner) -> None:
    wanted(ana, now=real_now())
    plan(ana)
    stop_mails(user_id=ana.user_id, topic=Topic.REMINDERS, now=real_now())
    assert Preferences.objects.get(user=ana.user).room_lead == ""
    assert not Notice.objects.filter(recipient=ana, kind="reminder", state=State.PENDING).exists()


def test_it_comes_once_whatever_is_chosen_later(ana: Partner) -> None:
    Preferences.objects.create(user=ana.user, reminder_leads=["15m"])
    wanted(ana)
    planned(ana, FRIDAY)
    Notice.objects.filter(lead=ROOM).update(state=State.SENT, send_started_at=NOW, sent_at=NOW)
    for lead in (Lead.TWO_HOURS, None, Lead.SAME_MORNING):
        wanted(ana, lead)
        plan_reminders_of_user(user=ana.user, now=NOW)
    assert [state for state, _ in ahead_of(ana)] == [State.SENT]


def test_an_unlinked_user_has_it_once_there_is_a_plan(ana: Partner) -> None:
    """What was chosen before there was a partner holds afterwards."""
    Preferences.objects.create(user=ana.user, room_lead="2h", reminder_leads=[])
    planned(ana, FRIDAY)
    assert ahead_of(ana) == [(State.PENDING, FRIDAY - dt.timedelta(hours=2))]


def test_it_comes_on_the_ways_on_which_other_reminders_come(ana: Partner) -> None:
    PushDevice.objects.create(user=ana.user, place=1, endpoint="https://push.example/1", label="x", created_at=NOW)
    Preferences.objects.create(user=ana.user, reminder_leads=[])
    wanted(ana)
    planned(ana, FRIDAY)
    rows = Notice.objects.filter(recipient=ana, lead=ROOM, state=State.PENDING)
    assert {*rows.values_list("channel", flat=True)} == {"email", "push"}
    Preferences.objects.filter(user=ana.user).update(mail_reminders=False)
    plan_reminders_of_user(user=ana.user, now=NOW)
    assert {*rows.values_list("channel", flat=True)} == {"push"}
