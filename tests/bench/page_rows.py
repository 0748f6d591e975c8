"""Fills the measured database with some couples; prints, as JSON, the cookies of one of them and their key."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (models load only after setup)
from django.utils import timezone  # noqa: E402

from tests.bench.couples import cookies_of, with_six_times  # noqa: E402

OTHERS = 20

call_command("migrate", verbosity=0, interactive=False)
call_command("collectstatic", verbosity=0, interactive=False)
couples = [with_six_times(now=timezone.now()) for _ in range(1 + OTHERS)]
reader = couples[OTHERS // 2][0]
sys.stdout.write(json.dumps({"cookies": cookies_of(reader.user), "partner": str(reader.pk)}))
