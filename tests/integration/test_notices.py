"""Notices by their front door: acts of a couple on one side, a real mail server on the other."""

import datetime as dt

import pytest
from django.core.management import call_command

from accounts import outbox
from accounts.models import Partner
from config.celery import app as celery_app
from scheduler.models import CalendarEntry, Notice, Preferences
from scheduler.notifications.channels import CHANNELS
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.notices import plan_reminders_of_user
from scheduler.operations.offers import change_time, send_kind_note
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import BERLIN, NEW_YORK
from tests.integration.notice_scene import deliver, evening_in, make_due, part, plan, real_now
from tests.scenes import heard_of, offered, proposal
from tests.services import Inbox

Kind, State = Notice.Kind, Notice.State
pytestmark = pytest.mark.django_db


def test_a_plan_is_told_to_both_in_their_own_zone(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    assert deliver() == 2
    here, there = slot.starts_at.astimezone(BERLIN), slot.starts_at.astimezone(NEW_YORK)
    [to_ana], [to_ben] = smtp_sink.to(ana.user.email), smtp_sink.to(ben.user.email)
    assert to_ana["Subject"] == f"{here:%A}, {here:%H:%M}"
    assert to_ben["Subject"] == f"{there:%A}, {there:%H:%M}"
    assert f"{here:%A}, {here:%H:%M} is in your calendar now." in part(to_ana, "plain")
    assert f"{there:%A}, {there:%H:%M} is in your calendar now." in part(to_ben, "html")
    assert deliver() == 0


def test_a_far_day_is_named_with_its_date(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana, days=20)
    deliver()
    here = slot.starts_at.astimezone(BERLIN)
    assert smtp_sink.to(ana.user.email)[0]["Subject"] == f"{here:%A}, {here.day} {here:%B}, 20:00"


def test_every_mail_carries_what_mail_programs_look_for(ana: Partner, smtp_sink: Inbox) -> None:
    plan(ana)
    deliver()
    for mail in smtp_sink.mails:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/s/")
        assert mail["From"] == "Calendar <calendar@localhost>"
        assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == 2


def test_an_offer_is_told_to_the_other_only_and_names_no_time(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    offered(ana, evening_in(3), evening_in(4), now=real_now())
    assert deliver() == 1
    [mail] = smtp_sink.mails
    assert (mail["To"], mail["Subject"]) == (ben.user.email, "A new time")
    assert "There is something new on your calendar page." in part(mail, "plain")
    assert "20:00" not in part(mail, "plain")


@pytest.mark.usefixtures("smtp_sink")
def test_one_offer_mail_a_day(ana: Partner) -> None:
    first = offered(ana, evening_in(3), now=real_now())[0]
    deliver()
    offered(ana, evening_in(4), now=real_now())
    change_time(
        partner=ana,
        slot_id=first.pk,
        revision=1,
        period=proposal(evening_in(5)).periods[0],
        zone="Europe/Berlin",
        now=real_now(),
    )
    assert Notice.objects.filter(kind=Kind.OFFER).count() == 3
    assert deliver() == 0
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SENT, State.DROPPED}
    Notice.objects.filter(state=State.SENT).update(send_started_at=real_now() - dt.timedelta(hours=25))
    offered(ana, evening_in(6), now=real_now())
    assert deliver() == 1


def test_freeing_is_told_to_both_after_the_time_to_undo(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    deliver()
    smtp_sink.mails.clear()
    before, minute = outbox.database_now(), dt.timedelta(seconds=60)
    free(partner=ben, slot_id=slot.pk, now=real_now())
    after = outbox.database_now()
    freed = Notice.objects.filter(kind=Kind.FREED)
    assert all(before + minute <= notice.due_at <= after + minute for notice in freed)
    assert deliver() == 0
    make_due(kind=Kind.FREED)
    assert deliver() == 2
    here = slot.starts_at.astimezone(BERLIN)
    [mail] = smtp_sink.to(ana.user.email)
    assert mail["Subject"] == f"{here:%A} changed"
    assert f"{here:%A} 20:00 is free again." in part(mail, "plain")
    assert not Notice.objects.filter(state=State.PENDING).exists()


def test_what_is_undone_is_never_told(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    deliver()
    smtp_sink.mails.clear()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    make_due(kind=Kind.FREED)
    assert deliver() == 0
    pending = Notice.objects.filter(state=State.PENDING)
    sequences = CalendarEntry.objects.values_list("sequence", flat=True)
    assert {(row.kind, row.revision) for row in pending} == {(Kind.REMINDER, sequences[0])}


@pytest.mark.usefixtures("smtp_sink")
def test_both_pressing_ends_the_hold(ana: Partner, ben: Partner) -> None:
    slot = plan(ana)
    heard_of(slot)
    for partner in (ana, ben):
        free(partner=partner, slot_id=slot.pk, now=real_now())
    assert deliver() == 2


def test_a_kind_note_is_told_to_the_author(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = offered(ana, evening_in(3), now=real_now())[0]
    send_kind_note(partner=ben, slot_id=slot.pk, sentence="hold", now=real_now())
    assert deliver() == 1
    [mail] = smtp_sink.mails
    assert (mail["To"], mail["Subject"]) == (ana.user.email, "Something new")
    assert "hold each other" not in mail.as_string()


def test_a_reminder_says_when_and_where_to_change_it(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    deliver()
    smtp_sink.mails.clear()
    Preferences.objects.create(user=ana.user, quiet_from=dt.time(4), quiet_until=dt.time(4, 1))
    make_due(kind=Kind.REMINDER, recipient=ana)
    assert deliver() == 1
    [mail] = smtp_sink.mails
    here = slot.starts_at.astimezone(BERLIN)
    assert mail["Subject"] == f"{here:%A}, 20:00"
    text = part(mail, "plain")
    assert f"You have something planned on {here:%A} at 20:00." in text
    assert "Details or changes: http://127.0.0.1:8000/m/" in text
    assert deliver() == 0


def test_reminders_follow_the_settings_and_come_once(ana: Partner) -> None:
    slot = plan(ana)
    mine = Notice.objects.filter(kind=Kind.REMINDER, recipient=ana)
    assert [(row.lead, row.due_at) for row in mine] == [("2h", slot.starts_at - dt.timedelta(hours=2))]
    choices = Preferences.objects.create(user=ana.user, reminder_leads=["evening_before", "15m"])
    plan_reminders_of_user(user=ana.user, now=real_now())
    assert set(mine.filter(state=State.PENDING).values_list("lead", flat=True)) == {"evening_before", "15m"}
    mine.filter(lead="15m").update(state=State.SENT, send_started_at=real_now(), sent_at=real_now())
    for leads in ([], ["2h", "15m"]):
        choices.reminder_leads = leads
        choices.save(update_fields=["reminder_leads"])
        plan_reminders_of_user(user=ana.user, now=real_now())
    assert mine.all().count() == 3
    assert list(mine.filter(state=State.PENDING).values_list("lead", flat=True)) == ["2h"]
    assert mine.get(lead="15m").state == State.SENT


def test_moving_to_another_zone_moves_reminders_bound_to_wall_time(ana: Partner) -> None:
    Preferences.objects.create(user=ana.user, reminder_leads=["same_morning"])
    slot = plan(ana)
    mine = Notice.objects.get(kind=Kind.REMINDER, recipient=ana)
    assert mine.due_at.astimezone(BERLIN).time() == dt.time(9)
    ana.user.time_zone = "America/New_York"
    ana.user.save(update_fields=["time_zone"])
    plan_reminders_of_user(user=ana.user, now=real_now())
    mine.refresh_from_db()
    assert mine.due_at.astimezone(NEW_YORK).time() == dt.time(9)
    slot.refresh_from_db()
    assert slot.starts_at == CalendarEntry.objects.get(partner=ana).starts_at


def test_mails_speak_the_readers_language(ana: Partner, smtp_sink: Inbox) -> None:
    ana.user.language = "de"
    ana.user.save(update_fields=["language"])
    slot = plan(ana)
    deliver()
    [mail] = smtp_sink.to(ana.user.email)
    days = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
    assert mail["Subject"] == f"{days[slot.starts_at.astimezone(BERLIN).weekday()]}, 20:00"
    assert '<html lang="de" dir="ltr">' in part(mail, "html")


def test_nothing_in_a_mail_names_anyone_or_anything(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    free(partner=ana, slot_id=slot.pk, now=real_now())
    make_due()
    deliver()
    offered(ana, evening_in(5), now=real_now())
    deliver()
    for mail in smtp_sink.mails:
        text = mail.as_string().lower()
        reader = str(mail["To"])
        others = [word for partner in (ana, ben) for word in (partner.user.email, partner.user.name.lower() + " ")]
        assert not [word for word in others if word not in reader and word in text]
        assert not [word for word in ("pear", "together", "intima", "desire", "partner", "sex") if word in text]


def test_an_idle_sender_takes_three_looks_on_each_way_and_writes_nothing(django_assert_num_queries: object) -> None:
    now = outbox.database_now()
    with django_assert_num_queries(3 * len(CHANNELS)):
        assert deliver_notices(now=now) == 0


def test_the_names_that_requests_send_to_are_tasks_of_the_worker() -> None:
    celery_app.loader.import_default_modules()
    assert {"scheduler.deliver", "scheduler.fade", "scheduler.purge"} <= set(celery_app.tasks)
    call_command("check")
