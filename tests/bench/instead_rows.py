"""Stores so many clocked rows that are due: `python -m tests.bench.instead_rows COUNT`."""

import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  (models load only after setup)
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

# by name: the package is there only while the bench runs
ClockedSchedule: Any = apps.get_model("django_celery_beat", "ClockedSchedule")
PeriodicTask: Any = apps.get_model("django_celery_beat", "PeriodicTask")
PeriodicTasks: Any = apps.get_model("django_celery_beat", "PeriodicTasks")

call_command("migrate", verbosity=0, interactive=False)
due_at = timezone.now() - timedelta(seconds=5)
clocked = ClockedSchedule.objects.create(clocked_time=due_at)
PeriodicTask.objects.bulk_create(
    PeriodicTask(
        name=f"reminder {number}", task="instead.remind", clocked=clocked, one_off=True, args='["x"]', queue="instead"
    )
    for number in range(int(sys.argv[1]))
)
PeriodicTasks.update_changed()
