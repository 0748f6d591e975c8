"""What one partner must never be able to tell of the other.

Not seen, undecided, not this time, on a break: the author of an offer sees the same bytes. And nobody, not even
whoever reads the database, can tell which of the two freed a time.
"""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import outbox
from accounts.models import Partner
from scheduler.domain.problem import Problem
from scheduler.models import Notice
from scheduler.operations.couples import set_break
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.slots import bring_back, free, tuck_away
from scheduler.operations.sweeps import purge
from tests.cast import NOW
from tests.dump import Rows, dump
from tests.routes import REACH, Reach, with_reach
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, heard_of, offered, planned
from tests.services import Inbox
from tests.world import awake_now, evening

pytestmark = pytest.mark.django_db
CSRF = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
ONE_TIME_KEY = re.compile(rb'(name="key" value=")[^"]+')
VOLATILE = {"Set-Cookie", "Expires", "Date"}


def seen_by(client: Client, paths: list[str]) -> dict[str, Any]:
    """Return status, headers and body of every page, but for the proofs and keys that differ each time anyway."""
    pages = {}
    for path in paths:
        answer = client.get(path)
        headers = {name: value for name, value in answer.headers.items() if name not in VOLATILE}
        body = ONE_TIME_KEY.sub(rb"\1", CSRF.sub(rb"\1", answer.content))
        pages[path] = (answer.status_code, headers, body)
    return pages


def pages_of(times: list[Any], token: str) -> list[str]:
    """Return every page that a partner can open."""
    named = [reverse(name, args=[time]) for name in with_reach(Reach.TIME) for time in times]
    unnamed = [reverse(name) for name, reach in REACH.items() if reach in {Reach.OWN, Reach.ANYONE}]
    return [*named, *unnamed, f"/cal/{token}.ics"]


def test_the_author_cannot_tell_why_there_is_no_answer(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client
) -> None:
    times = [slot.pk for slot in offered(ana, FRIDAY, SATURDAY)]
    times.append(planned(ana, SUNDAY).pk)
    token = create_feed(user=ana.user, label="phone", now=NOW)
    paths = pages_of(times, token)
    seen_by(ana_client, paths)  # messages that are shown once have been shown
    before = seen_by(ana_client, paths)
    told = list(Notice.objects.filter(recipient=ana).values_list().order_by("pk"))

    def looks() -> None:
        for path in paths:
            ben_client.get(path)

    acts: list[Callable[[], object]] = [
        looks,
        lambda: tuck_away(partner=ben, slot_id=times[0], now=NOW),
        lambda: tuck_away(partner=ben, slot_id=times[1], now=NOW),
        lambda: set_break(partner=ben, on=True),
        lambda: bring_back(partner=ben, slot_id=times[0], now=NOW),
        lambda: set_break(partner=ben, on=False),
    ]
    for act in acts:
        act()
        assert seen_by(ana_client, paths) == before
        assert list(Notice.objects.filter(recipient=ana).values_list().order_by("pk")) == told


def test_how_much_one_may_offer_tells_nothing(ana: Partner, ben: Partner) -> None:
    """A tucked-away offer keeps its place: the fourth is refused alike, and so is the very same time."""
    times = [offered(ana, start)[0].pk for start in (FRIDAY, SATURDAY, SUNDAY)]
    answers = []
    for tucked in (False, True):
        if tucked:
            tuck_away(partner=ben, slot_id=times[0], now=NOW)
        for start in (SUNDAY, SUNDAY.replace(day=20)):
            with pytest.raises(Problem) as refused:
                offered(ana, start)
            answers.append(refused.value.reason)
    set_break(partner=ben, on=True)
    with pytest.raises(Problem) as refused:
        offered(ana, SUNDAY.replace(day=20))
    assert answers[:2] == answers[2:]
    assert refused.value.reason == answers[1]


def test_an_offer_fades_alike_whatever_the_other_did(
    ana: Partner, ben: Partner, ana_client: Client, clock: time_machine.Traveller
) -> None:
    ignored, tucked = (offered(ana, start)[0] for start in (FRIDAY, SATURDAY))
    tuck_away(partner=ben, slot_id=tucked.pk, now=NOW)
    clock.move_to(SUNDAY)
    first, second = (ana_client.get(reverse("time-detail", args=[slot.pk])) for slot in (ignored, tucked))
    assert first.status_code == second.status_code
    assert CSRF.sub(rb"\1", first.content) == CSRF.sub(rb"\1", second.content)


