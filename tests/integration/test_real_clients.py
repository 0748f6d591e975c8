"""Two people's doings as real calendar programs show them: vdirsyncer with khal, and a Radicale that takes them in."""

import datetime as dt
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.models import Partner
from scheduler.operations.feeds import revoke_feed
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.cast import make_couple, make_user, signed_in
from tests.clients import OWNER, Radicale, program, radicale_running, run
from tests.integration.feed_scene import DAY, make_feed
from tests.scenes import agreed, offered, planned
from tests.world import evening

# One engine is enough to see whether others understand our bytes: these programs know nothing of the database.
pytestmark = [pytest.mark.story, pytest.mark.django_db(transaction=True)]

SYNC = """
[general]
status_path = "{home}/status"
[pair feed]
a = "pear"
b = "folder"
collections = null
[pair onward]
a = "folder"
b = "radicale"
collections = null
[storage pear]
type = "http"
url = "{feed}"
[storage folder]
type = "filesystem"
path = "{home}/entries"
fileext = ".ics"
[storage radicale]
type = "caldav"
url = "{radicale}/{owner}/times/"
username = "{owner}"
password = "x"
"""
KHAL = """
[calendars]
[[times]]
path = {home}/entries
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
"""
LINE = "{start-date-long} {start-time} {end-date-long} {end-time} {title}"


@dataclass(frozen=True)
class Programs:
    """One person's calendar programs, and the address that they were given."""

    home: Path
    zone: ZoneInfo
    radicale: Radicale

    def subscribe(self, address: str) -> None:
        """Write the settings, as the owner does once."""
        config = SYNC.format(home=self.home, feed=address, radicale=self.radicale.url, owner=OWNER)
        (self.home / "sync.conf").write_text(config)
        (self.home / "khal.conf").write_text(KHAL.format(home=self.home, zone=self.zone.key))
        (self.home / "entries").mkdir()
        (self.home / "status").mkdir()
        assert self.radicale.ask("MKCALENDAR", f"/{OWNER}/times/")[0] == 201
        run(program("vdirsyncer"), "-c", self.home / "sync.conf", "discover", home=self.home)

    def sync(self) -> None:
        """Bring the feed into the folder, and the folder into Radicale."""
        for pair in ("feed", "onward"):  # one after the other: named together they run at once
            run(program("vdirsyncer"), "-c", self.home / "sync.conf", "sync", pair, home=self.home)

    def shown_by_khal(self) -> set[str]:
        """Return what khal lists from today on: start, end and title, by the owner's clocks."""
        words = ("list", "--once", "--day-format", "", "--format", LINE, "today", "60d")
        return set(run(program("khal"), "-c", self.home / "khal.conf", *words, home=self.home).splitlines())

    def kept_by_radicale(self) -> set[str]:
        """Return the same of the entries that Radicale gives back."""
        status, body = self.radicale.ask("GET", f"/{OWNER}/times/")
        assert status == 200
        events: list[Any] = icalendar.Calendar.from_ical(body).walk("VEVENT")
        ahead = [event for event in events if event["DTSTART"].dt > timezone.now()]
        return {line(event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]), self.zone) for event in ahead}


def line(starts_at: dt.datetime, ends_at: dt.datetime, title: str, zone: ZoneInfo) -> str:
    """Return an entry as LINE has it."""
    start, end = (moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") for moment in (starts_at, ends_at))
    return f"{start} {end} {title}"


class Times(HTMLParser):
    """Collects what a page shows in its `<time>` elements, as far as these name an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "time" and "T" in str(dict(attrs)["datetime"]):
            self.inside = True
            self.shown.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "time"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.shown[-1] += data


def shown_by_the_page(partner: Partner) -> set[str]:
    """Return the plans on the overview, as they stand there: "Friday, 6 March, 20:00-22:00", with an en dash."""
    page = Times()
    page.feed(signed_in(partner.user).get("/").content.decode())
    return {" ".join(text.split()) for text in page.shown}


def as_on_the_page(entry: str) -> str:
    """Return a line of khal's in the words of the page."""
    start, end = (dt.datetime.fromisoformat(" ".join(entry.split()[at : at + 2])) for at in (0, 2))
    return f"{start:%A}, {start.day} {start:%B}, {start:%H:%M}–{end:%H:%M}"  # noqa: RUF001  (the page's own dash)


def check_all_agree(partner: Partner, programs: Programs, *, cancelled: int = 0) -> None:
    """Sync, and compare what the page, khal and Radicale show; khal alone tells of cancelled entries, as such."""
    programs.sync()
    listed = programs.shown_by_khal()
    live = {entry for entry in listed if entry.endswith(" Busy") and "Cancelled" not in entry}
    assert {as_on_the_page(entry) for entry in live} == shown_by_the_page(partner)
    assert {entry.endswith("Cancelled: Busy") for entry in listed - live} == ({True} if cancelled else set())
    assert len(listed - live) == cancelled
    assert programs.kept_by_radicale() == listed


def test_programs_show_what_the_page_shows(live_server: LiveServer, tmp_path: Path) -> None:
    now = timezone.now()
    ana, ben = make_couple(make_user("ana"), make_user("ben", time_zone="America/New_York"))
    path, feed = make_feed(ben.user, now=now - DAY)
    with radicale_running(tmp_path) as radicale:
        programs = Programs(tmp_path, ZoneInfo("America/New_York"), radicale)
        programs.subscribe(f"{live_server.url}{path}")

        planned(ben, evening(3, now), now=now)
        slot = planned(ana, evening(4, now), now=now)
        check_all_agree(ben, programs)
        assert len(shown_by_the_page(ben)) == 2

        moved = agreed(offered(ana, evening(6, now), moves=slot.pk, now=now)[0], now=now)
        check_all_agree(ben, programs)

        free(partner=ana, slot_id=moved.pk, now=now)
        check_all_agree(ben, programs, cancelled=1)

        assert undo_free(partner=ana, slot_id=moved.pk, now=now)
        check_all_agree(ben, programs)
        assert len(shown_by_the_page(ben)) == 2

        revoke_feed(user=ben.user, feed_id=feed.pk, now=now)
        programs.sync()
        assert programs.shown_by_khal() == programs.kept_by_radicale() == set()
        [left] = (tmp_path / "entries").glob("*.ics")
        assert b"Calendar connected" in left.read_bytes()
