"""The Celery application; `scheduler.tasks` holds the tasks and the tick that wakes them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("pear")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["scheduler"])
app.steps["consumer"].update(["config.ticker:Ticker", "config.ticker:Watchdog"])  # by name: only a worker loads them
