"""Fill the database of a site: `python -m tests.faults.seed COUPLES PLAIN_COUPLES` prints what there is, as JSON.

COUPLES have each made one plan and can press buttons: theirs is a signed-in session. PLAIN_COUPLES are rows alone.
"""

import datetime as dt
import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django has to stand first)
from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

from accounts import outbox  # noqa: E402
from accounts.models import Couple, Partner, User  # noqa: E402
from scheduler.models import CalendarEntry, Notice, Offer, Preferences, Slot  # noqa: E402
from tests.cast import make_couple, make_user, signed_in  # noqa: E402
from tests.scenes import planned  # noqa: E402

AHEAD = dt.timedelta(days=2)
LENGTH = dt.timedelta(hours=2)
CHEAP_HASH = "django.contrib.auth.hashers.MD5PasswordHasher"  # nobody here signs in by password


def awake(user: User, now: dt.datetime) -> Preferences:
    """Return choices by which `user` may be reminded at any hour of this day (their zone is UTC)."""
    away = (now + dt.timedelta(hours=12)).replace(second=0, microsecond=0)
    return Preferences(user=user, quiet_from=away.time(), quiet_until=(away + dt.timedelta(hours=1)).time())


def couple_with_a_plan(number: int, now: dt.datetime) -> dict[str, Any]:
    """Link two people, let them agree on a time, and sign the first one in."""
    one, other = (make_user(f"{name}{number}", time_zone="UTC", at=now) for name in ("ana", "ben"))
    Preferences.objects.bulk_create([awake(one, now), awake(other, now)])
    first, _ = make_couple(one, other, at=now)
    slot = planned(first, now + AHEAD, now=now)
    session = signed_in(one).cookies[settings.SESSION_COOKIE_NAME].value
    return {"slot": slot.pk.hex, "couple": first.couple_id.hex, "session": session, "address": one.email}


def plain_couples(count: int, now: dt.datetime) -> None:
    """Add so many couples with a plan and the reminders of it, row by row as the operations would leave them."""
    users = [
        User(email=f"{name}{number}@many.example.org", password="!", time_zone="UTC", language="en")
        for number in range(count)
        for name in ("ana", "ben")
    ]
    User.objects.bulk_create(users, batch_size=1000)
    Preferences.objects.bulk_create([awake(user, now) for user in users], batch_size=1000)
    couples = Couple.objects.bulk_create([Couple(created_at=now) for _ in range(count)], batch_size=1000)
    partners = [Partner(couple=couples[index // 2], user=user, seat=index % 2 + 1) for index, user in enumerate(users)]
    Partner.objects.bulk_create(partners, batch_size=1000)
    plain_plans(partners, now + AHEAD, now)


def plain_plans(partners: list[Partner], start: dt.datetime, now: dt.datetime) -> None:
    """Add a plan of each two partners, their calendar entries and their reminders."""
    offers = [Offer(couple=one.couple, author=one, key=uuid.uuid4(), created_at=now) for one in partners[::2]]
    Offer.objects.bulk_create(offers, batch_size=1000)
    times = {"starts_at": start, "ends_at": start + LENGTH}
    slots = [
        Slot(couple=offer.couple, offer=offer, zone="UTC", expires_at=start, confirmed_at=now, **times)
        for offer in offers
    ]
    Slot.objects.bulk_create(slots, batch_size=1000)
    owned = [(partner, slots[index // 2]) for index, partner in enumerate(partners)]
    CalendarEntry.objects.bulk_create(
        [
            CalendarEntry(partner=partner, slot_id=slot.pk, kind="together", created_at=now, changed_at=now, **times)
            for partner, slot in owned
        ],
        batch_size=1000,
    )
    reminder = {"kind": Notice.Kind.REMINDER, "lead": "2h", "due_at": start - LENGTH, "expires_at": start}
    Notice.objects.bulk_create(
        [Notice(recipient=partner, cause=slot.pk, starts_at=start, **reminder) for partner, slot in owned],
        batch_size=1000,
    )


def main() -> None:
    """Bring the schema up to date, and fill it."""
    couples, plain = (int(word) for word in sys.argv[1:3])
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = outbox.database_now().replace(microsecond=0)
    with override_settings(PASSWORD_HASHERS=[CHEAP_HASH], ALLOWED_HOSTS=["*"]):
        made = [couple_with_a_plan(number, now) for number in range(couples)]
    plain_couples(plain, now)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
