"""What the environment says, with an embedded default for everything that it leaves unsaid."""

import base64
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

_MASTER_BYTES = 32
_KEY_LETTERS, _KEY_VARIETY = 50, 5  # as Django's own check for deployment counts them
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_P256_BYTES = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, section 2.4.2


def data_dir() -> Path:
    """Return the folder that holds everything Pear writes, made with mode 700 where it is missing."""
    folder = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path, *, site: str) -> str:
    """Return SECRET_KEY, or the key kept in `folder`, generated there once with mode 600.

    `ImproperlyConfigured` for a key that could be guessed, on a site that is more than a try-out.
    """
    given = str(env.str("SECRET_KEY", default=""))
    guessable = len(given) < _KEY_LETTERS or len(set(given)) < _KEY_VARIETY or given.startswith("django-insecure-")
    if given and guessable and not is_local(site):
        raise ImproperlyConfigured(
            f"SECRET_KEY could be guessed: it needs {_KEY_LETTERS} characters or more, drawn by lot. "
            "Leave it out and Pear makes one."
        )
    return given or _kept(folder / "secret_key", partial(secrets.token_urlsafe, 50))


def vapid_private_key(folder: Path) -> str:
    """Return VAPID_PRIVATE_KEY, or the key kept in `folder`: a P-256 private key (RFC 8292), 32 bytes in base64url.

    Browsers take messages only from the key they were given, so that it must stay the same, and be the same on every
    host. `ImproperlyConfigured` for what is no such key.
    """
    key = str(env.str("VAPID_PRIVATE_KEY", default="")) or _kept(folder / "vapid_key", _new_p256_key)
    raw = _bytes_of(key)
    if len(raw) != _P256_BYTES or not 0 < int.from_bytes(raw) < _P256_ORDER:
        raise ImproperlyConfigured("VAPID_PRIVATE_KEY must be a P-256 private key: 32 bytes in base64url.")
    return key.rstrip("=")


def master_keys(folder: Path) -> tuple[bytes, ...]:
    """Return MASTER_KEYS, or the keys kept in `folder`: 32 bytes each in base64url, the newest first.

    They open the data keys of the database, so they must be the same on every host, and kept apart from its backups.
    `ImproperlyConfigured` for anything else.
    """
    given = env.str("MASTER_KEYS", default="") or _kept(
        folder / "master_keys", partial(secrets.token_urlsafe, _MASTER_BYTES)
    )
    keys = tuple(_bytes_of(key) for key in given.replace(",", " ").split())
    if not keys or any(len(key) != _MASTER_BYTES for key in keys):
        raise ImproperlyConfigured("MASTER_KEYS must be keys of 32 bytes in base64url, the newest first.")
    return keys


def _bytes_of(key: str) -> bytes:
    """Return what base64url stands for, padded or not; nothing for what is none."""
    try:
        return base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _new_p256_key() -> str:
    raw = (secrets.randbelow(_P256_ORDER - 1) + 1).to_bytes(_P256_BYTES)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in this file, made with mode 600 where it is missing.

    It is written beside and linked into place, so that two processes that start together share one whole secret.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def site_url(port: int) -> str:
    """Return the address people use, without a trailing slash; the only host that Pear puts into links."""
    return (env.str("SITE_URL", default="") or f"http://127.0.0.1:{port}").rstrip("/")


def is_local(site: str) -> bool:
    """Return whether only this very machine can reach `site`, as while one tries Pear out."""
    return urlsplit(site).hostname in _LOOPBACK


def allowed_hosts(site: str) -> list[str]:
    """Return ALLOWED_HOSTS, or the host of `site`; a loopback site answers to each of loopback's names.

    `ImproperlyConfigured` for `*`: a page that answers to any name can be called by any site.
    """
    if given := env.list("ALLOWED_HOSTS", default=[]):
        if any("*" in host for host in given):
            raise ImproperlyConfigured("ALLOWED_HOSTS must name its hosts; * would be all there are.")
        return [str(host) for host in given]
    host = urlsplit(site).hostname or "127.0.0.1"
    return ["127.0.0.1", "localhost", "[::1]"] if host in _LOOPBACK else [host]


def loopback_push(site: str) -> bool:
    """Return PUSH_LOOPBACK: whether push services on this very machine are called, as only tests want it.

    `ImproperlyConfigured` on a site that is more than a try-out: anybody could knock on its own doors from inside.
    """
    wanted = bool(env.bool("PUSH_LOOPBACK", default=False))
    if wanted and not is_local(site):
        raise ImproperlyConfigured("PUSH_LOOPBACK is for tests: it needs a SITE_URL on 127.0.0.1.")
    return wanted


def seconds_between(name: str, *, default: int, least: int, most: int) -> int:
    """Return the whole seconds that the variable `name` holds; `ImproperlyConfigured` outside [least, most]."""
    value = int(env.int(name, default=default))
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most} seconds, and is {value}.")
    return value


def rising_seconds(name: str, *, default: tuple[int, ...]) -> tuple[int, ...]:
    """Return as many growing waits in seconds as `default` has; `ImproperlyConfigured` for any other list."""
    values = tuple(env.list(name, cast=int, default=list(default)))
    if len(values) != len(default) or values[0] < 1 or list(values) != sorted(set(values)):
        example = ",".join(map(str, default))
        raise ImproperlyConfigured(f"{name} must be {len(default)} growing numbers of seconds, such as {example}.")
    return values
