"""What people write, as it lies on the disk: sealed, bound to its row, opened by keys that no database holds."""

import base64
import secrets
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.envelope import SealBrokenError
from accounts.fields import save_columns
from accounts.models import Couple, Partner, User
from scheduler.domain.talk import Card
from scheduler.models import CardAnswer, Feed, Jotting, Preferences, RoomLine
from scheduler.operations.jottings import jot_down
from scheduler.operations.room import add_lines
from scheduler.operations.talk import keep_answer
from scheduler.queries.export import export_of
from tests.cast import NOW
from tests.integration.feed_scene import fetch, make_feed

pytestmark = pytest.mark.django_db
CANARY = "Kanarienvogel 🐤"


def stored(table: str) -> list[bytes]:
    """Return every value that stands in a table, as the database gives it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (our own tables)
        rows = cursor.fetchall()
    return [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in rows for v in row]


def written(user: User) -> tuple[Preferences, Feed]:
    """Let a user write in every place that takes text of their own."""
    preferences = Preferences.objects.create(user=user, cover_title=CANARY, partner_label=CANARY)
    _, feed = make_feed(user, label=CANARY, calendar_name=CANARY, title="cover")
    add_lines(user=user, lines=[CANARY])
    jot_down(user=user, text=CANARY, now=NOW)
    keep_answer(user=user, card=Card.MEANING, text=CANARY, version=None)
    return preferences, feed


def fresh_key() -> bytes:
    return secrets.token_bytes(32)


def test_no_table_holds_what_was_written_and_every_reader_finds_it(ana: Partner) -> None:
    preferences, feed = written(ana.user)
    for table in connection.introspection.table_names():
        assert [value for value in stored(table) if CANARY.encode() in value or b"Kanarien" in value] == []
    chosen, device = Preferences.objects.get(pk=preferences.pk), Feed.objects.get(pk=feed.pk)
    assert {chosen.cover_title, chosen.partner_label, device.label, device.calendar_name} == {CANARY}
    assert [row.objects.get().text for row in (RoomLine, Jotting, CardAnswer)] == [CANARY] * 3
    [calendar] = export_of(user=ana.user)["calendars"]
    assert (calendar["label"], calendar["calendar_name"]) == (CANARY, CANARY)


def test_the_same_text_is_sealed_differently_each_time(ana: Partner) -> None:
    row = Preferences.objects.create(user=ana.user, cover_title=CANARY, partner_label=CANARY)
    first, second = (value for value in stored("scheduler_preferences") if len(value) == len(CANARY.encode()) + 28)
    save_columns(row, cover_title=CANARY)
    assert len({first, second, *stored("scheduler_preferences")}) == len(set(stored("scheduler_preferences"))) + 1


@pytest.mark.parametrize(("to", "of"), [("cover_title", "partner_label"), ("partner_label", "cover_title")])
def test_text_opens_in_no_other_column(ana: Partner, to: str, of: str) -> None:
    row, _ = written(ana.user)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE scheduler_preferences SET {to} = {of}")  # noqa: S608  (our own columns)
    with pytest.raises(SealBrokenError):
        getattr(Preferences.objects.get(pk=row.pk), to)


def test_text_opens_in_no_other_row_and_for_nobody_else(ana: Partner, ben: Partner) -> None:
    mine, feed = written(ana.user)
    theirs, _ = written(ben.user)
    _, other = make_feed(ana.user, label="x")
    Preferences.objects.filter(pk=theirs.pk).update(
        cover_title=sealed_of("scheduler_preferences", "cover_title", mine)
    )
    Feed.objects.filter(pk=other.pk).update(label=sealed_of("scheduler_feed", "label", feed))
    User.objects.filter(pk=ben.user_id).update(data_key=User.objects.get(pk=ana.user_id).data_key)
    with pytest.raises(SealBrokenError):
        _ = Preferences.objects.get(pk=theirs.pk).cover_title
    with pytest.raises(SealBrokenError):
        _ = Feed.objects.get(pk=other.pk).label


def sealed_of(table: str, column: str, row: Preferences | Feed) -> bytes:
    key = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {table} WHERE {key.column} = %s",  # noqa: S608  (our own)
            [key.get_db_prep_value(row.pk, connection)],
        )
        return bytes(cursor.fetchone()[0])


def test_an_update_by_query_is_refused(ana: Partner) -> None:
    row, _ = written(ana.user)
    with pytest.raises(TypeError, match="saved through its row"):
        Preferences.objects.filter(pk=row.pk).update(cover_title="plain")


def test_empty_text_needs_no_key(ana: Partner) -> None:
    User.objects.filter(pk=ana.user_id).update(data_key=b"")
    row = Preferences.objects.create(user=User.objects.get(pk=ana.user_id))
    assert Preferences.objects.get(pk=row.pk).cover_title == ""


def test_a_new_master_key_takes_over_and_the_old_one_can_go(
    ana: Partner, ben: Partner, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    _, feed = written(ana.user)
    written(ben.user)
    old, new = settings.MASTER_KEYS[0], fresh_key()
    settings.MASTER_KEYS = (new, old)
    assert Feed.objects.get(pk=feed.pk).label == CANARY
    call_command("rotatekeys")
    call_command("rotatekeys")
    everybody = User.objects.count() + Couple.objects.count()
    assert [int(line.split()[-3]) for line in capsys.readouterr().out.splitlines()] == [everybody, 0]
    settings.MASTER_KEYS = (new,)
    assert Feed.objects.get(pk=feed.pk).label == CANARY
    settings.MASTER_KEYS = (old,)
    with pytest.raises(CommandError, match="opens with none"):
        call_command("rotatekeys")


def test_the_file_of_keys_grows_and_shrinks(ana: Partner, settings: Settings, tmp_path: Path) -> None:
    written(ana.user)
    path = tmp_path / "master_keys"
    path.write_text(base64.urlsafe_b64encode(settings.MASTER_KEYS[0]).decode())
    settings.MASTER_KEYS_FILE = path
    call_command("rotatekeys", new=True)
    keys = [base64.urlsafe_b64decode(line + "=" * (-len(line) % 4)) for line in path.read_text().split()]
    assert keys[1:] == list(settings.MASTER_KEYS)
    assert path.stat().st_mode & 0o777 == 0o600
    settings.MASTER_KEYS = tuple(keys)
    with pytest.raises(CommandError, match="needed an older key"):
        call_command("rotatekeys", forget=True)
    call_command("rotatekeys", forget=True)
    assert len(path.read_text().split()) == 1


def test_keys_from_the_environment_are_changed_there(settings: Settings) -> None:
    settings.MASTER_KEYS_FILE = None
    for step in ("new", "forget"):
        with pytest.raises(CommandError, match="environment"):
            call_command("rotatekeys", **{step: True})


def test_a_feed_opens_its_owners_words(ana: Partner) -> None:
    path, _ = make_feed(ana.user, calendar_name=CANARY)
    assert f"X-WR-CALNAME:{CANARY}".encode() in fetch(path).content


def test_deleting_the_user_takes_the_key_along(ana: Partner) -> None:
    written(ana.user)
    key = bytes(User.objects.get(pk=ana.user_id).data_key)
    assert key in stored("accounts_user")
    ana.user.delete()
    assert key not in stored("accounts_user")
