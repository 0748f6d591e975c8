"""`manage.py exporter`: the numbers of this machine's processes, and of the outbox, for Prometheus."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import start_http_server

from scheduler.metrics import exported, forget_the_dead


class Command(BaseCommand):
    """Answers at METRICS_PORT on loopback until it is told to stop."""

    help = "Serve metrics on loopback at METRICS_PORT until told to stop."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Serve; CommandError when no port is set or it cannot be had."""
        if not settings.METRICS_PORT:
            raise CommandError("Set METRICS_PORT to the port that metrics shall have on loopback.")
        forget_the_dead(settings.METRICS_DIR)
        try:
            server, thread = start_http_server(
                settings.METRICS_PORT, addr="127.0.0.1", registry=exported(settings.METRICS_DIR)
            )
        except OSError as error:
            raise CommandError(f"Port {settings.METRICS_PORT} on 127.0.0.1 cannot be had.") from error
        over = threading.Event()
        for word in (signal.SIGTERM, signal.SIGINT):
            signal.signal(word, lambda *_: over.set())
        over.wait()
        server.shutdown()
        server.server_close()
        thread.join()
