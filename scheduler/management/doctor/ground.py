"""What Pear stands on: its settings, its folder, and what this machine knows of time zones."""

import os
import shutil
import stat
import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import WARNING, run_checks

from scheduler.management.doctor.finding import Finding

LEAST_FREE: Final = 200_000_000  # bytes; below that a database soon has no room to write
_SECRETS: Final = ("secret_key", "master_keys", "vapid_key", "pear.sqlite3")
_OLD_YEARS: Final = 2


def settings_look() -> Iterator[Finding]:
    """Ask Django's checks, those for a site that others reach included, and what only Pear knows."""
    local = settings.SITE_IS_LOCAL
    faults = [found for found in run_checks(include_deployment_checks=not local) if found.level >= WARNING]
    for found in faults:
        yield Finding(
            what="settings", said=f"{found.id}: {found.msg}", mend=found.hint or "see Django's documentation"
        )
    if not local and not settings.SITE_IS_HTTPS:
        said = "SITE_URL is not an https:// address, so whoever is on the way can read along."
        yield Finding(
            what="settings", said=said, mend="put a proxy with TLS in front, and set SITE_URL to its address"
        )
    elif not faults:
        yield Finding(what="settings", said=f"they fit a site at {settings.SITE_URL}.")


def files_look() -> Iterator[Finding]:
    """See that what Pear writes is its own user's alone, and that there is room to go on."""
    folder = Path(settings.DATA_DIR)
    there = [folder, *(folder / name for name in _SECRETS if (folder / name).exists())]
    open_ones = [path for path in there if stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_ones:
        mode = "700" if path.is_dir() else "600"
        yield Finding(what="files", said=f"others on this machine may read {path}.", mend=f"chmod {mode} {path}")
    foreign = [path for path in there if path.stat().st_uid != os.geteuid()]
    for path in foreign:
        said = f"{path} is not owned by the user that this program runs as."
        yield Finding(what="files", said=said, mend=f"run this as Pear's own user, or: chown -R pear {folder}")
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        said = f"only {free // 1_000_000} MB are free where {folder} lies."
        yield Finding(what="files", said=said, mend="make room on that disk")
    elif not open_ones and not foreign:
        yield Finding(what="files", said=f"{folder} is private, and there is room.")


def zones_look(*, now: datetime) -> Iterator[Finding]:
    """See how old the rules of the world's clocks are; the system's come first, Pear's own only where it has none."""
    release, whose = _release()
    if now.year - int(release[:4]) >= _OLD_YEARS:
        said = f"the data of {whose} are of {release}: times of countries that changed their clocks since are wrong."
        mend = "update the system's package tzdata; or set PYTHONTZPATH to nothing, so that Pear's own are used"
        yield Finding(what="time zones", said=said, mend=mend)
    else:
        yield Finding(what="time zones", said=f"the data of {whose} are of {release}.")


def _release() -> tuple[str, str]:
    """Return which release of the data is used, such as 2026b, and whose that is."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (rules := folder / "tzdata.zi").exists():
            with rules.open() as file:
                return file.readline().removeprefix("# version").strip(), "the system"
    return metadata.version("tzdata"), "Pear's own package"
