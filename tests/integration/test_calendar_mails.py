"""Plans as calendar invitations by mail: what comes to one's own calendar, when, and what goes out of it again."""

import datetime as dt
import re
import uuid
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from accounts.models import Partner
from scheduler.models import CalendarEntry, CalendarMail, Notice
from scheduler.operations.couples import leave, set_break
from scheduler.operations.feeds import create_feed
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import signed_in
from tests.golden.situations import NASTY
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
from tests.integration.notice_scene import evening_in, part, plan, real_now
from tests.itip import calendar_in
from tests.scenes import agreed, offered
from tests.services import Inbox
from tests.unit.test_ical_golden import Read, by_ical, by_icalendar, by_vobject

pytestmark = pytest.mark.django_db
Kind = Notice.Kind


def event_in(mail: EmailMessage) -> Read:
    """Return the one event of a mail, as three readers by other people understand it."""
    body = calendar_in(mail)
    assert body is not None
    (read,) = by_icalendar(body)
    assert by_vobject(body) == by_ical(body) == [read]
    return read


def move(ana: Partner, slot_id: uuid.UUID, *, days: int) -> CalendarEntry:
    """Let both agree on another evening instead; returns ana's entry."""
    agreed(offered(ana, evening_in(days), moves=slot_id, now=real_now())[0], now=real_now())
    return CalendarEntry.objects.get(partner=ana, ends_at__gt=real_now(), status="CONFIRMED")


def test_nothing_of_the_sort_comes_unless_it_was_switched_on(ana: Partner, smtp_sink: Inbox) -> None:
    slot = plan(ana)
    deliver_changes()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert len(smtp_sink.mails) == 4
    assert {mail.get_content_type() for mail in smtp_sink.mails} == {"multipart/alternative"}
    assert not CalendarMail.objects.exists()


def test_a_plan_comes_as_an_invitation_with_the_uid_of_the_feed(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    (mail,) = calendar_mails(smtp_sink, ana.user.email)
    read = event_in(mail)
    assert (read.title, read.status, read.sequence, read.free) == ("Busy", "CONFIRMED", 0, False)
    assert (read.starts_at, read.ends_at) == (slot.starts_at, slot.ends_at)
    feed = signed_in(ana.user).get(f"/cal/{create_feed(user=ana.user, label='x', now=real_now())}.ics").content
    assert read.uid in {each.uid for each in by_icalendar(feed)}
    assert b"METHOD:REQUEST\r\n" in (calendar_in(mail) or b"")
    assert told(smtp_sink, ben) == []
    assert len(smtp_sink.to(ben.user.email)) == 1


def test_a_mail_besides_says_what_it_always_says(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON, cover_title="Pottery class", calendar_mail_title="cover")
    plan(ana)
    deliver_changes()
    (mail,) = calendar_mails(smtp_sink, ana.user.email)
    assert event_in(mail).title == "Pottery class"
    texts = [mail["Subject"], part(mail, "plain"), part(mail, "html")]
    assert not [text for text in texts if "Pottery" in text]
    assert re.fullmatch(r"\w+day, 20:00", str(mail["Subject"]))
    assert "is in your calendar now." in texts[1]


def test_the_organizer_is_the_one_address_of_the_installation(
    ana: Partner, smtp_sink: Inbox, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = '"Times, and more" <times+mail@calendar.example>'
    choose(ana.user, **ON)
    plan(ana)
    deliver_changes()
    (mail,) = calendar_mails(smtp_sink, ana.user.email)
    assert said_of(mail).organizer == "times+mail@calendar.example"
    assert mail["From"].addresses[0].display_name == "Times, and more"


def test_a_move_is_an_update_of_the_same_event(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    moved = move(ana, slot.pk, days=5)
    deliver_changes()
    first, second = map(event_in, calendar_mails(smtp_sink, ana.user.email))
    assert (second.uid, second.sequence) == (first.uid, 1)
    assert (second.starts_at, second.ends_at) == (moved.starts_at, moved.ends_at)


@pytest.mark.parametrize("presser", ["ana", "ben"])
def test_a_freed_plan_is_cancelled_by_mail(ana: Partner, ben: Partner, smtp_sink: Inbox, presser: str) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    free(partner={"ana": ana, "ben": ben}[presser], slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]
    request, cancel = map(event_in, calendar_mails(smtp_sink, ana.user.email))
    assert (cancel.uid, cancel.starts_at, cancel.ends_at) == (request.uid, slot.starts_at, slot.ends_at)
    assert (cancel.status, cancel.free, cancel.alarms) == ("CANCELLED", True, 0)
    assert "is free again" in part(calendar_mails(smtp_sink, ana.user.email)[1], "plain")
    assert shown(ana) == 0


def test_what_is_undone_before_it_left_says_nothing(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 3)]


def test_what_is_undone_before_it_left_is_not_taken_out_of_the_calendar(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert not undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    assert [method for method, _ in told(smtp_sink, ana)] == ["REQUEST", "CANCEL"]


def test_a_plan_that_was_never_invited_to_is_never_cancelled(ana: Partner, smtp_sink: Inbox) -> None:
    early = plan(ana)
    deliver_changes()
    choose(ana.user, **ON)
    Notice.objects.filter(kind=Kind.CALENDAR).delete()
    late = plan(ana, days=4)
    for slot in (early, late):
        free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == []


def test_of_two_moves_before_the_first_left_only_the_last_is_told(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    moved = move(ana, slot.pk, days=4)
    last = move(ana, moved.slot_id, days=5)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 2)]
    assert event_in(calendar_mails(smtp_sink, ana.user.email)[0]).starts_at == last.starts_at


def test_what_was_moved_and_freed_before_that_left_is_cancelled_where_it_stands(
    ana: Partner, smtp_sink: Inbox
) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    moved = move(ana, slot.pk, days=5)
    free(partner=ana, slot_id=moved.slot_id, now=real_now())
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 2)]
    assert event_in(calendar_mails(smtp_sink, ana.user.email)[1]).starts_at == slot.starts_at


