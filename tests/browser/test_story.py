"""The whole story of two people, in two browsers, with real web and worker processes, from sign-up to a freed time."""

import datetime as dt
import email.utils
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import icalendar
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TICK_SECONDS, UNDO_SECONDS, NewPage
from tests.browser.overheard import COVER, Overheard, break_something, overhearing, private_in, secrets_of
from tests.browser.people import OTHER_LANGUAGE, Person
from tests.cast import BERLIN, NEW_YORK
from tests.chromium import DESK, PHONE
from tests.services import Pear, free_port, pear_running, smtp_running, wait_for

pytestmark = pytest.mark.story
YES, OFFERED = "Yes, I'd like that", "Offered. If it suits you both, it will appear in your plans."
PLAN = "You both said yes to %(when)s. It's a plan, not a promise. Either of you can free it, any time."
NOTHING = "Nothing lined up. That happens a lot, for all sorts of reasons."
IN_CALENDAR, FREE_AGAIN = "%(day)s, %(time)s is in your calendar now.", "%(day)s %(time)s is free again."
REMINDER = "You have something planned on %(day)s at %(time)s."
ROOM = dt.timedelta(seconds=30)  # for offering and answering before the reminder is due
LATE = dt.timedelta(seconds=40)  # two ticks and a mail, on a busy machine


@pytest.fixture(scope="module")
def metrics_port() -> int:
    """Where the served Pear shows its numbers."""
    return free_port()


@pytest.fixture(scope="module")
def served(
    run_folder: Path, fresh_postgresql: Callable[[str], str], redis_server: str, metrics_port: int
) -> Iterator[Pear]:
    """Pear on PostgreSQL and Redis, with a mail server, two web and two worker processes, talkative in every way."""
    with (
        smtp_running() as inbox,
        pear_running(
            run_folder / "served",
            database_url=fresh_postgresql("served"),
            redis_url=redis_server,
            inbox=inbox,
            WEB_WORKERS="2",
            WORKER_PROCESSES="2",
            LOG_FORMAT="json",
            METRICS_PORT=str(metrics_port),
            UNDO_SECONDS=str(UNDO_SECONDS),
            TICK_SECONDS=TICK_SECONDS,
        ) as pear,
    ):
        yield pear


READ_IN = {"embedded": ("en", OTHER_LANGUAGE), "served": (OTHER_LANGUAGE, "en")}


@dataclass
class Two:
    """Two linked people and the paths of their feeds."""

    ana: Person
    ben: Person
    feeds: dict[str, str]


def meet(ana: Person, ben: Person) -> Two:
    """Sign up, settle down and link with three words."""
    night = awake_hours()
    for person, city in ((ana, "Europe/Berlin"), (ben, "America/New_York")):
        person.sign_up()
        person.settle(city, quiet=night[city], leads=("15 minutes before", "2 hours before"), cover=COVER)
    link(ana, ben)
    return Two(ana, ben, {person.name: person.add_device() for person in (ana, ben)})


def awake_hours() -> dict[str, tuple[str, str]]:
    """Return quiet hours for both cities that are far from now."""
    quiet = {}
    for zone in (BERLIN, NEW_YORK):
        away = dt.datetime.now(zone) + dt.timedelta(hours=12)
        quiet[zone.key] = (f"{away:%H:%M}", f"{away + dt.timedelta(hours=1):%H:%M}")
    return quiet


def link(ana: Person, ben: Person) -> None:
    """One makes a code, the other enters it; both read the same words and press."""
    for person in (ana, ben):
        person.open("/link/")
    ana.press("Make a code")
    code = ana.page.locator(".code-big").inner_text()
    ben.write("The code you were given", code)
    ben.press("Use this code")
    words = ben.page.locator(".code-big").inner_text()
    assert len(words.split()) == 3
    look_again(ana)
    expect(ana.page.locator(".code-big")).to_have_text(words)
    ana.press("Yes, that's us")
    ben.press("Yes, that's us")
    look_again(ana)
    for person in (ana, ben):
        expect(person.heading("You two are linked")).to_be_visible()


def look_again(person: Person) -> None:
    """See what is new on the page of linking by hand, where it does not come by itself."""
    if not person.by_script:
        person.open("/link/")


