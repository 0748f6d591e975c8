"""Nobody, not even whoever reads the database, can tell which of the two freed a time.

That an offer's author can't tell why there is no answer is held by test_indistinguishable.py.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Notice
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.slots import free
from scheduler.operations.sweeps import purge
from tests.cast import NOW
from tests.dump import Rows, dump
from tests.scenes import heard_of, planned
from tests.services import Inbox
from tests.twins import bare
from tests.world import awake_now, evening

pytestmark = pytest.mark.django_db

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
        return sorted((mail["To"], bare(mail)) for mail in smtp_sink.mails)

    one, other = in_two_worlds(ana, ben, mails_after)
    assert one == other
    assert len(one) >= 2
    assert not [text for _, text in one if "Ana" in text.replace("ana@", "") or "Ben" in text.replace("ben@", "")]
