"""Fills the measured database and prints, as JSON, the paths of its feeds by their number of entries.

Each word is a number of entries and, after a colon, how many feeds are to have so many.
"""

import json
import sys
from datetime import timedelta
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (models load only after setup)
from django.utils import timezone  # noqa: E402

from accounts.models import Couple, Partner, User  # noqa: E402
from scheduler.models import CalendarEntry  # noqa: E402
from scheduler.operations.feeds import create_feed  # noqa: E402

call_command("migrate", verbosity=0, interactive=False)
now = timezone.now()
paths: dict[str, list[str]] = {}
asked = [[int(number) for number in word.split(":")] for word in sys.argv[1:]]
for entries in [entries for entries, feeds in asked for _ in range(feeds)]:
    user = User.objects.create_user(f"{uuid4()}@example.org")
    partner = Partner.objects.create(couple=Couple.objects.create(created_at=now), user=user, seat=1)
    CalendarEntry.objects.bulk_create(
        CalendarEntry(
            partner=partner,
            slot_id=uuid4(),
            kind="together",
            starts_at=now + timedelta(hours=number),
            ends_at=now + timedelta(hours=number + 1),
            created_at=now,
            changed_at=now + timedelta(microseconds=number),
        )
        for number in range(entries)
    )
    paths.setdefault(str(entries), []).append(f"/cal/{create_feed(user=user, label='Bench', now=now)}.ics")
sys.stdout.write(json.dumps(paths))
