"""A Pear of single processes that a test starts, kills and stops: the commands are those of the supervisor."""

import configparser
import json
import os
import shlex
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.faults.rows import Rows
from tests.faults.sink import Sink
from tests.services import NOT_INHERITED, ROOT, Child, free_port, wait_for

PACE = {
    "DELIVERY_LEASE_SECONDS": "16",
    "DELIVERY_BACK_OFF_SECONDS": "1,2,3,4,5",
    "BREAKER_PAUSE_SECONDS": "1,2,3,4,5",
    "EMAIL_TIMEOUT_SECONDS": "3",
    "TICK_SECONDS": "1",
    "UNDO_SECONDS": "1",
    "WORKER_CONCURRENCY": "1",
}
CSRF = "k" * 32
PATIENCE = 60.0  # far longer than anything takes, also on a slow machine


@dataclass(frozen=True)
class Plan:
    """One couple's plan; `session` is the key of the partner at `address`, who can press buttons."""

    slot: str
    couple: str
    session: str
    address: str


@dataclass
class Site:
    """The processes of one Pear and the services that they stand on."""

    folder: Path
    env: dict[str, str]
    rows: Rows
    sink: Sink
    plans: list[Plan] = field(default_factory=list)
    web: Child | None = None
    workers: dict[str, Child] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return int(self.env["PORT"])

    def fill(self, couples: int, plain: int = 0) -> None:
        """Make schema, static files and people."""
        command = [sys.executable, "-m", "tests.faults.seed", str(couples), str(plain)]
        quiet = self.env | {"REDIS_URL": ""}  # nobody is there yet to be woken
        done = subprocess.run(command, env=quiet, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        self.plans += [Plan(**each) for each in json.loads(done.stdout.splitlines()[-1])]

    def start_web(self) -> None:
        """Start the web server as the supervisor does."""
        self.web = Child.start(_command("web", self.env), name="web", folder=self.folder, env=self.env)
        self.web.until(lambda: self.get("/healthz") == 200, seconds=PATIENCE)

    def start_worker(self, name: str, **extra: str) -> Child:
        """Start a worker as the supervisor does; returns at once."""
        env = self.env | {"PEAR_WORKER": name} | extra
        self.workers[name] = Child.start(_command("worker", env), name=name, folder=self.folder, env=env)
        return self.workers[name]

    def kill_worker(self, name: str) -> None:
        """End a worker and its children at once, as a power cut does."""
        kill_group(self.workers.pop(name))

    def replace_worker(self, name: str, **extra: str) -> None:
        """Kill a worker and start another in its place."""
        self.kill_worker(name)
        self.start_worker(name, **extra)

    def holder_of(self, port: int) -> str:
        """Return the name of the worker that has this end of a connection."""
        group = wait_for(lambda: _group_with(_inode_of(port)), what=f"who has port {port}")
        return next(name for name, child in self.workers.items() if child.process.pid == group)

    def get(self, path: str, plan: Plan | None = None, *, seconds: float = PATIENCE) -> int:
        """Fetch a page, signed in where a plan is given; returns the status, 0 when nobody answers."""
        with suppress(OSError, HTTPException):
            return self._ask("GET", path, plan, seconds, {})
        return 0

    def free(self, plan: Plan) -> int:
        """Press "Free this time"; returns the status."""
        return self.press(free_path(plan), plan)

    def press(self, path: str, plan: Plan | None = None, *, seconds: float = PATIENCE, **fields: str) -> int:
        """Send a form; returns the status, 0 when nobody answers."""
        with suppress(OSError, HTTPException):
            return self._ask("POST", path, plan, seconds, fields)
        return 0

    def _ask(self, method: str, path: str, plan: Plan | None, seconds: float, fields: dict[str, str]) -> int:
        line = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        body = urlencode({"csrfmiddlewaretoken": CSRF, **fields}) if method == "POST" else None
        try:
            line.request(method, path, body=body, headers=headers(plan))
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()

    def stop(self) -> None:
        """End everything that still runs."""
        for child in [*self.workers.values(), *([self.web] if self.web else [])]:
            kill_group(child)


def free_path(plan: Plan) -> str:
    """Return the address at which a plan is freed."""
    return f"/times/{uuid.UUID(plan.slot)}/free/"


def headers(plan: Plan | None) -> dict[str, str]:
    """Return the headers by which a browser is known again."""
    cookies = f"csrftoken={CSRF}" + (f"; sessionid={plan.session}" if plan else "")
    return {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}


def kill_group(child: Child) -> None:
    """End a process and its children by force; each child of the suite leads a group of its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def family(pid: int) -> set[int]:
    """Return a process, its children, their children, and so on."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def environment(folder: Path, sink: Sink, **more: str) -> dict[str, str]:
    """Return what a Pear with its data in `folder` finds in its environment."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    own = {"DATA_DIR": str(folder / "var"), "PORT": str(free_port()), "EMAIL_URL": sink.url, "SECRET_KEY": "faults"}
    return inherited | PACE | own | {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | more


def _command(program: str, env: dict[str, str]) -> list[str]:
    """Return the command that the supervisor would run."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "config" / "supervisord.conf")
    values = {
        "ENV_PEAR_PYTHON": sys.executable,
        "ENV_PEAR_HOST": "127.0.0.1",
        "ENV_PEAR_PORT": env["PORT"],
        "ENV_PEAR_WEB_WORKERS": "2",
        "process_num": 0,
    }
    words = shlex.split(parser[f"program:{program}"]["command"] % values)
    return [word.replace("worker0@", f"{env.get('PEAR_WORKER', '')}@") for word in words]


def _inode_of(port: int) -> str:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1] == f"0100007F:{port:04X}":
            return f"socket:[{fields[9]}]"
    raise AssertionError(f"nobody has port {port}")


def _group_with(inode: str) -> int:
    """Return the process group of whoever has this socket; 0 when nobody could be seen to."""
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(entry.readlink()) == inode:
                return os.getpgid(int(entry.parts[2]))
    return 0