def test_sent_again_it_is_the_same_message(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    slot = plan(ana)
    deliver_changes()
    as_if_unsure(kind=Kind.CONFIRMED, recipient=ana)
    deliver_changes()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    as_if_unsure(kind=Kind.FREED, recipient=ana)
    deliver_changes()
    mails = smtp_sink.to(ana.user.email)
    assert len(mails) == 4
    for first, again in (mails[:2], mails[2:]):
        assert first["Message-ID"] == again["Message-ID"]
        assert calendar_in(first) == calendar_in(again) != None  # noqa: E711  (three things at once)
    assert told(smtp_sink, ana) == [("REQUEST", 0), ("CANCEL", 1)]


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ({}, "Busy"),
        ({"cover_title": "Yoga"}, "Busy"),
        ({"calendar_mail_title": "cover"}, "Busy"),
        (
            {"calendar_mail_title": "cover", "cover_title": NASTY},
            "Piano, lesson; room 2\\3 DTSTART:19700101 \U0001f3b9",
        ),
        (
            {"calendar_mail_title": "cover", "cover_title": "\U0001f9d1\u200d\U0001f33e" * 20},
            "\U0001f9d1\u200d\U0001f33e" * 20,
        ),
        ({"calendar_mail_title": "kind"}, "Time together, no particular outcome"),
        ({"language": "de"}, "Beschäftigt"),
        ({"language": "de", "calendar_mail_title": "kind"}, "Zeit zu zweit, ohne Erwartung"),
    ],
)
def test_the_title_is_the_reader_s_own_choice(
    ana: Partner, smtp_sink: Inbox, chosen: dict[str, str], title: str
) -> None:
    choose(ana.user, **ON, **chosen)
    slot = plan(ana)
    deliver_changes()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    deliver_changes()
    assert [event_in(mail).title for mail in calendar_mails(smtp_sink, ana.user.email)] == [title, title]


def test_on_a_break_plans_still_come(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    set_break(partner=ana, on=True)
    plan(ana)
    deliver_changes()
    assert told(smtp_sink, ana) == [("REQUEST", 0)]


def test_leaving_sends_nothing_and_leaves_no_row(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    for partner in (ana, ben):
        choose(partner.user, **ON)
    plan(ana)
    deliver_changes()
    smtp_sink.mails.clear()
    leave(partner=ana, tell_partner=False, now=real_now())
    deliver_changes()
    assert smtp_sink.mails == []
    assert not CalendarMail.objects.exists()


def test_a_late_invitation_does_not_leave_after_the_start(ana: Partner, smtp_sink: Inbox) -> None:
    choose(ana.user, **ON)
    plan(ana)
    started = real_now() - dt.timedelta(minutes=5)
    CalendarEntry.objects.update(starts_at=started)
    deliver_changes()
    assert told(smtp_sink, ana) == []
