"""What the database itself will not hold, whatever the code above it does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.db import Error, connection, transaction

from accounts.models import Couple, Partner, User
from scheduler.models import CalendarEntry, Notice, Offer, Slot, Yes, overlap

pytestmark = pytest.mark.django_db


def slot_of(ana: Partner, now: datetime, *, hours: int = 1, length: int = 1, confirmed: bool = False) -> Slot:
    offer = Offer.objects.create(couple=ana.couple, author=ana, key=uuid4(), created_at=now)
    starts_at = now + timedelta(hours=hours)
    return Slot.objects.create(
        couple=ana.couple,
        offer=offer,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=length),
        zone="UTC",
        expires_at=starts_at,
        confirmed_at=now if confirmed else None,
    )


def notice(ana: Partner, now: datetime) -> Notice:
    return Notice(recipient=ana, kind="offer", cause=ana.pk, due_at=now, expires_at=now)


IMPOSSIBLE: dict[str, Callable[[Partner, User, datetime], object]] = {
    "a third seat": lambda ana, cleo, now: Partner.objects.create(couple=ana.couple, user=cleo, seat=3),
    "a seat taken twice": lambda ana, cleo, now: Partner.objects.create(couple=ana.couple, user=cleo, seat=1),
    "a user in two couples": lambda ana, cleo, now: Partner.objects.create(
        couple=Couple.objects.create(created_at=now), user=ana.user, seat=1
    ),
    "two yeses by one partner": lambda ana, cleo, now: Yes.objects.bulk_create(
        Yes(slot=slot, partner=ana, revision=revision, said_at=now)
        for slot in [slot_of(ana, now)]
        for revision in (1, 2)
    ),
    "an end before the start": lambda ana, cleo, now: slot_of(ana, now, length=-1),
    "two overlapping plans": lambda ana, cleo, now: [
        slot_of(ana, now, hours=hours, length=2, confirmed=True) for hours in (1, 2)
    ],
    "an open time confirmed into a plan": lambda ana, cleo, now: [
        slot_of(ana, now, length=3, confirmed=True),
        Slot.objects.filter(pk=slot_of(ana, now, hours=2).pk).update(confirmed_at=now),
    ],
    "a notice twice": lambda ana, cleo, now: Notice.objects.bulk_create([notice(ana, now), notice(ana, now)]),
    "an entry twice": lambda ana, cleo, now: [
        CalendarEntry.objects.create(
            partner=ana,
            slot_id=ana.pk,
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            created_at=now,
            changed_at=now,
        )
        for _ in range(2)
    ],
    "an address in capitals": lambda ana, cleo, now: User.objects.filter(pk=cleo.pk).update(email="CLEO@example.org"),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_the_database_will_not_hold_it(what: str, ana: Partner, cleo: User, now: datetime) -> None:
    with pytest.raises(Error), transaction.atomic():
        IMPOSSIBLE[what](ana, cleo, now)


def test_plans_back_to_back_and_plans_of_two_couples_are_fine(ana: Partner, dora: Partner, now: datetime) -> None:
    slot_of(ana, now, hours=1, confirmed=True)
    slot_of(ana, now, hours=2, confirmed=True)
    slot_of(dora, now, hours=1, confirmed=True)
    slot_of(ana, now, hours=1, length=3)
    assert Slot.objects.count() == 4


def test_a_missing_guard_is_seen_and_mended(engine: str) -> None:
    """Django's table remake drops SQLite's triggers silently."""
    assert overlap.is_installed(connection)
    with connection.cursor() as cursor:
        if engine == "postgresql":
            cursor.execute(f"ALTER TABLE {overlap.TABLE} DROP CONSTRAINT {overlap.NAME}")
        else:
            cursor.execute(f"DROP TRIGGER {overlap.NAME}_UPDATE")
    assert "scheduler.E001" in {message.id for message in run_checks(databases=["default"], tags=["database"])}
    overlap.install(connection)
    assert overlap.is_installed(connection)
