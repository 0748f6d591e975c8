"""`manage.py start`: what `make run` does once everything is installed."""

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from scheduler.management import running


class Command(BaseCommand):
    """Prepares, says where Pear answers, and becomes the supervisor of its processes."""

    help = "Run Pear: prepare the data folder, then keep the web server and the worker alive until Ctrl-C."
    requires_system_checks = ()  # they run below, once the database is up to date

    def handle(self, *_: Any, **__: Any) -> None:
        """Replace this process by the supervisor, so that nothing stays between it and Ctrl-C."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while preparing: end without a traceback
        running.prepare()
        self.check(databases=["default"])
        said = f"Pear answers at {settings.SITE_URL}/" if settings.WEB_WORKERS else "Pear works"
        self.stdout.write(f"{said} and keeps everything in {settings.DATA_DIR}")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        command, environment = running.supervisor()
        os.execve(command[0], command, environment)  # noqa: S606  (our own interpreter and arguments)
