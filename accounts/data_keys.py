"""Bringing every data key under the newest master key, so that an older one can be forgotten."""

from typing import Any, Final
from uuid import UUID

from django.db import models, transaction

from accounts.envelope import rewrapped
from accounts.models import Couple, User

FIRST = UUID(int=0)
OWNERS: Final[tuple[type[models.Model], ...]] = (User, Couple)  # whoever has a `data_key`


def rewrap_all(*, batch: int = 500) -> int:
    """Wrap each data key, a user's or a couple's, by the newest master key; returns how many were not yet.

    What was sealed stays so. Safe while people work: each batch is one transaction, and doing it again changes
    nothing. Raises `accounts.envelope.SealBrokenError` for a key that no master key of this installation opens.
    """
    return sum(_rewrap_all_of(owner, batch) for owner in OWNERS)


def _rewrap_all_of(owner: type[models.Model], batch: int) -> int:
    rows, done, last = owner._default_manager.all(), 0, FIRST  # noqa: SLF001  (public by its documentation)
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]):
        done += _rewrap(rows.filter(pk__in=keys))
        last = keys[-1]
    return done


def _rewrap(rows: models.QuerySet[Any]) -> int:
    with transaction.atomic():
        changed = [row for row in rows.select_for_update(no_key=True).only("data_key") if _rewrapped(row)]
        rows.bulk_update(changed, ["data_key"])
    return len(changed)


def _rewrapped(row: Any) -> bool:
    fresh = rewrapped(bytes(row.data_key), owner=row.pk) if row.data_key else None
    if fresh is None:
        return False
    row.data_key = fresh
    return True
