"""The command blocks of the documents, and what shows of each command that it works.

A command that is in no table below fails tests/unit/test_documents.py: run it in a test, or say why that cannot be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.services import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_SETTING = re.compile(r"[A-Z][A-Z_]*=\S.*")

# Run word for word, one after the other, by tests/integration/test_documents_run.py.
RUN = (
    "manage.py backup pear.backup",
    "manage.py restore pear.backup --as-it-was",
)

# Done by a test in another form: under pytest's own settings, or by the command that make ends in.
HELD = {
    "make run": "tests/integration/test_running.py::test_told_to_stop_it_stops_everything",
    "PORT=9000 DATA_DIR=~/pear make run": "tests/integration/test_running.py"
    "::test_the_data_folder_is_private_and_kept",
    "DATABASE_URL=postgres://pear:...@db/pear REDIS_URL=redis://cache/0"
    " EMAIL_URL=smtp+tls://user:...@mail:587 SITE_URL=https://pear.example WEB_WORKERS=2 WORKER_PROCESSES=2"
    " make run": "tests/integration/test_running.py::test_killed_workers_come_back_and_leave_nothing_behind",
    "make demo": "tests/integration/test_running.py::test_the_demo_forgets_everything",
    "manage.py rotatekeys --new": "tests/integration/test_at_rest.py::test_the_file_of_keys_grows_and_shrinks",
    "manage.py rotatekeys": "tests/integration/test_at_rest.py"
    "::test_a_new_master_key_takes_over_and_the_old_one_can_go",
    "manage.py rotatekeys --forget": "tests/integration/test_at_rest.py::test_the_file_of_keys_grows_and_shrinks",
    "manage.py doctor": "tests/integration/test_feed_running.py::test_the_checker_and_the_doctor_find_nothing",
    "manage.py doctor --mail-to you@example.org": "tests/integration/test_doctor.py"
    "::test_a_mail_is_sent_where_one_is_asked_for",
}

_ROOT_RIGHTS = "it changes the machine, with root's rights; what it copies is held by tests/unit/test_units.py"
_INDEX = "it asks a package index; `make check-locks` holds what comes of it"
_CONTAINERS = "it needs images, which no test builds; tests/unit/test_containers.py reads what they are made of"
_WHOLE = "it is the suite itself, as .ci/run runs it"
LEFT = {
    "make test": _WHOLE,
    "make check": _WHOLE,
    "make faults": "five minutes of kills; for whoever changes how mails are sent",
    "make upgrade": "it pulls new code; each of its steps is held where it stands alone",
    ".venv/bin/pytest tests/browser/pictures.py": "pictures are for people who look; what can be measured is held by"
    " tests/browser/test_pages.py",
    ".venv/bin/python -m tests.bench.proxies nginx caddy": "nginx and Caddy are not installed by the suite",
    ".venv/bin/python manage.py makemessages --all --add-location file --no-wrap -i tests -i .venv -i var -i build"
    " -i docs": "it rewrites the catalogues; `make check-catalogues` runs it on a copy",
    ".venv/bin/python manage.py compilemessages -i .venv -i var -i build": "gettext is not needed to run Pear;"
    " tests/unit/test_catalogues.py holds written and compiled catalogues together",
    "uv pip compile --no-header --generate-hashes --no-emit-index-url --universal --python-version 3.11"
    " pyproject.toml -o requirements.txt": _INDEX,
    "uv pip compile --no-header --generate-hashes --no-emit-index-url --universal --python-version 3.11"
    " -c requirements.txt pyproject.toml --group test --group lint -o requirements-dev.txt": _INDEX,
    "uv pip compile --no-header --generate-hashes --no-emit-index-url --universal --python-version 3.11"
    " -c requirements-dev.txt --group clients -o requirements-clients.txt": _INDEX,
    "sudo adduser --system --group --no-create-home --home /var/lib/pear pear": _ROOT_RIGHTS,
    "sudo git clone ADDRESS-OF-THIS-REPOSITORY /srv/pear": _ROOT_RIGHTS,
    "sudo make -C /srv/pear .venv/run.stamp": _ROOT_RIGHTS,
    "sudo install -m 600 /dev/null /etc/pear.env": _ROOT_RIGHTS,
    "sudo cp /srv/pear/docs/systemd/pear.service /srv/pear/docs/systemd/pear-backup.*"
    " /etc/systemd/system": _ROOT_RIGHTS,
    "sudo systemctl enable --now pear pear-backup.timer": _ROOT_RIGHTS,
    "sudo systemctl restart pear": _ROOT_RIGHTS,
    "sudo systemd-run --wait --pipe --uid pear -p EnvironmentFile=/etc/pear.env -p WorkingDirectory=/srv/pear"
    " -E DATA_DIR=/var/lib/pear /srv/pear/.venv/bin/python manage.py doctor": _ROOT_RIGHTS,
    "sudo apt-get install postgresql redis-server": _ROOT_RIGHTS,
    "sudo -u postgres createuser --pwprompt pear": _ROOT_RIGHTS,
    "sudo -u postgres createdb --owner pear pear": _ROOT_RIGHTS,
    'sudo -u postgres psql --dbname pear --command "CREATE EXTENSION btree_gist"': _ROOT_RIGHTS,
    "chmod 600 .env": _CONTAINERS,
    "docker compose up --build --detach": _CONTAINERS,
    "docker compose exec web python manage.py doctor": _CONTAINERS,
    "docker compose exec web python manage.py backup /var/lib/pear/pear.backup": _CONTAINERS,
}

# What is drawn with letters, by its first line.
DRAWN = (
    "stateDiagram-v2",
    "config       settings, addresses, Celery: the only package that knows every other",
)


@dataclass(frozen=True)
class Block:
    """One block that stands out as typed, indented or fenced; `lines` without its indentation."""

    where: str
    lines: tuple[str, ...]

    def settings(self) -> list[str]:
        """Return the variables that it sets, where it does nothing else."""
        lines = self.commands()
        return [line.partition("=")[0] for line in lines] if all(map(_is_setting, lines)) else []

    def commands(self) -> list[str]:
        """Return its lines, those that go on joined, without comments."""
        joined = re.sub(r" *\\\n\s*", " ", "\n".join(self.lines))
        return [line for each in joined.splitlines() if (line := re.sub(r"(^|\s+)#\s.*$", "", each).strip())]


def _is_setting(line: str) -> bool:
    return bool(_SETTING.fullmatch(line)) and not re.search(r" (make|manage\.py) ", line)


def blocks() -> Iterator[Block]:
    """Yield every block of every document."""
    for document in DOCUMENTS:
        name = str(document.relative_to(ROOT))
        for lines in [*_fenced(document.read_text()), *_indented(document.read_text())]:
            yield Block(name, tuple(lines))


def commands() -> Iterator[tuple[str, str]]:
    """Yield the place and the words of every command."""
    for block in blocks():
        if not block.settings() and block.lines[0] not in DRAWN:
            yield from ((block.where, command) for command in block.commands())


def _fenced(text: str) -> Iterator[list[str]]:
    for found in re.findall(r"^```\w*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        yield found.splitlines()


def _indented(text: str) -> Iterator[list[str]]:
    plain = re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for found in re.findall(r"(?:^|\n)\n((?: {4,}\S.*(?:\n|$))+)", plain):
        yield [line.strip() for line in found.splitlines()]
