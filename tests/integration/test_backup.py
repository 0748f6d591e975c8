"""A backup holds what was committed before its moment, on either engine, and lets nothing loose that was ended."""

import datetime as dt
import gzip
import io
import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from accounts import outbox
from accounts.models import Couple, Invitation, User
from scheduler.management.backup.contents import LEFT_OUT, label_of
from scheduler.models import CalendarEntry, Feed, Jotting, Notice, PushDevice, Slot
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.jottings import jot_down
from tests.cast import make_couple, make_user, signed_in
from tests.dump import dump
from tests.scenes import planned
from tests.services import ROOT, Inbox, wait_for
from tests.world import World, awake_now, evening, whole_world

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = (Session, Invitation, PushDevice)
MACHINERY = ("cache", "auth_permission", "auth_group", "auth_group_permissions")


def backed_up(folder: Path) -> Path:
    path = folder / "pear.backup"
    call_command("backup", str(path), stdout=io.StringIO())
    return path


def emptied() -> None:
    """Leave the database as migrating leaves it."""
    call_command("flush", interactive=False, verbosity=0)


def lines_of(path: Path) -> list[Any]:
    with gzip.open(path) as file:
        return [json.loads(line) for line in file]


def rewritten(path: Path, lines: list[Any]) -> Path:
    with gzip.open(path, "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def restored(path: Path, *how: str) -> str:
    said = io.StringIO()
    call_command("restore", str(path), *(how or ["--as-it-was"]), stdout=said, stderr=said)
    return said.getvalue()


def kept_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table that a backup holds."""
    left = {apps.get_model(label)._meta.db_table for label in LEFT_OUT if not label.endswith("_permissions")}
    return {table: rows for table, rows in dump().items() if table not in left and table not in MACHINERY}


@pytest.fixture
def whole(smtp_sink: Inbox) -> World:
    """Everything there is."""
    ana, ben = make_couple(make_user("ana"), make_user("ben", time_zone="America/New_York"))
    return whole_world(ana=ana, ben=ben, cleo=make_user("cleo"), inbox=smtp_sink)


def test_everything_comes_back_as_it_was_but_what_opens_a_door(whole: World, tmp_path: Path) -> None:
    signed_in(User.objects.get(name="Ana")).get("/")
    assert all(model.objects.exists() for model in DOORS)
    before, path = kept_rows(), backed_up(tmp_path)
    it_is_private_and_shows_nothing_that_was_written(path, whole)
    every_table_is_in_it_or_left_out_for_a_cause(path)
    emptied()
    said = restored(path)
    assert kept_rows() == before
    assert "Everybody is signed out" in said
    assert not any(model.objects.exists() for model in DOORS)
    assert Jotting.objects.get().text == "A long walk"
    assert Client().get(f"/cal/{whole.feed_token}.ics").status_code == 200
    add_numbered_row()


def it_is_private_and_shows_nothing_that_was_written(path: Path, whole: World) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    text = gzip.decompress(path.read_bytes()).decode()
    for written in ("A long walk", "Dishes before eight", "Four hands", whole.feed_token, whole.code):
        assert written not in text


def every_table_is_in_it_or_left_out_for_a_cause(path: Path) -> None:
    labels = {label_of(model) for model in apps.get_models(include_auto_created=True)}
    assert set(LEFT_OUT) < labels
    assert set(lines_of(path)[0]["rows"]) == labels - set(LEFT_OUT)


def add_numbered_row() -> None:
    """Add a row whose number the database gives: it has to go on after those that came back."""
    slot = Slot.objects.exclude(yeses=None).first()
    assert slot is not None
    yes = slot.yeses.first()
    assert yes is not None
    slot.yeses.filter(pk=yes.pk).delete()
    yes.pk = None
    yes.save(force_insert=True)


@contextmanager
def writing(commits: list[tuple[int, dt.datetime]]) -> Iterator[None]:
    """Let a thread add two people at a time, for as long as the block lasts; it notes when each pair was committed."""
    over = threading.Event()

    def write() -> None:
        try:
            while not over.is_set():
                number = len(commits)
                with transaction.atomic():
                    make_user(f"left{number}")
                    make_user(f"right{number}")
                commits.append((number, outbox.database_now()))
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_under_load_nothing_committed_before_its_moment_is_lost(tmp_path: Path) -> None:
    commits: list[tuple[int, dt.datetime]] = []
    with writing(commits):
        second = dt.timedelta(seconds=1)
        wait_for(lambda: commits and commits[-1][1] > commits[0][1] + second, what="a second of writing")
        path = backed_up(tmp_path)
        written = len(commits)
        wait_for(lambda: len(commits) > written, what="one more write")
    taken_at = dt.datetime.fromisoformat(lines_of(path)[0]["taken_at"])
    emptied()
    restored(path)
    there = set(User.objects.values_list("email", flat=True))
    before = [number for number, at in commits if at < taken_at]
    assert before
    for number in before:
        assert f"left{number}@example.org" in there
    for number, _ in commits:
        assert (f"left{number}@example.org" in there) == (f"right{number}@example.org" in there)


def test_where_something_may_have_been_closed_it_is(tmp_path: Path) -> None:
    now = outbox.database_now()
    ana, _ = make_couple(make_user("ana"), make_user("ben"))
    plan = planned(ana, evening(2, now), now=now)
    token = create_feed(user=ana.user, label="Telephone", now=now)
    jot_down(user=ana.user, text="my own", now=now)
    path = backed_up(tmp_path)
    emptied()
    assert "people make new ones" in restored(path, "--as-it-was", "--new-feed-addresses")
    assert Slot.objects.filter(pk=plan.pk).exists()
    only_the_neutral_entry_is_left(token)

    emptied()
    assert "Nobody is linked" in restored(path, "--unlinked")
    for model in (Couple, Slot, Notice, CalendarEntry):
        assert not model.objects.exists()
    only_the_neutral_entry_is_left(token)
    assert User.objects.count() == 2
    assert Jotting.objects.get().text == "my own"
    assert signed_in(User.objects.get(name="Ana")).get("/").status_code == 200


def only_the_neutral_entry_is_left(token: str) -> None:
    assert Feed.objects.filter(ended_at=None).count() == 0
    calendar = Client().get(f"/cal/{token}.ics").content.decode()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "Calendar connected" in calendar


def test_nothing_leaves_late_and_no_reminder_twice(tmp_path: Path, smtp_sink: Inbox) -> None:
    now = outbox.database_now()
    ana, ben = make_couple(make_user("ana"), make_user("ben"))
    for each in (ana, ben):
        awake_now(each.user, now)
    plan = planned(ana, evening(2, now), now=now)
    notices = Notice.objects.filter(cause=plan.pk)
    notices.filter(kind=Notice.Kind.CONFIRMED).update(due_at=now, expires_at=now - dt.timedelta(seconds=1))
    notices.filter(kind=Notice.Kind.REMINDER, recipient=ana).update(due_at=now)
    path = backed_up(tmp_path)
    emptied()
    restored(path)
    deliver_notices(now=outbox.database_now())
    assert smtp_sink.mails == []
    waiting = Notice.objects.filter(state=Notice.State.PENDING)
    assert [(row.kind, row.recipient_id) for row in waiting] == [(Notice.Kind.REMINDER, ben.pk)]


def test_what_is_past_its_keeping_is_not_kept_again(tmp_path: Path) -> None:
    user, now = make_user("ana"), outbox.database_now()
    for text, days in (("old", 31), ("new", 1)):
        jot_down(user=user, text=text, now=now - dt.timedelta(days=days))
    path = backed_up(tmp_path)
    emptied()
    restored(path)
    assert [row.text for row in Jotting.objects.all()] == ["new"]


def older(lines: list[Any]) -> list[Any]:
    """Return the lines of a backup made before the newest migration."""
    names = sorted(path.stem for path in (ROOT / "scheduler" / "migrations").glob("0*.py"))
    lines[0]["migrations"]["scheduler"] = names[-2]
    return lines


def newer(lines: list[Any]) -> list[Any]:
    lines[0]["migrations"]["scheduler"] = "9999_of_a_later_year"
    return lines


def later_format(lines: list[Any]) -> list[Any]:
    return [lines[0] | {"version": 2}, *lines[1:]]


MISFITS: list[tuple[Callable[[list[Any]], list[Any]], str]] = [
    (older, "database is newer than the backup"),
    (newer, "backup is of a newer Pear"),
    (later_format, "backup is of a newer Pear"),
    (lambda lines: [{"a": 1}, *lines], "no backup of Pear"),
    (lambda lines: lines[:-1], "damaged or not whole"),
    (lambda lines: [*lines, []], "damaged or not whole"),
    (lambda lines: [*lines[:1], *lines[2:]], "damaged or not whole"),
]


def test_a_file_that_does_not_fit_leaves_the_database_empty(tmp_path: Path) -> None:
    make_user("ana")
    path = backed_up(tmp_path)
    emptied()
    whole = path.read_bytes()
    for changed, words in MISFITS:
        path.write_bytes(whole)
        with pytest.raises(CommandError, match=words):
            restored(rewritten(path, changed(lines_of(path))))
    for torn in (whole[:-20], b"no gzip", whole[:60] + bytes(20) + whole[80:]):
        path.write_bytes(torn)
        with pytest.raises(CommandError, match="damaged or not whole"):
            restored(path)
    assert not User.objects.exists()


def test_it_asks_what_may_have_been_closed_and_where_there_are_people_it_stops(
    tmp_path: Path, settings: Settings
) -> None:
    make_user("ana")
    path = backed_up(tmp_path)
    with pytest.raises(CommandError, match="Say which it is"):
        call_command("restore", str(path))
    with pytest.raises(CommandError, match="people in this database already"):
        restored(path)
    with pytest.raises(CommandError, match="is there already"):
        backed_up(tmp_path)
    with pytest.raises(CommandError, match="cannot be read"):
        restored(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="cannot be written"):
        backed_up(tmp_path / "nowhere")
    it_needs_the_keys_it_was_made_with(path, settings)


def it_needs_the_keys_it_was_made_with(path: Path, settings: Settings) -> None:
    emptied()
    kept, settings.MASTER_KEYS = settings.MASTER_KEYS, (bytes(32),)
    with pytest.raises(CommandError, match="master key is missing"):
        restored(path)
    assert not User.objects.exists()
    settings.MASTER_KEYS, settings.SECRET_KEY = kept, "another key than the one before"
    assert "SECRET_KEY is not the one" in restored(path)
