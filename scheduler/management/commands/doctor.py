"""`manage.py doctor`: whether this Pear is well, and how to mend what is not."""

from argparse import ArgumentParser
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduler.management.doctor import ground, outside, stores
from scheduler.management.doctor.finding import Finding, Look, findings_of


class Command(BaseCommand):
    """Prints a line for each thing that it looked at; status 1 when something is wrong."""

    help = "Look at everything that Pear needs, and say how to mend what is wrong. Ask on each machine."
    requires_system_checks = ()  # they are one of the looks

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an address for a test mail."""
        parser.add_argument("--mail-to", default="", metavar="ADDRESS", help="send a neutral test mail there")

    def handle(self, *, mail_to: str, **_: Any) -> None:
        """Look. CommandError, with status 1, where anything is wrong."""
        faults = 0
        for finding in _findings(mail_to):
            self.stdout.write(finding.line())
            self.stdout.flush()
            faults += finding.is_fault
        if faults:
            raise CommandError(f"Found {faults} fault(s).", returncode=1)


def _findings(mail_to: str) -> Iterator[Finding]:
    """Yield what every look found; those that need the database only where it answers with the right schema."""
    now = timezone.now()
    anyway: dict[str, Look] = {
        "settings": ground.settings_look,
        "files": ground.files_look,
        "time zones": partial(ground.zones_look, now=now),
        "broker": stores.broker_look,
        "mail": partial(outside.mail_look, to=mail_to),
    }
    one_after_another: dict[str, Look] = {
        "database": stores.database_look,
        "schema": stores.schema_look,
        "clock": stores.clock_look,
        "worker": stores.worker_look,
        "site": outside.site_look,
        "feed": partial(outside.feed_look, now=now),
    }
    for what, look in anyway.items():
        yield from findings_of(what, look)
    for what, look in one_after_another.items():
        found = list(findings_of(what, look))
        yield from found
        if what in {"database", "schema", "site"} and any(each.is_fault for each in found):
            return
