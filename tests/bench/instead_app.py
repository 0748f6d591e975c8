"""What people would pick instead: one Celery task for each reminder, by ETA or by a clocked row. It sends nothing."""

import os

from celery import Celery

app = Celery("instead", broker=os.environ["BENCH_REDIS_URL"])
app.conf.update(
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    task_default_queue="instead",
)


@app.task(name="instead.remind", ignore_result=True)
def remind(notice: str) -> None:
    """Take the id of a reminder."""
    assert notice
