"""A backup goes from one database engine to the other, into one without any table, and back again, losing nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from tests.integration.test_backup import emptied, kept_rows, whole
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
