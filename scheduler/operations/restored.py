"""What a restored backup may still do: nobody can know from it what was ended since it was taken."""

from datetime import datetime
from typing import Any, Final

from django.apps.registry import Apps

from accounts.models import OutboxRow
from scheduler.models import Notice
from scheduler.operations.slots import fade
from scheduler.operations.sweeps import purge

BATCH: Final = 500
_WAITING: Final = (OutboxRow.State.PENDING, OutboxRow.State.CLAIMED)


def settle(*, registry: Apps, now: datetime, unlinked: bool, new_addresses: bool) -> None:
    """Close what may have been closed since the backup, in the caller's transaction.

    Always: a reminder that was due before `now` may have left already, and nobody is reminded twice. `new_addresses`
    ends every calendar address, for any may have been taken away. `unlinked` ends every link as well, with all that
    hangs on it: two keys open, one closes, and one may have turned theirs. `registry` holds the models as the schema
    has them just now.
    """
    notices = _rows(registry, "Notice", kind=Notice.Kind.REMINDER, state__in=_WAITING, due_at__lte=now)
    notices.delete()
    if new_addresses or unlinked:
        _rows(registry, "Feed", ended_at=None).update(ended_at=now, changed_at=now)
    if unlinked:
        couples = registry.get_model("accounts", "Couple")._base_manager.all()  # noqa: SLF001  (documented)
        while some := list(couples.values_list("pk", flat=True)[:BATCH]):
            couples.filter(pk__in=some).delete()


def forget_the_past(*, now: datetime) -> None:
    """Delete whatever is past its keeping at `now`, all of it: the workers' sweeps would take their time."""
    while fade(now=now) + purge(now=now):
        pass


def _rows(registry: Apps, model: str, **only: Any) -> Any:
    return registry.get_model("scheduler", model)._base_manager.filter(**only)  # noqa: SLF001  (documented)
