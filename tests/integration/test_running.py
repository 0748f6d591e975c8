"""Pear as a whole, started by the command that `make run` uses: what dies comes back, and Ctrl-C ends all of it."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services import ROOT, Child, Pear, pear_running, wait_for

pytestmark = pytest.mark.story
STOP_SECONDS = 30


@pytest.fixture(params=["embedded", "with PostgreSQL and Redis"])
def pear(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pear]:
    """Run Pear: one web and one worker process on SQLite, or two of each on PostgreSQL and Redis."""
    if request.param == "embedded":
        with pear_running(tmp_path) as pear:
            yield pear
        return
    database = request.getfixturevalue("fresh_postgresql")(tmp_path.name)
    broker = request.getfixturevalue("redis_server")
    with pear_running(
        tmp_path, database_url=database, redis_url=broker, WEB_WORKERS="2", WORKER_PROCESSES="2"
    ) as pear:
        yield pear


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Pear]:
    """Run Pear with nothing set."""
    with pear_running(tmp_path) as pear:
        yield pear


def below(parent: int, words: str = "") -> set[int]:
    """Return the children of a process whose command line holds `words`."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child) for child in children if words in command_of(int(child))}


def all_below(parent: int) -> set[int]:
    """Return the children of a process, their children, and so on."""
    children = below(parent)
    return children.union(*(all_below(child) for child in children))


def command_of(pid: int) -> str:
    """Return the command line of a process, or nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def gone(pids: set[int]) -> Callable[[], bool]:
    """Return the question whether all of these have ended."""
    return lambda: not any(map(command_of, pids))


def stop(pear: Pear, *, by: signal.Signals = signal.SIGINT) -> int:
    """Tell Pear to stop, as Ctrl-C does; returns the exit code."""
    pear.child.process.send_signal(by)
    return pear.child.process.wait(STOP_SECONDS)


def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of manage.py to its end."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    asked = [sys.executable, "manage.py", command]
    return subprocess.run(asked, env=inherited | environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_killed_web_server_comes_back_and_leaves_nothing_behind(pear: Pear) -> None:
    supervisor = pear.child.process.pid
    (web,) = below(supervisor, "granian")
    servers = below(web, "granian")
    os.kill(web, signal.SIGKILL)
    wait_for(gone(servers), what="the end of the processes that it left behind")
    (web,) = wait_for(lambda: below(supervisor, "granian") - {web}, what="a new web server")
    wait_for(pear.answers, what="an answer")

    server, *_ = wait_for(lambda: below(web, "granian"), what="a server process")
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: len(below(web, "granian") - {server}) == len(servers), what="another server process")
    wait_for(pear.answers, what="an answer")


def test_killed_workers_come_back_and_leave_nothing_behind(pear: Pear) -> None:
    supervisor = pear.child.process.pid
    workers = below(supervisor, "celery")
    pools = set[int]().union(*map(all_below, workers))
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: len(below(supervisor, "celery") - workers) == len(workers), what="as many new workers")
    wait_for(gone(pools), what="the end of the workers' own processes")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_everything(pear: Pear, by: signal.Signals) -> None:
    everything = all_below(pear.child.process.pid)
    assert stop(pear, by=by) == 0
    wait_for(gone(everything), what="the end of every process")
    assert "Traceback" not in pear.child.log.read_text()


def test_the_data_folder_is_private_and_kept(tmp_path: Path) -> None:
    with pear_running(tmp_path) as pear:
        key = (pear.data_dir / "secret_key").read_text()
        files = [path for path in pear.data_dir.rglob("*") if "static" not in path.parts]  # those anybody may read
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (pear.data_dir, *files)}
    assert modes["var"] == 0o700
    assert modes["secret_key"] == modes["vapid_key"] == modes["pear.sqlite3"] == 0o600
    assert not any(mode & 0o077 for mode in modes.values())

    with pear_running(tmp_path) as pear:
        assert (pear.data_dir / "secret_key").read_text() == key


def test_a_port_in_use_gets_one_plain_sentence(embedded: Pear, tmp_path: Path) -> None:
    port = embedded.url.rpartition(":")[2]
    again = run("start", DATA_DIR=str(tmp_path / "other"), PORT=port)
    assert again.returncode == 1
    assert again.stderr.startswith(f"CommandError: Port {port} on 127.0.0.1 cannot be had")
    assert len(again.stderr.splitlines()) == 1


def test_a_database_that_is_away_gets_a_plain_sentence(tmp_path: Path) -> None:
    away = run("start", DATA_DIR=str(tmp_path), PORT="0", DATABASE_URL="postgres://pear@127.0.0.1:1/pear")
    assert away.returncode == 1
    assert "CommandError: The database does not answer" in away.stderr
    assert "Traceback" not in away.stderr


def test_the_demo_forgets_everything(tmp_path: Path) -> None:
    with pear_running(tmp_path, command="demo") as pear:
        said = pear.child.log.read_text()
        assert "ana@example.org" in said
        assert "ben@example.org" in said
        assert pear.data_dir.exists()
        stop(pear)
    assert not pear.data_dir.exists()


def test_the_demo_throws_nothing_away_that_is_not_temporary(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    answer = run("demo", DATA_DIR=str(tmp_path / "kept"), TMPDIR=str(tmp_path / "temporary"))
    assert answer.returncode == 1
    assert "make demo" in answer.stderr
    assert (tmp_path / "kept").exists()


def test_a_host_may_have_the_web_server_alone_or_workers_alone(tmp_path: Path) -> None:
    folder = tmp_path / "worker"
    environment = {**os.environ, "DATA_DIR": str(folder), "WEB_WORKERS": "0"}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    alone = Child.start([sys.executable, "manage.py", "start"], name="worker", folder=tmp_path, env=environment)
    try:
        with pear_running(tmp_path / "web", WORKER_PROCESSES="0") as pear:
            assert below(pear.child.process.pid, "granian")
            assert not below(pear.child.process.pid, "celery")
        alone.until(lambda: bool(below(alone.process.pid, "celery")))
        assert not below(alone.process.pid, "granian")
    finally:
        alone.stop()