def test_a_break_of_the_author_does_not_show(ana: Partner, ben_client: Client) -> None:
    slot = offered(ana, FRIDAY)[0]
    paths = pages_of([slot.pk], "x")
    seen_by(ben_client, paths)
    before = seen_by(ben_client, paths)
    set_break(partner=ana, on=True)
    assert seen_by(ben_client, paths) == before


WHO_MAY_UNDO = {"scheduler_undo": ("key_hash",)}  # keyed with the server's secret, and gone with the time to undo


def without_ids(rows: dict[str, Rows]) -> dict[str, Any]:
    """Leave out what is random in a new row: the ids of notices, and the hash of who may undo."""
    return rows | {"scheduler_notice": sorted(row[1:] for row in _notices())}


def _notices() -> list[tuple[Any, ...]]:
    """Return every notice; when a freed time is told counts from the database's clock, which goes on."""
    columns = [field.attname for field in Notice._meta.concrete_fields if field.name != "id"]
    held = columns.index("due_at"), columns.index("kind")
    return sorted(
        ("", *(value for place, value in enumerate(row) if place != held[0] or row[held[1]] != Notice.Kind.FREED))
        for row in Notice.objects.values_list(*columns)
    )


def in_two_worlds(ana: Partner, ben: Partner, act: Callable[[Partner], Any]) -> list[Any]:
    """Return what `act` finds when ana, and when ben, is the one who acts, from the very same rows."""
    found = []
    for partner in (ana, ben):
        with transaction.atomic():
            found.append(act(partner))
            transaction.set_rollback(True)
    return found


def test_no_row_tells_who_freed_a_plan(ana: Partner, ben: Partner) -> None:
    plan = planned(ana)
    heard_of(plan)

    def rows_after(partner: Partner) -> tuple[Any, Any]:
        free(partner=partner, slot_id=plan.pk, now=NOW)
        held = without_ids(dump(masked=WHO_MAY_UNDO))
        purge(now=NOW.replace(hour=10))
        return held, without_ids(dump())

    one, other = in_two_worlds(ana, ben, rows_after)
    assert one[0] == other[0]
    assert one[1] == other[1]
    assert one[1]["scheduler_undo"] == []


def test_no_log_line_tells_who_freed_a_plan(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    plan = planned(ana)
    clients = {ana.pk: ana_client, ben.pk: ben_client}
    caplog.set_level(logging.INFO)

    def lines_after(partner: Partner) -> list[str]:
        caplog.clear()
        assert clients[partner.pk].post(reverse("time-free", args=[plan.pk])).status_code == 200
        return caplog.messages

    one, other = in_two_worlds(ana, ben, lines_after)
    assert one == other


def test_no_mail_tells_who_freed_a_plan(ana: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    now = outbox.database_now()
    awake_now(ana.user, now)
    awake_now(ben.user, now)
    plan = planned(ana, evening(3, now), now=now)
    heard_of(plan)

    def mails_after(partner: Partner) -> list[tuple[str, str]]:
        smtp_sink.mails.clear()
        free(partner=partner, slot_id=plan.pk, now=now)
        Notice.objects.filter(kind=Notice.Kind.FREED).update(due_at=now)
        deliver_notices(now=outbox.database_now())
        return sorted((mail["To"], bare(mail.as_string())) for mail in smtp_sink.mails)

    one, other = in_two_worlds(ana, ben, mails_after)
    assert one == other
    assert len(one) >= 2
    assert not [text for _, text in one if "Ana" in text.replace("ana@", "") or "Ben" in text.replace("ben@", "")]


def bare(mail: str) -> str:
    """Return a mail without what differs each time: its date, its id, its boundary and its signed links."""
    text = re.sub(r"(?m)^(Date|Message-ID|X-Peer): .*$", "", mail)
    text = re.sub(r"/[ms]/[\w~=\r\n-]+", "", text)
    return re.sub(r"={15}\d+==", "", text)
