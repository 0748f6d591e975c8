"""Stores so many clocked rows that are due: `python -m tests.bench.instead_rows COUNT`."""

import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (models load only after setup)
from django.utils import timezone  # noqa: E402
from django_celery_beat.models import ClockedSchedule, PeriodicTask, PeriodicTasks  # noqa: E402

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
