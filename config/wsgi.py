"""The WSGI application that granian serves."""

import multiprocessing
import os
import signal
import sys
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django_application = get_wsgi_application()

from config.feed_first import FeedFirst  # noqa: E402  (they need Django set up)
from config.patient import Patient  # noqa: E402

TIMES_TOLD = 10  # once a second
# Longer than a page takes. Python lets a thread run for 5 ms while others wait: each would be interrupted within its
# page, again and again, and none would gain by it.
TURN_SECONDS = 0.02


def end_with_parent() -> None:
    """End this server process when granian's main process is killed.

    Left alone it would hold the port, and go on to answer beside the processes that replace it. A server process that
    is only just starting hears no signal yet; so it is told again, and ends in any case.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait_and_end() -> None:
        parent.join()
        for _ in range(TIMES_TOLD):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=wait_and_end, name="end-with-parent", daemon=True).start()


sys.setswitchinterval(TURN_SECONDS)
application = Patient(FeedFirst(django_application))
end_with_parent()