def offer_three(ana: Person, start: dt.datetime) -> None:
    """Offer `start` and the same hour on the two days after it."""
    ana.press("Offer a time")
    local = start.astimezone(BERLIN)
    ana.unfold("A second time")
    ana.unfold("A third time")
    for number in range(3):
        moment = local + dt.timedelta(days=number)
        row = ana.page.locator(".inline-fields", has=ana.page.locator(f"[name=t{number + 1}-day]"))
        ana.write("Day", f"{moment:%Y-%m-%d}", within=row)
        ana.write("Start", f"{moment:%H:%M}", within=row)
    ana.press(ana.buttons("Offer this time", within=ana.page.locator("main")).last)
    expect(ana.page.get_by_text(ana.says(OFFERED))).to_be_visible()


def agree(two: Two, start: dt.datetime) -> None:
    """Ben says yes to the first of three; the others end, and both see the plan by their own clocks."""
    ana, ben = two.ana, two.ben
    offer_three(ana, start)
    ben.press("Times")
    assert ben.buttons(YES).count() == 3
    ben.press(YES)
    expect(ben.page.get_by_text(ben.words_of(PLAN))).to_be_visible()
    for person, zone in ((ana, BERLIN), (ben, NEW_YORK)):
        assert person.clock(start, zone) in person.planned()
        assert person.buttons(YES).count() == 0
        assert person.heading("Offered by you").count() == 0


