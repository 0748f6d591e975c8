"""System checks of what Django's own checks cannot see."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from scheduler.models import overlap


@register(Tags.database)
def confirmed_slots_cannot_overlap(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Fail when the database would let two confirmed slots of a couple overlap."""
    return [
        Error(
            "The guard against overlapping confirmed slots is missing.",
            hint="Run `manage.py migrate`: it puts the guard back.",
            id="scheduler.E001",
        )
        for alias in databases or []
        if overlap.TABLE in connections[alias].introspection.table_names()
        and not overlap.is_installed(connections[alias])
    ]
