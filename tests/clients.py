"""Calendar programs by other people, run as their users run them: vdirsyncer with khal, and Radicale.

They live in an environment of their own, `.venv/clients`, which `make` fills from requirements-clients.txt. One that
is missing fails the run; nothing is skipped for want of it.
"""

import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.services import ROOT, Child, ServiceFailedError, free_port

PROGRAMS = ROOT / ".venv" / "clients" / "bin"
OWNER = "ana"
PATIENCE = 60.0


def program(name: str) -> Path:
    """Return where a program is; ServiceFailedError where it is not installed."""
    if not (PROGRAMS / name).exists():
        message = f"{name} is not installed: run `make .venv/clients.stamp`, as `make test` does"
        raise ServiceFailedError(message)
    return PROGRAMS / name


def run(*command: str | Path, home: Path) -> str:
    """Run a program to its end with `home` as its user's home, and return what it printed."""
    env = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(
        [*map(str, command)], env=env, cwd=home, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        message = f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        raise AssertionError(message)
    return done.stdout


@dataclass(frozen=True)
class Radicale:
    """A running Radicale; `pid` is its process."""

    url: str
    pid: int

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Ask for `path`, as its owner; returns status and body."""
        secret = b64encode(f"{OWNER}:x".encode()).decode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = Request(f"{self.url}{path}", data=body or None, method=method)  # noqa: S310  (loopback, http)
        for name, value in ({"Authorization": f"Basic {secret}"} | named).items():
            asked.add_header(name, value)
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310  (likewise)
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def answers(self) -> bool:
        """Return whether the server is up."""
        try:
            return bool(self.ask("GET", "/.web/")[0])
        except OSError:
            return False


@contextmanager
def radicale_running(folder: Path, *, before: tuple[str, ...] = ()) -> Iterator[Radicale]:
    """Run a Radicale with its files in `folder`: its own server and storage, open to whoever says they are the owner.

    `before` are words that go before the command, such as `taskset`.
    """
    port = free_port()
    settings = folder / "radicale.conf"
    settings.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n[logging]\nlevel = warning\n"
    )
    child = Child.start([*before, program("radicale"), "--config", settings], name="radicale", folder=folder)
    server = Radicale(f"http://127.0.0.1:{port}", child.process.pid)
    try:
        child.until(server.answers)
        yield server
    finally:
        child.stop()