def events(person: Person, path: str) -> list[Any]:
    """Fetch a feed as a calendar program does; returns its times."""
    status, headers, body = person.pear.get(path)
    assert (status, headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found, connected = icalendar.Calendar.from_ical(body).walk("VEVENT"), person.says("Calendar connected")
    return [event for event in found if str(event["SUMMARY"]) != connected]


def both_calendars(two: Two, start: dt.datetime) -> dict[str, Any]:
    """Return the one time in each feed: the same moment, under a neutral title and different UIDs."""
    found = {}
    for person in (two.ana, two.ben):
        [event] = events(person, two.feeds[person.name])
        assert event.start == start
        assert not re.search(rb"Ana|Ben", event.to_ical())
        found[person.name] = event
    assert len({str(event["UID"]) for event in found.values()}) == 2
    return found


def mails_about(person: Person, words: str) -> list[str]:
    """Return the subjects of this person's mails whose text says this."""
    found, said = [], person.words_of(words)
    for mail in person.pear.mails(person.address):
        body = mail.get_body(("plain",))
        if body is not None and said in body.get_content():
            found.append(str(mail["Subject"]))
    return found


def reminded(person: Person, due_at: dt.datetime) -> None:
    """Wait for the one reminder, at its moment and not before."""
    seconds = (due_at - dt.datetime.now(dt.UTC) + LATE).total_seconds()
    wait_for(lambda: mails_about(person, REMINDER), seconds=max(seconds, 1), what=f"{person.name}'s reminder")
    said = person.words_of(REMINDER)
    bodies = [(mail, mail.get_body(("plain",))) for mail in person.pear.mails(person.address)]
    [mail] = [mail for mail, body in bodies if body is not None and said in body.get_content()]
    sent_at = email.utils.parsedate_to_datetime(mail["Date"]).replace(tzinfo=dt.UTC)  # "-0000": UTC, RFC 5322, 3.3
    assert due_at <= sent_at <= due_at + LATE


def free(two: Two, start: dt.datetime) -> None:
    """Ben frees the time with one press; the feeds follow at once, one neutral notice each after the time to undo."""
    ana, ben = two.ana, two.ben
    before = both_calendars(two, start)
    for person in (ana, ben):  # who has not heard that there is a plan is not told that it is free
        wait_for(partial(mails_about, person, IN_CALENDAR), what=f"{person.name}'s word of the plan")
    ben.press("Times")
    ben.press("Free this time")
    expect(ben.page.get_by_text(ben.says("No explanation needed."), exact=True)).to_be_visible()
    for person in (ana, ben):
        assert person.says(NOTHING) in person.planned()
    after = both_calendars(two, start)
    for person in (ana, ben):
        event, was = after[person.name], before[person.name]
        freed = person.says("Cancelled: {}").format(person.says("Busy"))
        assert (str(event["STATUS"]), str(event["SUMMARY"])) == ("CANCELLED", freed)
        assert event["SEQUENCE"] > was["SEQUENCE"]
        assert event["UID"] == was["UID"]
    for person, zone in ((ana, BERLIN), (ben, NEW_YORK)):
        wait_for(partial(mails_about, person, FREE_AGAIN), seconds=UNDO_SECONDS + 45)
        assert mails_about(person, FREE_AGAIN) == [person.says("%(day)s changed", day=person.weekday(start, zone))]


def no_reminder_follows(two: Two, *, sent: int) -> None:
    """Hold that no reminder is left that could still leave: those that were still to come have been dropped."""
    both = {two.ana.address, two.ben.address}
    rows = two.ana.pear.rows(
        "SELECT u.email, n.state FROM scheduler_notice n JOIN accounts_partner p ON p.id = n.recipient_id"
        " JOIN accounts_user u ON u.id = p.user_id WHERE n.kind = 'reminder'"
    )
    states = Counter(state for address, state in rows if address in both)
    assert states == {"dropped": 4 - sent} | ({"sent": sent} if sent else {})
    for person in (two.ana, two.ben):
        assert len(mails_about(person, REMINDER)) == sent / 2


def next_start(lead: dt.timedelta) -> dt.datetime:
    """Return the first whole minute whose reminder, `lead` before it, leaves room to offer and answer."""
    return (dt.datetime.now(dt.UTC) + lead + ROOM + dt.timedelta(minutes=1)).replace(second=0, microsecond=0)


def nothing_private_is_overheard(two: Two, heard: Overheard) -> None:
    """Hold that no log line, error, task, result or number tells a name, an address, a title, a code or a key."""
    break_something(heard.pear, two.ana)
    tokens = {path.removeprefix("/cal/").removesuffix(".ics") for path in two.feeds.values()}
    secrets = secrets_of(two.ana) | secrets_of(two.ben) | tokens
    assert len(secrets) > 15
    texts = heard.texts()
    for where, sign_of_life in (
        ("the log", '"error": ["ProgrammingError'),
        ("the log", '"logger": "pear.delivery"'),
        ("the log", '"route": "press"'),
        ("the broker", "scheduler.deliver"),
        ("the numbers", 'pear_requests_total{method="POST"'),
    ):
        assert sign_of_life in texts[where], where
    assert private_in(texts, secrets) == []
    assert "celery-task-meta" not in texts["the broker"]  # results are not kept at all


@pytest.mark.parametrize("kind", ["embedded", "served"])
def test_from_signing_up_to_a_freed_time(kind: str, request: pytest.FixtureRequest, new_page: NewPage) -> None:
    pear: Pear = request.getfixturevalue(kind)
    hers, his = READ_IN[kind]
    page = new_page(pear.url, zone="Europe/Berlin", width=DESK, language=hers)
    ana = Person("Ana", page, pear, language=hers)
    page = new_page(pear.url, zone="America/New_York", width=PHONE, scheme="dark", language=his)
    ben = Person("Ben", page, pear, language=his)
    broker, port = request.getfixturevalue("redis_server"), request.getfixturevalue("metrics_port")
    with overhearing(pear, redis_url=broker, metrics_port=port) as heard:
        two = meet(ana, ben)
        start = next_start(dt.timedelta(hours=2))
        agree(two, start)
        entries = both_calendars(two, start)
        for person in (ana, ben):
            event = entries[person.name]
            assert (str(event["SUMMARY"]), str(event["STATUS"])) == (person.says("Busy"), "CONFIRMED")
            assert event["SEQUENCE"] == 0
        for person in (ana, ben):
            reminded(person, start - dt.timedelta(hours=2))
        free(two, start)
        no_reminder_follows(two, sent=2)
    if kind == "served":
        nothing_private_is_overheard(two, heard)


@pytest.mark.parametrize("way", ["keys", "plain"])
def test_by_keyboard_alone_and_without_javascript(way: str, embedded: Pear, new_page: NewPage) -> None:
    """The same story; its reminders are due later, and are dropped when the time is freed."""
    javascript, by_keyboard = way != "plain", way == "keys"
    ana, ben = (
        Person(
            f"{name}{way}",
            new_page(embedded.url, zone=zone, width=width, language=language, javascript=javascript),
            embedded,
            by_keyboard=by_keyboard,
            by_script=javascript,
            language=language,
        )
        for name, zone, width, language in (
            ("Ana", "Europe/Berlin", DESK, OTHER_LANGUAGE),
            ("Ben", "America/New_York", PHONE, "en"),
        )
    )
    two = meet(ana, ben)
    start = next_start(dt.timedelta(hours=5))
    agree(two, start)
    free(two, start)
    no_reminder_follows(two, sent=0)
