"""Bringing every data key under the newest master key, so that an older one can be forgotten."""

from uuid import UUID

from django.db import transaction

from accounts.envelope import rewrapped
from accounts.models import User

FIRST = UUID(int=0)


def rewrap_all(*, batch: int = 500) -> int:
    """Wrap each user's data key by the newest master key; returns how many were not yet. What was sealed stays so.

    Safe while people work: each batch is one transaction, and doing it again changes nothing. Raises
    `accounts.envelope.SealBrokenError` for a key that no master key of this installation opens.
    """
    done, last = 0, FIRST
    while users := list(User.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]):
        done += _rewrap(users)
        last = users[-1]
    return done


def _rewrap(users: list[UUID]) -> int:
    with transaction.atomic():
        rows = User.objects.select_for_update(no_key=True).filter(pk__in=users).only("data_key")
        changed = [row for row in rows if _rewrapped(row)]
        User.objects.bulk_update(changed, ["data_key"])
    return len(changed)


def _rewrapped(user: User) -> bool:
    fresh = rewrapped(bytes(user.data_key), owner=user.pk) if user.data_key else None
    if fresh is None:
        return False
    user.data_key = fresh
    return True
