"""Whatever two people do, in whatever order mails leave: their mailed calendars show what is planned, and no more."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import hypothesis
import pytest
from aiosmtpd.controller import Controller
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Partner, User
from scheduler.domain.problem import Problem
from scheduler.models import CalendarEntry, Notice, Slot, Undo
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from tests.integration.calendar_mail_scene import ON, as_if_unsure, choose, deliver_changes, said_of
from tests.integration.notice_scene import deliver, evening_in, plan, real_now
from tests.integration.test_notices_recheck import Refusing
from tests.itip import mail_faults, said_in
from tests.scenes import agreed, offered
from tests.services import Inbox, free_port

ACTS = (
    "plan",
    "move",
    "free",
    "free by ben",
    "undo",
    "undo",
    "on",
    "off",
    "no changes",
    "send",
    "turned away",
    "unsure",
)
MOST_ASTRAY = 4  # a sixth attempt that goes astray is the last


@dataclass
class Calendar:
    """A calendar that takes mails in as RFC 5546, 2.1.5 says: by UID, and only what is newer than what it has."""

    newest: dict[str, int] = field(default_factory=dict)
    shown: dict[str, tuple[str, str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def take(self, inbox: Inbox, address: str) -> None:
        """Take in everything that came to this address, and empty the inbox."""
        for mail in inbox.to(address):
            if not said_in(mail):
                continue
            assert mail_faults(mail) == []
            said = said_of(mail)
            if said.sequence <= self.newest.get(said.uid, -1):
                assert str(mail["Message-ID"]) in self.seen, "only what is sent again has an old number"
                continue
            self.seen.add(str(mail["Message-ID"]))
            assert said.method == "REQUEST" or said.uid in self.newest, "what was never there is taken back"
            self.newest[said.uid] = said.sequence
            self.shown.pop(said.uid, None)
            if said.method == "REQUEST":
                self.shown[said.uid] = (said.starts_at, said.ends_at)
        inbox.mails.clear()


@dataclass
class Story:
    """One couple's acts."""

    ana: Partner
    ben: Partner
    settings: Settings
    closed_port: int
    days: int = 2
    astray: int = 0

    def act(self, name: str) -> None:
        """Do one thing, if it can be done now; mails go astray seldom enough to arrive before they are given up."""
        if name in {"turned away", "unsure"}:
            self.astray += 1
            name = name if self.astray <= MOST_ASTRAY else "send"
        acts: dict[str, Callable[[], object]] = {
            "plan": lambda: plan(self.ana, days=self._another_day()),
            "move": self._move,
            "free": lambda: self._free(self.ana),
            "free by ben": lambda: self._free(self.ben),
            "undo": self._undo,
            "on": lambda: choose(self.ana.user, **ON),
            "off": lambda: choose(self.ana.user),
            "no changes": lambda: choose(self.ana.user, **ON, mail_changes="off"),
            "send": deliver,
            "turned away": self._turned_away,
            "unsure": lambda: as_if_unsure(recipient=self.ana, state=Notice.State.SENT),
        }
        acts[name]()

    def _another_day(self) -> int:
        self.days += 1
        return self.days

    def _newest_plan(self) -> Slot | None:
        return Slot.objects.filter(confirmed_at__isnull=False).order_by("-starts_at").first()

    def _move(self) -> None:
        if slot := self._newest_plan():
            agreed(
                offered(self.ana, evening_in(self._another_day()), moves=slot.pk, now=real_now())[0], now=real_now()
            )

    def _free(self, partner: Partner) -> None:
        if slot := self._newest_plan():
            free(partner=partner, slot_id=slot.pk, now=real_now())

    def _undo(self) -> None:
        for undo in Undo.objects.all():
            for partner in (self.ana, self.ben):
                undo_free(partner=partner, slot_id=undo.pk, now=real_now())

    def _turned_away(self) -> None:
        """Have all that is due sent to a mail server that takes nothing for now."""
        port, self.settings.EMAIL_PORT = self.settings.EMAIL_PORT, self.closed_port
        deliver_changes()
        self.settings.EMAIL_PORT = port

    def wanted(self) -> dict[str, tuple[str, str]]:
        """Return what ana's calendar has to show by mail: her plans, while she wants them there."""
        chosen = User.objects.select_related("preferences").get(pk=self.ana.user_id)
        if not hasattr(chosen, "preferences") or not chosen.preferences.wants_calendar_mails:
            return {}
        rows = CalendarEntry.objects.filter(partner=self.ana, status=CalendarEntry.Status.CONFIRMED)
        return {str(row.uid): (_utc(row.starts_at), _utc(row.ends_at)) for row in rows}


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """The port of a mail server that takes nothing for now."""
    server = Controller(Refusing(answer="451 come back later"), hostname="127.0.0.1", port=free_port())
    server.start()
    yield int(server.port)
    server.stop()


@pytest.mark.django_db
@hypothesis.settings(
    max_examples=6, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.booleans()), min_size=8, max_size=16))
def test_a_mailed_calendar_shows_what_is_planned_and_no_more(
    ana: Partner, ben: Partner, smtp_sink: Inbox, settings: Settings, closed_port: int, acts: list[tuple[str, bool]]
) -> None:
    """After each act everything may leave, or wait together with what comes of the next ones."""
    with transaction.atomic():
        smtp_sink.mails.clear()
        story, calendar = Story(ana, ben, settings, closed_port), Calendar()
        for name, all_leaves in [("on", False), ("plan", True), *acts, ("send", True)]:
            with suppress(Problem):
                story.act(name)
            if all_leaves:
                deliver_changes()
                calendar.take(smtp_sink, ana.user.email)
                assert calendar.shown == story.wanted()
        transaction.set_rollback(True)
