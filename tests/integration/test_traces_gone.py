"""What is left anywhere of one who left, or who deleted their account: tables, cache, queue, files, log lines, mails.

Both are complete when the answer to the press is there; the one sweep after it only empties SQLite's log. What may
stay: a keyed hash of the pair, so that the ex can't invite again; of a leaver also what is their own alone (the
account, its settings, ended calendar addresses for 30 days). PostgreSQL's dead rows go with its own vacuum.
"""

import datetime as dt
import json
import logging
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import UUIDField
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import outbox
from accounts.letters import deliver_letters
from accounts.models import ClosedInvitation, Couple, Letter, Partner, User
from scheduler.models import CardShare, Mark, Preferences
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import create_feed
from scheduler.operations.jottings import jot_down
from scheduler.operations.room import add_lines
from scheduler.operations.slots import free, tuck_away
from scheduler.operations.sweeps import purge
from tests.cast import PASSWORD, make_couple, make_user, signed_in
from tests.dump import dump
from tests.mark_scene import noted
from tests.scenes import in_common, offered, planned
from tests.services import wait_for
from tests.talk_scene import all_answered
from tests.windows_scene import marked
from tests.world import awake_now, evening

pytestmark = pytest.mark.django_db(transaction=True)
OWN = ("scheduler.RoomLine", "scheduler.Jotting")


@pytest.fixture
def broker(redis_server: str, settings: Settings) -> Iterator[redis.Redis]:
    """A real Redis that the operations ring, with nothing in it."""
    settings.REDIS_URL = redis_server
    before = current_app.conf.broker_url
    current_app.conf.update(broker_url=redis_server)
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
        yield client
        client.flushall()
    current_app.conf.update(broker_url=before)


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Where a Pear without a mail server writes its mails."""
    settings.DATA_DIR = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.DELIVERY_EMAIL_BACKEND = "config.mail.MailFolderBackend"
    return tmp_path


def lived_in(ana: Partner, ben: Partner) -> None:
    """Let the two use everything, with sessions, tries that are counted, mails written and mails on their way."""
    now = outbox.database_now()
    for partner in (ana, ben):
        awake_now(partner.user, now)
        create_feed(user=partner.user, label="Phone", now=now)
        signed_in(partner.user).post(reverse("link-redeem"), {"code": "0000000000"})
        signed_in(partner.user).post(reverse("account_request_login_code"), {"email": partner.user.email})
    chosen = Preferences.objects.get(user=ana.user)
    chosen.partner_label = "canary-label"
    chosen.save()
    add_lines(user=ana.user, lines=["canary-line"])
    jot_down(user=ana.user, text="canary-note", now=now)
    all_answered(ana.user, ben.user)
    planned(ana, evening(4, now), now=now)
    in_common(ana, "bath", own="canary-mark", since=now - dt.timedelta(days=60))
    noted(ana, "canary-words", start=evening(7, now), now=now)
    free(partner=ben, slot_id=planned(ana, evening(5, now), now=now).pk, now=now)
    for partner in (ana, ben):
        marked(partner, (4, 19, 2), by=ana, now=now)
    tuck_away(partner=ben, slot_id=offered(ana, evening(6, now), now=now)[0].pk, now=now)
    while deliver_letters(now=outbox.database_now()) + deliver_notices(now=outbox.database_now()):
        pass
    signed_in(ana.user).post(reverse("account_reset_password"), {"email": ana.user.email})


def everywhere(folder: Path, broker: redis.Redis) -> dict[str, str]:
    """Return all that is written anywhere, by where that is, in lower case; ids without their dashes."""
    rows = {table: repr(rows) for table, rows in dump().items()}
    rows["django_session"] = repr([session.get_decoded() for session in Session.objects.all()])
    files = {str(path): path.read_bytes().decode(errors="replace") for path in folder.rglob("*") if path.is_file()}
    queue = {f"redis {key!r}": repr(_value(broker, key)) for key in broker.keys("*")}
    places = rows | files | queue
    return {where: text.lower().replace("-", "") for where, text in places.items()}


def _value(broker: redis.Redis, key: bytes | str) -> Any:
    kind = broker.type(key)
    if kind == b"list":
        return broker.lrange(key, 0, -1)
    return broker.smembers(key) if kind == b"set" else broker.dump(key)


def ids_of(*models: str) -> set[str]:
    """Return the ids of all rows of these models, as they are looked for."""
    rows = [row for label in models for row in apps.get_model(label)._default_manager.values_list("pk", flat=True)]
    return {row.hex for row in rows if isinstance(row, uuid.UUID)}


def found(places: Mapping[str, str], words: set[str]) -> set[str]:
    """Return where any of these words stands."""
    return {where for where, text in places.items() if any(word.lower().replace("-", "") in text for word in words)}


def shared_models() -> list[str]:
    """Return every model of the scheduler with a UUID of its own that hangs on a couple, a new one too."""
    own = {
        "scheduler.Feed",
        "scheduler.Preferences",
        "scheduler.PushDevice",
        "scheduler.Mark",
        "scheduler.CardAnswer",
        *OWN,
    }
    labels = [model._meta.label for model in apps.get_app_config("scheduler").get_models()]
    by_id = [label for label in labels if isinstance(apps.get_model(label)._meta.pk, UUIDField)]
    return [*(label for label in by_id if label not in own), "accounts.Couple", "accounts.Partner"]


@contextmanager
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collect every log line of the block."""
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    lines: list[str] = []
    yield lines
    lines += [json.dumps(vars(record), default=str) for record in caplog.records if record.name.startswith("pear")]


@pytest.mark.parametrize("act", ["leave", "delete"])
def test_it_is_gone_everywhere(
    act: str, broker: redis.Redis, mail_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = make_couple(make_user("annabel"), make_user("benedict", time_zone="America/New_York"))
    lived_in(ana, ben)
    person = {ana.user_id.hex, ana.user.email, "annabel", "canary-label", *ids_of(*OWN)}
    person |= {mark.hex for mark in Mark.objects.filter(user=ana.user).values_list("pk", flat=True)}
    shared = ids_of(*shared_models())
    before = everywhere(mail_folder, broker)
    assert {"accounts_user", "django_session", "cache", "scheduler_notice"} <= found(before, person | shared)
    assert any(".eml" in where for where in found(before, person))
    assert wait_for(lambda: broker.keys("*"), what="the bell")
    client = signed_in(ana.user)
    with logged(caplog) as lines:
        if act == "leave":
            assert client.post(reverse("leave")).status_code == 303
        else:
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
            assert client.post(reverse("account-delete")).status_code == 303
        purge(now=timezone.now())
    after = everywhere(mail_folder, broker)
    assert found(after, shared) == set()
    told = {line: line.lower().replace("-", "") for line in lines}
    assert found(told, {"annabel", "canary-label", ana.user.email}) == set()
    if act == "delete":
        assert found(after, person) == set()
        assert not User.objects.filter(pk=ana.user_id).exists()
    assert not Couple.objects.exists()
    assert not CardShare.objects.exists()
    assert not Letter.objects.filter(recipient=ben.user.email, subject__contains="nlink").exists()
    assert ClosedInvitation.objects.count() == 1
    on_disk(person if act == "delete" else shared)


def on_disk(words: set[str]) -> None:
    """On SQLite, look into the file itself and its log: deleted text must not stay on in either."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        for path in (name, f"{name}-wal"):  # by another process: closing the file here would drop SQLite's locks
            text = subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout.lower()
            assert [word for word in words if word.lower().encode() in text] == []
