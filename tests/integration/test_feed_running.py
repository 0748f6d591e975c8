"""The strict checker at the address of a real Pear: embedded, and with PostgreSQL, Redis and two web processes."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.services import NOT_INHERITED, ROOT, pear_running

pytestmark = pytest.mark.story
LOOKED_AT = [
    *("settings:", "files:", "time", "broker:", "mail:", "database:", "schema:", "clock:", "worker:", "site:", "feed:")
]


def run(*words: str, **environment: str) -> str:
    """Run a program of ours to its end, with nothing of this run's own settings; returns what it printed."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    asked = [sys.executable, *words]
    done = subprocess.run(asked, env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("mode", ["embedded", "with PostgreSQL and Redis"])
def test_the_checker_and_the_doctor_find_nothing(mode: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    services = {}
    if mode != "embedded":
        database = request.getfixturevalue("fresh_postgresql")("checked")
        services = {"database_url": database, "redis_url": request.getfixturevalue("redis_server")}
    with pear_running(tmp_path, **services, WEB_WORKERS="2" if services else "1") as pear:
        there = {"DATA_DIR": str(pear.data_dir)} | ({"DATABASE_URL": pear.database_url} if services else {})
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.production"}
        paths = json.loads(run("-m", "tests.bench.feed_rows", "10:1", **there, **settings))
        said = io.StringIO()
        call_command("checkfeed", f"{pear.url}{paths['10'][0]}", stdout=said)
        broker = {"REDIS_URL": services["redis_url"]} if services else {}
        (tmp_path / "tzdata.zi").write_text(f"# version {dt.datetime.now(dt.UTC).year}a\n")
        patient = {"TICK_SECONDS": "20", "PYTHONTZPATH": str(tmp_path)}  # a slow machine, with rules of any age
        asked = there | settings | broker | patient
        looked_at = run("manage.py", "doctor", **asked, SITE_URL=pear.url).splitlines()
    assert said.getvalue() == "Nothing to find fault with.\n"
    assert [line.split()[1] for line in looked_at if line.startswith("well ")] == LOOKED_AT
    assert len(looked_at) == len(LOOKED_AT)
