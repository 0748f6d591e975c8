"""The zone in which a couple counts its weeks; couples that stand already get it as if they linked now."""

import zoneinfo
from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.utils import timezone


def settle(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  (Django's signature)
    """Take the one of the two zones whose clocks are ahead; of two that agree, the first by name."""
    now = timezone.now()

    def ahead_first(name: str) -> tuple[timedelta, str]:
        return -(now.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or timedelta()), name

    for couple in apps.get_model("accounts", "Couple").objects.prefetch_related("partners__user").iterator(500):
        names = {partner.user.time_zone for partner in couple.partners.all()}
        known = names & zoneinfo.available_timezones()
        if known:
            couple.zone = min(known, key=ahead_first)
            couple.save(update_fields=["zone"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache_table")]

    operations = [
        migrations.AddField("couple", "zone", models.CharField(default="UTC", max_length=64)),
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=True),
    ]
