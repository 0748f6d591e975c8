"""`manage.py notices`: what waits to be sent, what was, and for how long."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.outbox import database_now
from scheduler.queries.outbox import breakers, oldest_due_seconds, tallies

_ROW = "{:<8} {:<10} {:<8} {:<8} {:>9}  {}"


class Command(BaseCommand):
    """Counts by kind, channel and state, with the age of the oldest due and of the oldest claimed; about nobody."""

    help = "Count what waits to be sent and what became of the rest. With --check: status 1 when something is late."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the check, and its limit."""
        parser.add_argument("--check", action="store_true", help="say only whether something is late")
        parser.add_argument(
            "--limit", type=int, default=settings.LATE_SECONDS, help="seconds after which it is late (%(default)s)"
        )

    def handle(self, *, check: bool, limit: int, **_: Any) -> None:
        """Print the table, or check."""
        now = database_now()
        if check:
            self._check(oldest_due_seconds(now=now), limit)
            return
        self.stdout.write(_ROW.format("what", "kind", "channel", "state", "rows", "oldest"))
        for row in tallies(now=now):
            age = "-" if row.oldest_seconds is None else _age(row.oldest_seconds)
            self.stdout.write(_ROW.format(row.what, row.kind, row.channel, row.state, row.rows, age))
        for way, open_since in breakers():
            said = f"does not answer for {_age((now - open_since).total_seconds())}" if open_since else "answers"
            self.stdout.write(f"{way}: the server {said}")

    def _check(self, oldest: float, limit: int) -> None:
        if oldest > limit:
            raise CommandError(f"The oldest has been due for {_age(oldest)}.", returncode=1)
        self.stdout.write("Nothing is late.")


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
