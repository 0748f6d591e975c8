"""A world in which everything there is exists at once, at the real time, with every mail that Pear sends delivered."""

import datetime as dt
import html
import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts import codes, outbox
from accounts.invitation_mail import mail_invitation
from accounts.letters import deliver_letters
from accounts.linking import open_invitation
from accounts.models import Invitation, Partner, User
from scheduler.domain.reminders import Lead
from scheduler.domain.talk import Card
from scheduler.models import Feed, Notice, Preferences, PushDevice, Sentence
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.jottings import jot_down
from scheduler.operations.offers import send_kind_note
from scheduler.operations.push_devices import switch_on
from scheduler.operations.room import add_lines, remind_of_room
from scheduler.operations.slots import free, say_yes, tuck_away
from tests.cast import BERLIN
from tests.push_service import PushBrowser
from tests.rhythm_scene import begun, proposed
from tests.routes import REACH, Reach
from tests.scenes import drafted, in_common, offered, planned
from tests.services import Inbox
from tests.talk_scene import all_answered

SUBSCRIPTION = PushBrowser("/wp/a-device-of-anas", "https://fcm.googleapis.com").subscription()
CARDS = (Card.MEANING, Card.OFTEN, Card.WHEN, Card.ASKED, Card.NEW)  # one of each sort, and a blank one
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@dataclass
class World:
    """The addresses of everything that exists, and what was mailed."""

    times: dict[str, uuid.UUID] = field(default_factory=dict)
    feed_id: uuid.UUID | None = None
    feed_token: str = ""
    device_id: uuid.UUID | None = None
    code: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    def addresses(self) -> list[str]:
        """Return the path of every page there is: each URL pattern with each object, and every link in a mail."""
        paths = {path for name, reach in REACH.items() for path in self._paths(name, reach)}
        return sorted(
            paths | self.mailed() | {f"/cal/{self.feed_token}.ics", "/static/scheduler/app.css", "/nowhere/"}
        )

    def mailed(self) -> set[str]:
        """Return the path of every link of our own in any mail, its headers included."""
        return {urlsplit(address).path for mail in self.mails for address in links_in(mail)}

    def _paths(self, name: str, reach: Reach) -> list[str]:
        if reach is Reach.TIME:
            return [reverse(name, args=[time]) for time in self.times.values()]
        if reach is Reach.FEED:
            return [reverse(name, args=[self.feed_id])]
        if reach is Reach.DEVICE:
            return [reverse(name, args=[self.device_id])]
        if reach is Reach.CARD:
            return [reverse(name, args=[card]) for card in (CARDS if name == "card" else CARDS[:1])]
        if reach is Reach.SECRET:
            return [reverse(name, args=[self.code])]
        return [reverse(name)]


@pytest.fixture
def world(ana: Partner, ben: Partner, cleo: User, smtp_sink: Inbox) -> World:
    """Everything there is, made and mailed."""
    return whole_world(ana=ana, ben=ben, cleo=cleo, inbox=smtp_sink)


def links_in(mail: EmailMessage) -> set[str]:
    """Return every address that stands in a mail: in its headers, its text and its markup."""
    headers = " ".join(str(value) for value in mail.values())
    bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return {link.rstrip(".,>") for link in ADDRESS.findall(html.unescape(" ".join([headers, *bodies])))}


def evening(days: int, now: dt.datetime) -> dt.datetime:
    """Return 20:00 in Berlin so many days after `now`, in UTC."""
    day = now.astimezone(BERLIN).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(20), BERLIN).astimezone(dt.UTC)


def whole_world(*, ana: Partner, ben: Partner, cleo: User, inbox: Inbox) -> World:
    """Make everything that can exist side by side, through the operations, and have it all mailed."""
    now = outbox.database_now()
    world = World()
    awake_now(ana.user, now)
    awake_now(ben.user, now)
    Preferences.objects.filter(user=ana.user).update(calendar_mails=True)
    add_lines(user=ana.user, lines=["Dishes before eight", "Phones in the hall"])
    remind_of_room(user=ana.user, lead=Lead.EVENING_BEFORE, now=now)
    jot_down(user=ana.user, text="A long walk", now=now)
    in_common(ana, "bath", own="Four hands", since=now - dt.timedelta(days=60))
    for name, days in (("plan", 7), ("freed", 8)):
        world.times[name] = planned(ana, evening(days, now), now=now).pk
    world.times["noted"] = offered(ana, evening(6, now), now=now)[0].pk
    deliver_all()
    send_kind_note(partner=ben, slot_id=world.times["noted"], sentence=Sentence.THINKING, now=now)
    for name, days, author in (("open", 3, ana), ("theirs", 4, ben), ("tucked", 5, ana)):
        world.times[name] = offered(author, evening(days, now), now=now)[0].pk
    for name, days in (("draft", 10), ("draft, answered", 11)):
        world.times[name] = drafted(ana, evening(days, now), now=now)[0].pk
    say_yes(partner=ana, slot_id=world.times["draft, answered"], revision=1, now=now)
    world.times["move"] = offered(ana, evening(9, now), moves=world.times["plan"], now=now)[0].pk
    begun(ana, now=now, first_on=now.date() + dt.timedelta(days=20))
    for each in (ana, ben):
        proposed(each, now=now, first_on=now.date() + dt.timedelta(days=20 + each.seat))
    tuck_away(partner=ben, slot_id=world.times["tucked"], now=now)
    free(partner=ana, slot_id=world.times["freed"], now=now)
    Notice.objects.filter(cause=world.times["plan"], kind=Notice.Kind.REMINDER).update(due_at=now)
    world.feed_token = create_feed(user=ana.user, label="Device 4711", now=now)
    world.feed_id = Feed.objects.get(user=ana.user).pk
    User.objects.filter(pk=cleo.pk).update(shows_first_steps=True)
    open_invitation(user=cleo, now=now)
    world.code = codes.code_of(Invitation.objects.get(inviter=cleo).pk)
    mail_invitation(user=cleo, address="finn@example.org", now=now)
    _account_mails(cleo)
    all_answered(ana.user, ben.user)
    deliver_all()
    switch_on(user=ana.user, label="Chrome, Android", now=now, **SUBSCRIPTION)
    world.device_id = PushDevice.objects.get(user=ana.user).pk
    world.mails = list(inbox.mails)
    return world


def awake_now(user: User, now: dt.datetime) -> None:
    """Put the user's quiet hours half a day away from `now`, so that a reminder may leave at any time of our day."""
    away = now.astimezone(ZoneInfo(user.time_zone)) + dt.timedelta(hours=12)
    until = away + dt.timedelta(hours=1)
    Preferences.objects.update_or_create(
        user=user,
        defaults={"quiet_from": away.time().replace(second=0), "quiet_until": until.time().replace(second=0)},
    )


def _account_mails(user: User) -> None:
    """Have the codes mailed that signing in and resetting ask for."""
    for name in ("account_request_login_code", "account_reset_password"):
        Client().post(reverse(name), {"email": user.email})


def deliver_all() -> None:
    """Have every mail that is due sent."""
    while deliver_letters(now=outbox.database_now()) + deliver_notices(now=outbox.database_now()):
        pass
