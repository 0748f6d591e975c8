"""`manage.py demo`: what `make demo` does, on the throw-away data folder that it was given."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduler.management import demo, running


class Command(BaseCommand):
    """Runs Pear with two linked people and some times between them, and forgets it all at the end."""

    help = "Run Pear on a throw-away data folder with two linked people (use `make demo`)."
    requires_system_checks = ()  # they run below, once the database is up to date

    def handle(self, *_: Any, **__: Any) -> None:
        """Fill, run until told to stop, and remove the folder. CommandError for a folder that is not temporary."""
        if Path(tempfile.gettempdir()).resolve() not in settings.DATA_DIR.parents or not settings.DATABASE_IS_SQLITE:
            raise CommandError(
                "The demo throws its data away: start it with `make demo`, which makes a folder for it."
            )
        _when_told_to_stop(_leave)
        try:
            running.prepare()
            self.check(databases=["default"])
            self._introduce()
            self._run()
        finally:
            shutil.rmtree(settings.DATA_DIR, ignore_errors=True)

    def _introduce(self) -> None:
        self.stdout.write(
            f"Pear answers at {settings.SITE_URL}/ with two people, each for a browser profile of its own:"
        )
        for user in demo.fill(now=timezone.now()):
            self.stdout.write(f"  {user.name} ({user.time_zone}): {user.email}, password {demo.PASSWORD}")
        self.stdout.write(f"Mails are files in {settings.EMAIL_FILE_PATH}. Ctrl-C stops it and forgets everything.")
        self.stdout.flush()

    def _run(self) -> None:
        command, environment = running.supervisor()
        with subprocess.Popen(command, env=environment) as supervisor:  # noqa: S603  (our own interpreter)
            _when_told_to_stop(lambda *_: supervisor.terminate())
            supervisor.wait()


def _when_told_to_stop(act: Callable[[int, FrameType | None], None]) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, act)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)  # the shell's way to say which signal it was
