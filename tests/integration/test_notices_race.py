"""Freeing and sending at the same instant: what was dropped never leaves, and what has left was marked before."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import Partner, User
from scheduler.models import Notice, Preferences
from scheduler.operations.couples import leave
from scheduler.operations.slots import free
from tests.cast import make_couple
from tests.crowd import Crowd, crowd_of
from tests.integration.feed_scene import fetch, make_feed
from tests.integration.notice_scene import deliver, make_due, plan, real_now
from tests.services import Inbox, wait_for
from tests.world import links_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crowd]
ROUNDS = 40
LEAVINGS = 8


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[Crowd]:  # noqa: ARG001
    with crowd_of(3) as gathered:
        yield gathered


def test_of_freeing_and_sending_exactly_one_comes_first(
    ana: Partner, ben: Partner, crowd: Crowd, smtp_sink: Inbox
) -> None:
    for partner in (ana, ben):
        free_of_quiet_hours(partner)
    outcomes: Counter[str] = Counter()
    for number in range(ROUNDS):
        slot = plan(ana)
        make_due(kind=Notice.Kind.REMINDER)
        press = partial(free, partner=ben, slot_id=slot.pk, now=real_now())
        answers = crowd.at_once([partial(once_sending_begins, press) if number % 2 else press, deliver, deliver])
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        before = Notice.objects.filter(kind__in=["reminder", "confirmed"])
        states = Counter(before.values_list("state", flat=True))
        assert set(states) <= {"sent", "dropped"}
        assert states["sent"] == len(smtp_sink.mails)
        told = set(before.filter(state="sent").values_list("recipient", flat=True))
        freed = Notice.objects.filter(kind="freed", state="pending")
        assert set(freed.values_list("recipient", flat=True)) == told, "who heard of the plan hears that it is free"
        outcomes += states
        smtp_sink.mails.clear()
        Notice.objects.all().delete()
    assert len(outcomes) == 2, f"the race never went both ways: {outcomes}"


def test_whoever_leaves_while_mails_are_sent_is_sent_no_more(
    ana: Partner, ben: Partner, crowd: Crowd, smtp_sink: Inbox
) -> None:
    """What was on its way had begun before; then no row, no reminder, no link and no time in a feed is left."""
    for partner in (ana, ben):
        free_of_quiet_hours(partner)
    for number in range(LEAVINGS):
        plan(ana)
        make_due(kind=Notice.Kind.REMINDER)
        path, _ = make_feed(ben.user, now=real_now())
        press = partial(leave, partner=ben, tell_partner=False, now=real_now())
        answers = crowd.at_once([partial(once_sending_begins, press) if number % 2 else press, deliver, deliver])
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        assert (Notice.objects.count(), deliver()) == (0, 0)
        links = {urlsplit(link).path for mail in smtp_sink.mails for link in links_in(mail)}
        assert {Client().post(link).status_code for link in links if link.startswith("/m/")} <= {404}
        assert fetch(path).content.count(b"BEGIN:VEVENT") == 1
        smtp_sink.mails.clear()
        ana, ben = make_couple(User.objects.get(pk=ana.user_id), User.objects.get(pk=ben.user_id))


def once_sending_begins(act: Callable[[], None]) -> None:
    """Act when the first mail has begun to leave, so that freeing does not win every race."""
    wait_for(lambda: Notice.objects.filter(send_started_at__isnull=False).exists(), what="a mail to begin")
    act()


def free_of_quiet_hours(partner: Partner) -> None:
    """Put quiet hours where they are in nobody's way: twelve hours from now."""
    begins = real_now() - dt.timedelta(hours=12)
    Preferences.objects.create(
        user=partner.user, quiet_from=begins.time(), quiet_until=(begins + dt.timedelta(minutes=1)).time()
    )
