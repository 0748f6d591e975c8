"""`manage.py restore FILE`: a backup into an empty database, with nothing let loose that was ended since."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scheduler.management.backup.manifest import Manifest
from scheduler.management.backup.restoring import restore_backup
from scheduler.management.backup.writing import secret_key_mark

WHICH = """Say which it is, for no backup knows what was closed after it:
  --as-it-was  Nobody has left, freed, unshared or revoked anything since: Pear stood still, or those it is for say so.
  --unlinked   Somebody may have. Accounts and what is people's own come back. Links end with all that was shared,
               and calendar addresses end; people link again, with both their keys."""
KEY_CHANGED = (
    "SECRET_KEY is not the one of the backup: codes of authenticator apps and recovery codes do not fit any more, and"
    " wishes for no more invitations are forgotten. Put the older key into SECRET_KEY_FALLBACKS, if you have it."
)


class Command(BaseCommand):
    """Fills an empty database of either engine from a backup; Pear must not run meanwhile."""

    help = "Take a backup into an empty database, SQLite or PostgreSQL. Stop Pear first."
    requires_system_checks = ()  # they run at the end, once there are tables

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and what may have been closed since."""
        parser.add_argument("file", type=Path, help="what `manage.py backup` has written")
        manner = parser.add_mutually_exclusive_group()
        manner.add_argument("--as-it-was", action="store_true", help="nothing was closed since the backup")
        manner.add_argument("--unlinked", action="store_true", help="something may have been: end what was shared")
        parser.add_argument("--new-feed-addresses", action="store_true", help="end every calendar address")

    def handle(self, *, file: Path, as_it_was: bool, unlinked: bool, new_feed_addresses: bool, **_: Any) -> None:
        """Take it in. CommandError, in plain sentences, when that cannot be done; then the database stays empty."""
        if not as_it_was and not unlinked:
            raise CommandError(WHICH)
        before = os.umask(0o077)  # SQLite makes its file here
        try:
            manifest = restore_backup(file, unlinked=unlinked, new_addresses=new_feed_addresses)
        finally:
            os.umask(before)
        self.check(databases=["default"])
        self._tell(manifest, unlinked=unlinked, new_addresses=unlinked or new_feed_addresses)

    def _tell(self, manifest: Manifest, *, unlinked: bool, new_addresses: bool) -> None:
        moment = f"{manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
        self.stdout.write(f"Everything is as it was on {moment}, but for what has passed its keeping since.")
        self.stdout.write("Everybody is signed out; codes for linking and devices with messages are gone.")
        if unlinked:
            self.stdout.write("Nobody is linked, and nothing is shared.")
        if new_addresses:
            self.stdout.write("Every calendar address has ended: people make new ones.")
        self.stdout.write("Passwords and passkeys are those of that moment, and so are accounts deleted since.")
        known = {secret_key_mark(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
        if manifest.secret_key not in known:
            self.stderr.write(KEY_CHANGED)
