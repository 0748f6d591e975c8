"""A backup holds what was committed before its moment, on either engine, and lets nothing loose that was ended."""

import datetime as dt
import gzip
import io
import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import outbox
from accounts.linking import open_invitation
from accounts.models import Couple, Invitation, Partner, User
from scheduler.management.backup.contents import LEFT_OUT, kept_models, label_of
from scheduler.models import CalendarEntry, Feed, Jotting, Notice, PushDevice, Slot
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.jottings import jot_down
from tests.cast import make_couple, make_user, signed_in
from tests.dump import dump
from tests.scenes import offered, planned
from tests.services import Inbox, wait_for
from tests.world import SUBSCRIPTION, World, evening, whole_world

pytestmark = pytest.mark.django_db(transaction=True)
MACHINERY = ("cache", "auth_permission", "auth_group", "auth_group_permissions")


def backed_up(folder: Path) -> Path:
    path = folder / "pear.backup"
    call_command("backup", str(path), stdout=io.StringIO())
    return path


def emptied() -> None:
    """Leave the database as migrating leaves it."""
    call_command("flush", interactive=False, verbosity=0)


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


def test_everything_comes_back_as_it_was(whole: World, tmp_path: Path) -> None:
    before, path = kept_rows(), backed_up(tmp_path)
    emptied()
    said = restored(path)
    assert kept_rows() == before
    assert "Everybody is signed out" in said
    assert Jotting.objects.get().text == "A long walk"
    assert Client().get(f"/cal/{whole.feed_token}.ics").status_code == 200
    jot_down(user=User.objects.get(name="Ben"), text="goes on", now=outbox.database_now())
    add_numbered_row()


def add_numbered_row() -> None:
    """Add a row whose number the database gives: it has to go on after those that came back."""
    slot = Slot.objects.exclude(yeses=None).first()
    assert slot is not None
    yes = slot.yeses.first()
    assert yes is not None
    slot.yeses.filter(pk=yes.pk).delete()
    yes.pk = None
    yes.save(force_insert=True)
