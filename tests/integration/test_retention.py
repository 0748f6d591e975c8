"""Nothing outlives its time: each table has a row in scheduler/domain/retention.py, and the sweeps keep to it."""

import datetime as dt
import html
import os
import uuid
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts import leftovers
from accounts.linking import open_invitation
from accounts.models import Letter, Partner, User
from scheduler.domain.retention import KEPT, Keeping, Subject, Until, kept_for
from scheduler.models import CalendarEntry, CalendarMail, Feed, FormerSlot, PushDevice
from scheduler.operations.feeds import create_feed, end_feeds
from scheduler.operations.jottings import jot_down
from scheduler.operations.offers import send_kind_note
from scheduler.operations.slots import fade, free, tuck_away
from scheduler.operations.sweeps import purge
from scheduler.operations.windows import draw_weeks
from scheduler.queries.retention import WORDS, kept_rows
from tests.cast import NOW
from tests.mark_scene import noted
from tests.rhythm_scene import proposed
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, offered, planned
from tests.windows_scene import marked

DAY = dt.timedelta(days=1)
MISSING = (
    "{} has no row in KEPT of scheduler/domain/retention.py. Say there what ends the keeping; where that is a time, "
    "also put a specimen into `everything_that_ends` below, and a sentence for its subject into "
    "scheduler/queries/retention.py, which the privacy page shows."
)


def tables() -> dict[str, str]:
    """Return every table of the database, with the label of its model or else its own name."""
    labels = {model._meta.db_table: model._meta.label for model in apps.get_models(include_auto_created=True)}
    return {table: labels.get(table, table) for table in connection.introspection.table_names()}


@pytest.mark.django_db
def test_every_table_has_its_time() -> None:
    told = {keeping.table for keeping in KEPT}
    for label in tables().values():
        assert label in told, MISSING.format(label)
    here = {*tables().values(), "sqlite_sequence", "files in mail/", "log lines"}
    assert told <= here, "a row of the table of retention names a table that is gone"


def test_every_subject_has_words_and_every_time_a_beginning() -> None:
    assert {*WORDS, Subject.MACHINERY} == {*Subject} == {keeping.subject for keeping in KEPT}
    for keeping in KEPT:
        assert bool(keeping.since) == (keeping.until is Until.TIME), keeping.table


def test_the_table_says_what_the_settings_say() -> None:
    assert kept_for(Subject.SESSIONS).total_seconds() == django_settings.SESSION_COOKIE_AGE
    assert kept_for(Subject.UNDOS).total_seconds() == django_settings.UNDO_SECONDS
    assert kept_for(Subject.MAIL_FILES) == leftovers.MAIL_FILES_KEPT


def test_the_command_and_the_help_page_show_the_whole_table(client: Client, db: None) -> None:  # noqa: ARG001
    printed = StringIO()
    call_command("retention", stdout=printed)
    assert [line.split("  ")[0] for line in printed.getvalue().splitlines()] == [keeping.table for keeping in KEPT]
    page, german = (client.get("/help/", headers={"accept-language": code}).content.decode() for code in ("en", "de"))
    for code, shown in (("en", page), ("de", german)):
        with translation.override(code):
            assert [row for row in kept_rows() if html.escape(row.how_long) not in shown] == []
    assert "31 days after the plan" in page
    assert "31 Tage nach dem Ende des Plans" in german


def overdue(keeping: Keeping, now: dt.datetime) -> bool:
    """Return whether anything that this row of the table is about has outlived its time at `now`."""
    limit = now - keeping.kept
    if keeping.table == "files in mail/":
        return any(path.stat().st_mtime < limit.timestamp() for path in mail_files())
    if keeping.table == "cache":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM cache WHERE expires < %s", [connection.ops.adapt_datetimefield_value(limit)]
            )
            return bool(cursor.fetchone()[0])
    rows = apps.get_model(keeping.table)._default_manager
    return bool(rows.filter(**{f"{keeping.since}__lt": limit}, **keeping.only).exists())


def mail_files() -> Iterator[Path]:
    return Path(django_settings.EMAIL_FILE_PATH).glob("*.eml")


def everything_that_ends(ana: Partner, ben: Partner, cleo: User) -> None:
    """Make one of everything that goes by itself, at NOW."""
    planned(ana, FRIDAY)
    free(partner=ben, slot_id=planned(ana, SATURDAY).pk, now=NOW)
    tuck_away(partner=ben, slot_id=offered(ana, SUNDAY)[0].pk, now=NOW)
    send_kind_note(partner=ana, slot_id=offered(ben, SUNDAY + DAY)[0].pk, sentence="hold", now=NOW)
    noted(ben, start=SUNDAY + 2 * DAY)
    for user in (ana.user, ben.user):
        create_feed(user=user, label="Phone", now=NOW)
    end_feeds(user_ids=[ben.user_id], now=NOW)
    for number, entry in enumerate(CalendarEntry.objects.filter(partner=ana)):
        stretch = {"starts_at": entry.starts_at, "ends_at": entry.ends_at, "stamped_at": NOW}
        CalendarMail.objects.create(
            entry=entry, address=ana.user.email, live=True, sequence=number, notice=uuid.uuid4(), **stretch
        )
        FormerSlot.objects.create(entry=entry, slot_id=uuid.uuid4())
    proposed(ben)
    PushDevice.objects.create(user=ana.user, place=1, endpoint="x", label="x", created_at=NOW, gone_at=NOW)
    jot_down(user=ana.user, text="x", now=NOW)
    marked(ana, (4, 19, 2))
    open_invitation(user=cleo, now=NOW)
    for state in Letter.State:
        Letter.objects.create(recipient=cleo.email, subject="x", text="x", due_at=NOW, expires_at=NOW, state=state)
    EmailConfirmation.objects.create(email_address=EmailAddress.objects.all()[0], created=NOW, key="x")
    cache.set("a-try", [1], timeout=3600)
    folder = Path(django_settings.EMAIL_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.eml").write_bytes(b"To: finn@example.org\r\n\r\nx")
    os.utime(folder / "one.eml", (NOW.timestamp(), NOW.timestamp()))


@pytest.mark.usefixtures("ana_client")
def test_nothing_outlives_its_time(
    ana: Partner, ben: Partner, cleo: User, clock: time_machine.Traveller, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    everything_that_ends(ana, ben, cleo)
    timed = [keeping for keeping in KEPT if keeping.until is Until.TIME]
    for keeping in timed:
        assert overdue(keeping, NOW + 365 * DAY), MISSING.format(f"A specimen of {keeping.table}")
    for days in range(60):
        now = NOW + days * DAY + dt.timedelta(hours=1)
        clock.move_to(now)
        fade(now=now)
        purge(now=now)
        draw_weeks(now=now)
        assert [keeping for keeping in timed if overdue(keeping, now)] == []
    gone = {keeping.table for keeping in timed if keeping.table not in {"files in mail/", "cache", "scheduler.Feed"}}
    assert {label for label in gone if apps.get_model(label)._default_manager.exists()} == set()
    assert list(mail_files()) == []
    assert list(Feed.objects.values_list("user", flat=True)) == [ana.user_id]
