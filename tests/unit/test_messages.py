"""What a notice says: the whole text of each kind, and times that need a word more."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest

from scheduler.models import Notice
from scheduler.notifications.links import Topic, read_stop_link, read_time_link
from scheduler.notifications.messages import Message, Telling, compose

BERLIN = ZoneInfo("Europe/Berlin")
NOTICE, READER = uuid.uuid4(), uuid.uuid4()
FRIDAY = dt.datetime(2026, 3, 6, 19, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SITE = "http://127.0.0.1:8000"


def said(
    kind: str,
    *,
    starts_at: dt.datetime = FRIDAY,
    now: dt.datetime = MONDAY,
    language: str = "en",
    zone: ZoneInfo = BERLIN,
    lead: str = "",
) -> Message:
    telling = Telling(
        notice_id=NOTICE,
        message_id="<1@localhost>",
        kind=kind,
        address="ana@example.org",
        user_id=READER,
        zone=zone,
        language=language,
        starts_at=starts_at,
        expires_at=now,
        lead=lead,
    )
    return compose(telling, now=now)


@pytest.mark.parametrize(
    ("kind", "subject", "line"),
    [
        ("offer", "A new time", "There is something new on your calendar page."),
        ("note", "Something new", "There is something new on your calendar page."),
        ("confirmed", "Friday, 20:00", "Friday, 20:00 is in your calendar now."),
        ("freed", "Friday changed", "Friday 20:00 is free again."),
        ("reminder", "Friday, 20:00", "You have something planned on Friday at 20:00."),
    ],
)
def test_each_kind_has_its_words(kind: str, subject: str, line: str) -> None:
    message = said(kind)
    assert (message.subject, message.line) == (subject, line)
    assert message.text().startswith(line + "\n\n")
    assert f"<p>{line}</p>" in message.html()


@pytest.mark.parametrize(
    ("day", "new_york"),
    [("2026-03-06", "14:00"), ("2026-04-03", "14:00"), ("2026-03-20", "15:00"), ("2026-10-30", "15:00")],
)
def test_each_reader_is_told_by_their_own_clock(day: str, new_york: str) -> None:
    """The two cities change their clocks weeks apart."""
    starts_at = dt.datetime.fromisoformat(f"{day}T20:00").replace(tzinfo=BERLIN).astimezone(dt.UTC)
    for zone, clock in ((BERLIN, "20:00"), (ZoneInfo("America/New_York"), new_york)):
        message = said("reminder", starts_at=starts_at, now=starts_at - dt.timedelta(hours=2), zone=zone)
        assert message.subject == f"Friday, {clock}"
        assert message.line == f"You have something planned on Friday at {clock}."


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("offer", Topic.OFFERS),
        ("note", Topic.OFFERS),
        ("confirmed", Topic.CHANGES),
        ("freed", Topic.CHANGES),
        ("reminder", Topic.REMINDERS),
    ],
)
def test_each_kind_is_stopped_by_its_own_link(kind: str, topic: Topic) -> None:
    message = said(kind)
    token = message.stop_url.removeprefix(f"{SITE}/s/").rstrip("/")
    assert read_stop_link(token) == (topic, READER)
    assert message.stop_url in message.text()


def test_the_reminder_of_ones_own_list_is_stopped_by_itself_and_leads_to_its_plan() -> None:
    message = said("reminder", lead="room")
    assert message.line == "You asked for an early word about Friday at 20:00."
    assert message.subject == said("reminder").subject
    assert read_stop_link(message.stop_url.removeprefix(f"{SITE}/s/").rstrip("/")) == (Topic.AHEAD, READER)
    assert read_time_link(message.url.removeprefix(f"{SITE}/m/").rstrip("/")) == NOTICE


@pytest.mark.parametrize("kind", ["confirmed", "reminder"])
def test_a_plan_is_freed_by_the_link_in_its_mail(kind: str) -> None:
    token = said(kind).url.removeprefix(f"{SITE}/m/").rstrip("/")
    assert read_time_link(token) == NOTICE


@pytest.mark.parametrize("kind", ["offer", "note", "freed"])
def test_nothing_else_carries_a_link_that_acts(kind: str) -> None:
    assert said(kind).url == f"{SITE}/"


def test_an_hour_that_comes_twice_says_which() -> None:
    second = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert said("reminder", starts_at=second, now=second).subject == "Sunday, 02:30 (second)"
    first = second - dt.timedelta(hours=1)
    assert said("reminder", starts_at=first, now=first).subject == "Sunday, 02:30 (first)"


def test_a_day_that_a_weekday_does_not_tell_carries_its_date() -> None:
    week_before = FRIDAY - dt.timedelta(days=7)
    assert said("reminder", now=week_before).subject == "Friday, 6 March, 20:00"
    assert said("freed", now=week_before).line == "Friday, 6 March 20:00 is free again."


def test_a_message_is_equal_each_time_it_is_made() -> None:
    for kind in Notice.Kind.values:
        assert said(kind) == said(kind)


def test_the_language_of_a_message_leaves_no_trace() -> None:
    assert said("reminder", language="de").language == "de"
    assert said("reminder", language="").language == "en"
