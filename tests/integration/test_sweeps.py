"""What is past its keeping is gone, and nothing else is."""

import datetime as dt
import subprocess
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F, Model

from accounts.models import Invitation, Letter, Partner, User
from config.celery import app as celery_app
from scheduler import tasks
from scheduler.models import CalendarEntry, Feed, KindNote, Notice, Offer, Slot, Undo, Yes
from scheduler.operations.feeds import create_feed, end_feeds
from scheduler.operations.offers import send_kind_note
from scheduler.operations.slots import free
from scheduler.operations.sweeps import purge
from tests.cast import NOW
from tests.scenes import FRIDAY, LENGTH, SATURDAY, offered, planned

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
END = FRIDAY + LENGTH


def count(*models: type[Model]) -> list[int]:
    return [model._default_manager.count() for model in models]


def test_a_past_plan_is_gone_seven_days_after_its_end_and_its_entries_by_the_next_midnight(ana: Partner) -> None:
    planned(ana)
    purge(now=END + 7 * DAY)
    assert count(Offer, Slot, Yes, CalendarEntry) == [1, 1, 2, 2]
    purge(now=END + 7 * DAY + SECOND)
    assert count(Offer, Slot, Yes) == [0, 0, 0]
    purge(now=END + 8 * DAY)
    assert count(CalendarEntry) == [0]


def test_a_cancelled_entry_stays_thirty_days_for_the_calendars_to_come_by(ana: Partner) -> None:
    slot = planned(ana)
    free(partner=ana, slot_id=slot.pk, now=NOW)
    purge(now=END + 29 * DAY)
    assert count(CalendarEntry, Undo) == [2, 0]
    purge(now=END + 31 * DAY)
    assert count(CalendarEntry) == [0]


def test_a_kind_note_is_kept_for_seven_days(ana: Partner, ben: Partner) -> None:
    slot = offered(ana)[0]
    send_kind_note(partner=ben, slot_id=slot.pk, sentence="hold", now=NOW)
    purge(now=NOW + 7 * DAY)
    assert count(KindNote) == [1]
    purge(now=NOW + 7 * DAY + SECOND)
    assert count(KindNote) == [0]


def test_a_notice_is_kept_for_one_day_after_its_time(ana: Partner) -> None:
    planned(ana)
    Notice.objects.filter(kind="offer").delete()
    purge(now=FRIDAY + DAY)
    assert count(Notice) == [4]
    purge(now=FRIDAY + DAY + SECOND)
    assert count(Notice) == [0]


def test_what_a_mail_link_needs_outlives_the_time_it_frees(ana: Partner) -> None:
    planned(ana, length=dt.timedelta(hours=24))
    purge(now=FRIDAY + DAY - SECOND)
    assert Notice.objects.filter(kind="reminder").count() == 2


def test_undos_invitations_and_letters_go_with_their_time(ana: Partner, cleo: User) -> None:
    free(partner=ana, slot_id=planned(ana).pk, now=NOW)
    Invitation.objects.create(inviter=cleo, code_hash="x", created_at=NOW, expires_at=NOW + DAY)
    Letter.objects.create(recipient=cleo.email, subject="x", text="x", due_at=NOW, expires_at=NOW, state="expired")
    purge(now=NOW)
    assert count(Undo, Invitation, Letter) == [1, 1, 1]
    purge(now=NOW + 2 * DAY)
    assert count(Undo, Invitation, Letter) == [0, 0, 0]


def test_ended_feeds_go_after_thirty_days_and_live_ones_stay(ana: Partner, ben: Partner) -> None:
    for partner in (ana, ben):
        create_feed(user=partner.user, label="Phone", now=NOW)
    end_feeds(user_ids=[ana.user_id], now=NOW)
    purge(now=NOW + 30 * DAY)
    assert count(Feed) == [2]
    purge(now=NOW + 31 * DAY)
    assert list(Feed.objects.values_list("user", flat=True)) == [ben.user_id]


def test_nothing_that_is_to_come_is_touched(ana: Partner) -> None:
    planned(ana)
    offered(ana, SATURDAY)
    before = count(Offer, Slot, Yes, CalendarEntry, Notice)
    assert purge(now=NOW) == 0
    assert count(Offer, Slot, Yes, CalendarEntry, Notice) == before


def test_one_sweep_takes_no_more_than_its_limit(ana: Partner) -> None:
    Notice.objects.bulk_create(
        Notice(recipient=ana, kind="offer", cause=uuid.uuid4(), due_at=NOW, expires_at=NOW) for _ in range(7)
    )
    assert purge(now=NOW + 2 * DAY, limit=5) == 5
    assert purge(now=NOW + 2 * DAY, limit=5) == 2


def test_a_sweep_that_finds_nothing_asks_little(ana: Partner, django_assert_max_num_queries: object) -> None:
    planned(ana)
    with django_assert_max_num_queries(42):
        purge(now=NOW)


def read_elsewhere(path: object) -> bytes:
    """Read a database's file in a process of its own: closing it here would drop SQLite's locks."""
    return subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout


@pytest.mark.django_db(transaction=True)
def test_deleted_text_does_not_stay_on_in_the_log_of_sqlite(ana: Partner) -> None:
    if connection.vendor != "sqlite":
        assert not settings.DATABASE_IS_SQLITE
        return
    ana.user.name = "canary-7d1"
    ana.user.save(update_fields=["name"])
    log = f"{connection.settings_dict['NAME']}-wal"
    assert b"canary-7d1" in read_elsewhere(log)
    User.objects.filter(pk=ana.user_id).update(name=F("time_zone"))
    purge(now=NOW)
    assert read_elsewhere(log) == b""
    assert b"canary-7d1" not in read_elsewhere(connection.settings_dict["NAME"])


def past_notices(to: Partner, number: int) -> None:
    """Store so many notices that are past their keeping."""
    past = NOW - 3 * DAY
    Notice.objects.bulk_create(
        Notice(recipient=to, kind="reminder", cause=uuid.uuid4(), due_at=past, expires_at=past) for _ in range(number)
    )


def purges_asked_for() -> int:
    """Take what waits in the worker's queue; return how many purges are among it."""
    found = 0
    with celery_app.connection_for_read() as broker:
        channel: Any = broker.default_channel  # its stub knows less than every transport has
        while message := channel.basic_get("celery", no_ack=True):
            found += message.headers["task"] == "scheduler.purge"
    return found


def test_the_purge_goes_on_while_more_is_left(ana: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PURGE_RUN_SECONDS", 600.0)
    past_notices(ana, 2 * tasks.PURGE_BATCH + 1)
    purges_asked_for()
    tasks.purge()
    assert Notice.objects.count() == 0
    assert purges_asked_for() == 0


def test_what_a_purge_has_no_time_for_waits_behind_other_tasks(ana: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PURGE_RUN_SECONDS", 0.0)
    past_notices(ana, 1)
    purges_asked_for()
    tasks.purge()
    assert purges_asked_for() == 1


def test_large_tables_are_tidied_up_before_a_fifth_of_them_is_dead() -> None:
    """On PostgreSQL; SQLite knows nothing of the kind."""
    kept = dict[str, str]()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, reloptions[1] FROM pg_class WHERE relname LIKE 'scheduler%' AND reloptions <> '{}'"
            )
            kept = dict(cursor.fetchall())
        assert kept.pop("scheduler_notice") == "autovacuum_vacuum_scale_factor=0.01"
        assert set(kept.values()) == {"autovacuum_vacuum_scale_factor=0.05"}
