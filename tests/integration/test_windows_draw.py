"""The weekly draw: at most one time, for both at one moment; then all marks are gone, and the same notice is due."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from accounts import outbox
from accounts.models import Couple, Partner, User
from scheduler.models import Lane, Notice, Offer, Preferences, PushDevice, Slot, Window, Yes
from scheduler.notifications.links import Topic
from scheduler.operations.couples import leave, set_break
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.slots import say_yes
from scheduler.operations.windows import draw_weeks, forget_windows
from scheduler.queries.export import export_of
from scheduler.queries.slots import slot_views
from tests.cast import NOW
from tests.crowd import crowd_of
from tests.multitude import analyze, copies_of, dialect
from tests.plans import plans_of
from tests.scenes import planned
from tests.services import Inbox
from tests.twins import bare
from tests.windows_scene import HOUR, draw_of, marked

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
EVENINGS = ((1, 19, 2), (3, 20, 2), (5, 18, 3))


def both_marked(ana: Partner, ben: Partner) -> dt.datetime:
    """Let both mark the same; returns the moment of the draw."""
    marked(ana, *EVENINGS)
    marked(ben, *EVENINGS, by=ana)
    return draw_of(ana)


def lined_up(*partners: Partner) -> list[bool]:
    return [Lane.objects.filter(partner=partner, lined_up=True).exists() for partner in partners]


def test_one_time_comes_up_with_nobodys_yes_and_all_marks_are_gone(ana: Partner, ben: Partner) -> None:
    draw_at = both_marked(ana, ben)
    assert draw_weeks(now=draw_at - SECOND) == 0
    assert Window.objects.count() == 6
    assert draw_weeks(now=draw_at) == 1
    slot = Slot.objects.get()
    assert slot.offer.author is None
    assert not Yes.objects.exists()
    assert slot.ends_at - slot.starts_at == HOUR
    assert slot.zone == "Europe/Berlin"
    assert not Window.objects.exists()
    assert lined_up(ana, ben) == [True, True]
    assert {lane.draws_at for lane in Lane.objects.all()} == {draw_at + 7 * DAY}
    shown = [[(view.id, view.actions, view.drafted) for view in slot_views(who, now=draw_at)] for who in (ana, ben)]
    assert shown[0] == shown[1]
    for who, is_plan in ((ben, False), (ana, True)):
        assert say_yes(partner=who, slot_id=slot.pk, revision=slot.revision, now=draw_at) is is_plan


def test_the_time_that_comes_up_is_as_long_as_the_shorter_of_the_two_lengths(ana: Partner, ben: Partner) -> None:
    marked(ana, (4, 18, 5), shortest=2 * HOUR)
    marked(ben, (4, 20, 4), by=ana, shortest=1.5 * HOUR)
    draw_weeks(now=draw_of(ana))
    slot = Slot.objects.get()
    assert slot.ends_at - slot.starts_at == 1.5 * HOUR


def test_any_number_of_ticks_draws_once_and_a_late_one_draws_the_same(ana: Partner, ben: Partner) -> None:
    draw_at = both_marked(ana, ben)
    drawn = []
    for late in (0 * HOUR, 1 * HOUR, 5 * HOUR):
        offers, lanes = list(Offer.objects.all()), list(Lane.objects.values())
        windows = list(Window.objects.all())
        assert [draw_weeks(now=draw_at + late), draw_weeks(now=draw_at + late + SECOND)] == [1, 0]
        drawn.append(Slot.objects.values_list("starts_at", "ends_at").get())
        assert offers == []
        Offer.objects.all().delete()
        Window.objects.bulk_create(windows)
        for lane in lanes:
            Lane.objects.filter(pk=lane["id"]).update(draws_at=lane["draws_at"])
    assert len(set(drawn)) == 1


def test_a_worker_that_was_away_for_weeks_forgets_what_is_past(ana: Partner, ben: Partner) -> None:
    draw_at = both_marked(ana, ben)
    assert draw_weeks(now=draw_at + 15 * DAY) == 1
    assert not Slot.objects.exists()
    assert not Window.objects.exists()
    assert lined_up(ana, ben) == [False, False]
    assert {lane.draws_at for lane in Lane.objects.all()} == {draw_of(ana, now=draw_at + 15 * DAY)}


def nobody(ana: Partner, ben: Partner) -> None:
    """Neither has ever marked anything."""


def one_alone(ana: Partner, ben: Partner) -> None:  # noqa: ARG001
    marked(ana, *EVENINGS)


def past_each_other(ana: Partner, ben: Partner) -> None:
    marked(ana, (2, 18, 3))
    marked(ben, (2, 21, 3), by=ana)


def too_short(ana: Partner, ben: Partner) -> None:
    marked(ana, (2, 18, 3))
    marked(ben, (2, 20.5, 2), by=ana)


def with_a_break(ana: Partner, ben: Partner) -> None:
    both_marked(ana, ben)
    set_break(partner=ben, on=True)


def over_a_plan(ana: Partner, ben: Partner) -> None:
    marked(ana, (1, 19, 2))
    marked(ben, (1, 19, 2), by=ana)
    planned(ana, draw_of(ana) + 2 * DAY + 1.5 * HOUR, length=HOUR)


def forgotten(ana: Partner, ben: Partner) -> None:
    both_marked(ana, ben)
    forget_windows(partner=ben)


NOTHING = [nobody, one_alone, past_each_other, too_short, with_a_break, over_a_plan, forgotten]
SENTENCE = "Nothing lined up this week. That happens a lot, for all sorts of reasons."


@pytest.mark.parametrize("scene", NOTHING)
def test_whatever_the_cause_both_read_the_same_sentence(
    scene: Callable[[Partner, Partner], None], ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    scene(ana, ben)
    before = Slot.objects.count()
    draw_weeks(now=draw_of(ana))
    assert Slot.objects.count() == before
    for client in (ana_client, ben_client):
        assert SENTENCE in client.get("/week/").content.decode()


def test_what_a_plan_leaves_of_an_overlap_can_come_up(ana: Partner, ben: Partner) -> None:
    marked(ana, (1, 17, 5))
    marked(ben, (1, 17, 5), by=ana)
    plan = planned(ana, draw_of(ana) + 2 * DAY + HOUR, length=2 * HOUR)  # 19:00 to 21:00
    draw_weeks(now=draw_of(ana))
    slot = Slot.objects.exclude(pk=plan.pk).get()
    assert slot.ends_at <= plan.starts_at or plan.ends_at <= slot.starts_at


def test_what_is_marked_in_the_locked_hour_waits_for_the_next_draw(ana: Partner, ben: Partner) -> None:
    draw_at = draw_of(ana)
    late = draw_at - HOUR
    marked(ana, *EVENINGS)
    marked(ben, *EVENINGS, by=ana, now=late)
    assert draw_weeks(now=draw_at) == 1
    assert set(Window.objects.values_list("partner", flat=True)) == {ben.pk}
    marked(ana, *EVENINGS, now=draw_at)
    assert draw_weeks(now=draw_at + 7 * DAY) == 1
    assert Slot.objects.get().starts_at > draw_at + 7 * DAY
    assert not Window.objects.exists()


def test_the_draw_keeps_its_wall_time_over_a_change_of_the_clocks(ana: Partner, ben: Partner) -> None:
    now = dt.datetime(2026, 3, 23, 9, tzinfo=dt.UTC)  # clocks change on the Sunday of that draw
    marked(ana, (6, 1, 3), now=now)
    marked(ben, (6, 1, 3), by=ana, now=now)
    assert draw_of(ana, now=now) == dt.datetime(2026, 3, 29, 16, tzinfo=dt.UTC)
    assert draw_weeks(now=draw_of(ana, now=now)) == 1
    assert Slot.objects.count() == 1


# Notices -----------------------------------------------------------------------------------------------------------


def awake(*partners: Partner) -> None:
    """Let nobody have quiet hours around the real time at which the test runs."""
    at = outbox.database_now().astimezone(dt.UTC).replace(tzinfo=None) + dt.timedelta(hours=12)
    for partner in partners:
        User.objects.filter(pk=partner.user_id).update(time_zone="UTC")
        quiet = {"quiet_from": at.time(), "quiet_until": (at + dt.timedelta(minutes=1)).time()}
        Preferences.objects.update_or_create(user=partner.user, defaults=quiet)


def told(inbox: Inbox, *partners: Partner) -> list[list[str]]:
    """Deliver what is due; returns the mails of each, as they are read."""
    Notice.objects.filter(kind="week").update(due_at=outbox.database_now(), expires_at=outbox.database_now() + DAY)
    deliver_notices(now=outbox.database_now())
    mails = [[bare(mail) for mail in inbox.to(who.user.email)] for who in partners]
    return [[text.replace(who.user.email, "") for text in texts] for who, texts in zip(partners, mails, strict=True)]


@pytest.mark.parametrize("scene", [both_marked, past_each_other, forgotten])
def test_both_get_the_same_neutral_notice_whatever_came_of_it(
    scene: Callable[[Partner, Partner], object], ana: Partner, ben: Partner, smtp_sink: Inbox
) -> None:
    awake(ana, ben)
    scene(ana, ben)
    draw_weeks(now=draw_of(ana))
    rows = Notice.objects.values_list("kind", "revision", "lead", "due_at", "expires_at", "starts_at", "state")
    assert len(set(rows)) == 1
    assert len(rows) == 2
    one, other = told(smtp_sink, ana, ben)
    assert len(one) == 1
    assert one == other
    assert "On your calendar page a new week has begun." in one[0]
    assert "Subject: A new week" in one[0]
    assert "/week/" in one[0]


def test_nobody_is_told_before_they_have_marked_something_themselves(ana: Partner, ben: Partner) -> None:
    marked(ana, *EVENINGS)
    draw_weeks(now=draw_of(ana))
    assert set(Notice.objects.values_list("recipient", flat=True)) == {ana.pk}
    draw_weeks(now=draw_of(ana) + 7 * DAY)  # and every week from then on, marked or not
    assert Notice.objects.filter(recipient=ana, kind="week").count() == 2
    assert not Notice.objects.filter(recipient=ben).exists()


def test_whoever_switches_it_off_gets_none(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    awake(ana, ben)
    both_marked(ana, ben)
    draw_weeks(now=draw_of(ana))
    stop_mails(user_id=ana.user_id, topic=Topic.WEEK, now=NOW)
    one, other = told(smtp_sink, ana, ben)
    assert (len(one), len(other)) == (0, 1)
    assert Notice.objects.get(recipient=ana).state == Notice.State.DROPPED


def test_it_waits_for_the_end_of_quiet_hours(ana: Partner, smtp_sink: Inbox) -> None:
    awake(ana)
    now = outbox.database_now()
    around = now.astimezone(dt.UTC).replace(tzinfo=None)
    Preferences.objects.filter(user=ana.user).update(
        quiet_from=(around - HOUR).time(), quiet_until=(around + 2 * HOUR).time()
    )
    marked(ana, *EVENINGS)
    draw_weeks(now=draw_of(ana))
    assert told(smtp_sink, ana) == [[]]
    waiting = Notice.objects.get()
    assert waiting.state == Notice.State.PENDING
    assert HOUR < waiting.due_at - now <= 2 * HOUR


# What is left, and where -------------------------------------------------------------------------------------------


def test_leaving_takes_marks_and_lanes_along(ana: Partner, ben: Partner) -> None:
    both_marked(ana, ben)
    leave(partner=ana, tell_partner=False, now=NOW)
    assert not Window.objects.exists()
    assert not Lane.objects.exists()
    assert draw_weeks(now=NOW + 14 * DAY) == 0


def test_the_export_holds_ones_own_marks_alone(ana: Partner, ben: Partner) -> None:
    marked(ana, (1, 19, 2))
    marked(ben, *EVENINGS, by=ana)
    found = export_of(user=User.objects.get(pk=ana.user_id))
    assert [(row["ends_at"] - row["starts_at"], row["shortest_minutes"]) for row in found["windows"]] == [
        (2 * HOUR, 60)
    ]
    assert len(found["weeks"]) == 1


def test_no_log_line_tells_of_marks_or_of_what_came_of_them(
    ana: Partner, ben: Partner, ana_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="pear")
    ana_client.post("/week/", {"shortest": "60"})
    both_marked(ana, ben)
    draw_weeks(now=draw_of(ana))
    assert [record.getMessage() for record in caplog.records if record.name.startswith("pear")] == []


# The sweep ---------------------------------------------------------------------------------------------------------


def test_the_sweep_meets_the_lanes_that_are_due(ana: Partner, ben: Partner) -> None:
    many = 4000
    draw_at = both_marked(ana, ben)
    _many_others(ana, count=many)
    analyze(Lane, Window, Partner, Couple, User, PushDevice)
    drawn: list[int] = []
    idle = plans_of(lambda: draw_weeks(now=draw_at - SECOND))
    plans = plans_of(lambda: drawn.append(draw_weeks(now=draw_at, limit=10)))
    assert drawn == [1]
    assert Lane.objects.filter(draws_at__lte=draw_at).count() == 0
    for plan in [*idle, *plans]:
        assert not plan.whole & {"scheduler_lane", "scheduler_window", "accounts_partner", "accounts_couple"}, plan
        assert plan.met <= 12, plan
    assert [plan.indexes for plan in idle] == [{"lane_draws"}]


def _many_others(ana: Partner, *, count: int) -> None:
    """Store as many other couples, of whom one has a device, and has marked something for a later draw."""
    sql, lane, window = dialect(), Lane.objects.get(partner=ana), Window.objects.filter(partner=ana)[0]
    device = PushDevice(user=ana.user, place=1, endpoint="https://push.example/", created_at=NOW)
    device.save()
    ids = {name: sql.uuid(name) for name in ("couple", "user", "partner", "device")}
    later = {"draws_at": sql.after(draw_of(ana) + DAY, "n")}
    copies_of(ana.couple, count=count, columns={"id": ids["couple"]})
    copies_of(ana.user, count=count, columns={"id": ids["user"], "email": "n || '@example.org'"})
    own = {"id": ids["device"], "user_id": ids["user"], "endpoint": "'https://push.example/' || n"}
    copies_of(device, count=count, columns=own)
    seat = {"id": ids["partner"], "couple_id": ids["couple"], "user_id": ids["user"]}
    copies_of(ana, count=count, columns=seat)
    copies_of(lane, count=count, columns={"id": "n + 1000", "partner_id": ids["partner"], **later})
    copies_of(window, count=count, columns={"id": "n + 1000", "partner_id": ids["partner"]})


@pytest.mark.django_db(transaction=True)
def test_any_number_of_tickers_at_once_hold_each_draw_once(
    ana: Partner, ben: Partner, dora_and_eli: tuple[Partner, Partner]
) -> None:
    draw_at = both_marked(ana, ben)
    both_marked(*dora_and_eli)
    with crowd_of(4) as crowd:
        answers = crowd.at_once([partial(draw_weeks, now=draw_at)] * 4, crowded=True)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    while draw_weeks(now=draw_at):
        pass
    assert Slot.objects.count() == 2
    assert Slot.objects.values("couple").distinct().count() == 2
    assert Notice.objects.filter(kind="week").count() == 4
    assert not Window.objects.exists()
