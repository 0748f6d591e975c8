"""A backup goes from one database engine to the other, into one without any table, and back again, losing nothing."""

import io
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import compress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from scheduler.management.backup.contents import columns_of
from tests.cast import make_user
from tests.integration.test_backup import backed_up, emptied, kept_rows, lines_of, rewritten, whole
from tests.services import ROOT
from tests.world import World

__all__ = ["whole"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]


def manage(*words: str, database_url: str) -> str:
    """Run a command of manage.py on another database, with this run's keys."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        env=os.environ | {"DATABASE_URL": database_url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_to_the_other_engine_and_back(
    whole: World, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert whole.times
    there, back = str(tmp_path / "there.backup"), str(tmp_path / "back.backup")
    if engine == "sqlite":
        other = request.getfixturevalue("fresh_postgresql")(tmp_path.name)
    else:
        other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    before = kept_rows()
    call_command("backup", there, stdout=io.StringIO())

    assert "Everything is as it was" in manage("restore", there, "--as-it-was", database_url=other)
    manage("backup", back, database_url=other)

    emptied()
    assert not User.objects.exists()
    call_command("restore", back, "--as-it-was", stdout=io.StringIO())
    assert kept_rows() == before


def of_the_schema_before(lines: list[Any]) -> list[Any]:
    """Return a backup of one person as it would have been made before the newest migration."""
    loader = MigrationLoader(connection)
    [newest] = loader.graph.leaf_nodes("scheduler")
    [before] = [node for node in loader.graph.node_map[newest].parents if node.key[0] == "scheduler"]
    manifest = lines[0] | {"migrations": lines[0]["migrations"] | {"scheduler": before.key[1]}}
    targets = sorted(manifest["migrations"].items())
    models = {model._meta.label: model for model in loader.project_state(targets).apps.get_models()}
    manifest["rows"] = {label: rows for label, rows in manifest["rows"].items() if label in models}
    kept: list[Any] = [manifest]
    stay: list[bool] = []
    for line in lines[1:]:
        if isinstance(line, dict):
            model = models.get(line["table"])
            known = {field.attname for field in columns_of(model)} if model else set()
            stay = [name in known for name in line["columns"]]
            short: Any = line | {"columns": list(compress(line["columns"], stay))}
        else:
            short = list(compress(line, stay))
        kept += [short] if any(stay) else []
    return kept


def test_one_of_an_older_schema_is_taken_in_and_brought_up_to_date(tmp_path: Path) -> None:
    make_user("ana")
    path = backed_up(tmp_path)
    rewritten(path, of_the_schema_before(lines_of(path)))
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    assert "Everything is as it was" in manage("restore", str(path), "--as-it-was", database_url=other)
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as file:
        assert file.execute("SELECT email FROM accounts_user").fetchall() == [("ana@example.org",)]
        applied = {name for (name,) in file.execute("SELECT name FROM django_migrations WHERE app = 'scheduler'")}
    assert applied == {path.stem for path in (ROOT / "scheduler" / "migrations").glob("0*.py")}
