"""`manage.py retention`: what Pear keeps, and how long, from the table that the sweeps themselves read."""

from typing import Any

from django.core.management.base import BaseCommand

from scheduler.domain.retention import KEPT, Keeping, Until
from scheduler.queries.retention import spelled


def line_of(keeping: Keeping) -> str:
    """Return one row as a person at a terminal reads it: table, which of its rows, and how long."""
    only = ", ".join(f"{name}={value}" for name, value in keeping.only.items())
    return f"{keeping.table:<26} {only:<32} {_how_long(keeping)}"


def _how_long(keeping: Keeping) -> str:
    if keeping.until is not Until.TIME:
        return keeping.until.value
    began = f" ({spelled(keeping.lives)} after its beginning)" if keeping.lives else ""
    return f"{keeping.since}{began}" + (f" and {spelled(keeping.kept)}" if keeping.kept else "")


class Command(BaseCommand):
    """Prints the table of retention."""

    help = "Print what is kept how long."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Print one line for each sort of row."""
        for keeping in KEPT:
            self.stdout.write(line_of(keeping).rstrip())
