"""`python -m tests.faults.attack`: a real Pear, and people who want in: the outsider, the ex, the coercive partner.

Everything there is exists; then they try. One line for each attack is printed: how many tries, and what got through.
Afterwards the couple's rows are what they were, the victim's page opens, she signs in again on her own browser, and
she frees a time. Anything else: exit code 1.
"""

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

from tests.services import Inbox, Pear, pear_running, scratch_folder, smtp_running

if TYPE_CHECKING:
    from tests.faults.attack_scene import Scene

KEY = secrets.token_urlsafe(40)
# Each line ends in CRLF; the server in front has to turn these away, for what lies behind it trusts their shape.
MALFORMED = {
    "a length that is no number": b"POST /link/redeem/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\na=1",
    "a length below nothing": b"POST /link/redeem/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\na=1",
    "two lengths": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\na=1",
    "a bad chunk": b"POST /settings/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na=1\r\n",
    "a header of 64 kB": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 65_536 + b"\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Nul: a\0b\r\n\r\n",
    "a space in the path": b"GET /a b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "bytes": bytes(range(256)),
}


def main() -> None:
    """Make the scene, start Pear on it, attack, print."""
    folder = scratch_folder()
    try:
        with smtp_running() as inbox:
            _set_up(str(folder / "var"), inbox.url)
            sys.exit(_attacked(folder, inbox))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(data_dir: str, email_url: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SITE_URL", "METRICS_PORT", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    os.environ |= {
        "DATA_DIR": data_dir,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "EMAIL_URL": email_url,
    }
    os.environ |= {"SECRET_KEY": KEY, "TRUSTED_PROXY_COUNT": "1"}
    import django  # noqa: PLC0415  (the settings read the environment above)

    django.setup()
    from django.conf import settings  # noqa: PLC0415  (likewise)
    from django.core.management import call_command  # noqa: PLC0415  (likewise)

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]  # in this process, which only makes the scene
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def _attacked(folder: Any, inbox: Inbox) -> int:
    from tests.faults.attack_scene import make_scene  # noqa: PLC0415  (it needs Django set up)
    from tests.faults.visitor import inside, wire  # noqa: PLC0415  (likewise)

    scene = make_scene(inside(), inbox, quick=False)
    with pear_running(folder, inbox=inbox, SECRET_KEY=KEY, TRUSTED_PROXY_COUNT="1") as pear:
        netloc = pear.url.removeprefix("http://")
        scene.door = scene.victim.door = wire(netloc)
        scene.together = _at_once
        return report(
            chain(attack(scene, without={"scheduler_notice", "scheduler_calendarmail"}), [_malformed(pear, netloc)])
        )


def _at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(8) as pool:
        return [done.result() for done in [pool.submit(call) for call in calls]]


Line = tuple[str, int, list[str]]  # attack, tries, what got through


def attack(scene: "Scene", *, without: Iterable[str] = ()) -> Iterator[Line]:
    """Try everything on the scene, and say how each went; `without` names what a worker writes meanwhile."""
    from tests.faults import attack_doors as doors  # noqa: PLC0415  (they need Django set up)
    from tests.faults import attack_people as people  # noqa: PLC0415  (likewise)

    before = scene.state()
    tries = (
        *(people.every_id, people.dead_secrets, people.invite_races, doors.foreign_hosts, doors.open_redirects),
        *(doors.without_proof, doors.other_methods, doors.sizes_and_shapes, doors.fixed_sessions),
        *(doors.pages_after_sign_out, people.guesses, people.others_in_the_form),
    )
    for each in tries:
        yield _line(each.__name__, each(scene))
    after = scene.state()
    changed = [table for table in before if table not in without and before[table] != after[table]]
    yield "the couple's rows afterwards", len(before), [f"{table} has changed" for table in changed]
    yield _line("injected_lines", people.injected_lines(scene))
    yield _line("the victim afterwards", people.victim_is_well(scene))


def _line(name: str, tries: Iterable[str | None]) -> Line:
    outcomes = list(tries)
    return name.replace("_", " "), len(outcomes), [each for each in outcomes if each]


def _malformed(pear: Pear, netloc: str) -> Line:
    from tests.faults.visitor import raw  # noqa: PLC0415  (likewise)

    answers = {name: raw(netloc, request) for name, request in MALFORMED.items()}
    through = [f"{name} answered {status}" for name, status in answers.items() if status >= 500]
    return "malformed requests", len(answers), through + ([] if pear.answers() else ["Pear is down"])


def report(lines: Iterable[Line]) -> int:
    """Print the table; returns the exit code."""
    bad = False
    for name, tries, through in lines:
        print(
            f"{name:<32} {tries:>6} tries  {'all refused' if not through else f'{len(through)} GOT THROUGH'}",
            flush=True,
        )
        for what in sorted(set(through))[:20]:
            print(f"    {what}")
        bad = bad or bool(through)
    print("FAILED" if bad else "held")
    return int(bad)


if __name__ == "__main__":
    main()
