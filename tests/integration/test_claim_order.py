"""What goes first: a freed time, however many reminders have been due for longer."""

import datetime as dt
import uuid

import pytest

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Notice

Kind = Notice.Kind
pytestmark = pytest.mark.django_db


def due(ana: Partner, kind: str, *, seconds: int) -> Notice:
    """Return a notice that has been due for so long."""
    now = outbox.database_now()
    moments = {"due_at": now - dt.timedelta(seconds=seconds), "expires_at": now + dt.timedelta(hours=1)}
    return Notice(recipient=ana, kind=kind, cause=uuid.uuid4(), **moments)


def test_ten_thousand_reminders_never_starve_a_freed_time(ana: Partner) -> None:
    Notice.objects.bulk_create(due(ana, Kind.REMINDER, seconds=9000 - number) for number in range(300))
    last = [due(ana, kind, seconds=1) for kind in (Kind.OFFER, Kind.CONFIRMED, Kind.FREED)]
    Notice.objects.bulk_create(last)
    claimed = outbox.claim_due(Notice, now=outbox.database_now(), limit=5, channel="email")
    assert [row.kind for row in claimed] == [Kind.FREED, Kind.CONFIRMED, *[Kind.REMINDER] * 3]
    moments = [row.due_at for row in claimed[2:]]
    assert moments == sorted(moments), "in each lane the longest due goes first"


def test_every_kind_has_its_lane(ana: Partner) -> None:
    """A kind without one would never be claimed."""
    assert {*Notice.lanes} == {*Kind}
    Notice.objects.bulk_create(due(ana, kind, seconds=1) for kind in Kind)
    claimed = outbox.claim_due(Notice, now=outbox.database_now(), channel="email")
    assert [row.kind for row in claimed] == list(Notice.lanes)
