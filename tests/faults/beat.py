"""Celery as Pear has it, with a schedule for `celery beat` that ticks far more often than needed."""

from config.celery import app

app.conf.beat_schedule = {"deliver": {"task": "scheduler.deliver", "schedule": 0.1}}
app.conf.beat_max_loop_interval = 0.1

__all__ = ["app"]
