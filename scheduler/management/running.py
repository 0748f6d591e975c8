"""What comes before Pear runs, and the command that then keeps it running."""

import os
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

CONFIGURATION = Path(__file__).resolve().parents[2] / "config" / "supervisord.conf"


def prepare() -> None:
    """Make ready what a start needs: a free port for the web server, a private folder, the schema, the static files.

    CommandError, in one plain sentence, when the port is taken or the database does not answer.
    """
    if settings.WEB_WORKERS:
        _require_free_port()
    os.umask(0o077)
    settings.DATA_DIR.chmod(0o700)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    finally:
        connections.close_all()
    call_command("collectstatic", verbosity=0, interactive=False)


def supervisor() -> tuple[list[str], dict[str, str]]:
    """Return the command that keeps the web server and the worker alive, and the environment it needs."""
    as_root = ["--user", "root"] if os.geteuid() == 0 else []  # said aloud, or supervisord warns at every start
    command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(CONFIGURATION), *as_root]
    return command, os.environ | {
        "DATA_DIR": str(settings.DATA_DIR),
        "PEAR_DATA_DIR": str(settings.DATA_DIR),
        "PEAR_EXPORTER": "true" if settings.METRICS_PORT else "false",
        "PEAR_HOST": settings.LISTEN_HOST,
        "PEAR_OUTPUT": os.environ.get("LOG_FILE") or "/dev/fd/1",
        "PEAR_PORT": str(settings.PORT),
        "PEAR_PYTHON": sys.executable,
        "PEAR_WEB": "true" if settings.WEB_WORKERS else "false",
        "PEAR_WEB_WORKERS": str(settings.WEB_WORKERS),
        "PEAR_WORKER_PROCESSES": str(settings.WORKER_PROCESSES),
    }


def _require_free_port() -> None:
    family = socket.AF_INET6 if ":" in settings.LISTEN_HOST else socket.AF_INET
    try:
        socket.create_server((settings.LISTEN_HOST, settings.PORT), family=family).close()
    except OSError as error:
        raise CommandError(
            f"Port {settings.PORT} on {settings.LISTEN_HOST} cannot be had ({os.strerror(error.errno or 0)}). "
            f"Stop what uses it, or choose another, as in: PORT={settings.PORT + 1} make run"
        ) from error
