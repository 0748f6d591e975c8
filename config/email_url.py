"""EMAIL_URL for the usual providers of mail: `postmark://TOKEN@`, `mailgun://KEY@mail.example.org` and the like.

Only providers that take the word "do not track" with each mail are here: a picture or a rewritten link in a mail would
tell a third party when it was read. `?api_url=` names another address of the provider, such as Mailgun's in Europe.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Per scheme: anymail's names of what stands before ":" and "@", after ":", and after "@".
PROVIDERS: dict[str, tuple[str, ...]] = {
    "mailersend": ("API_TOKEN",),
    "mailgun": ("API_KEY", "", "SENDER_DOMAIN"),
    "mailjet": ("API_KEY", "SECRET_KEY"),
    "mandrill": ("API_KEY",),
    "postmark": ("SERVER_TOKEN",),
    "sparkpost": ("API_KEY",),
}
_UNTRACKED = {"track_opens": False, "track_clicks": False}


def provider_of(url: str) -> str:
    """Return the provider that this EMAIL_URL names; empty for every other."""
    scheme = urlsplit(url).scheme
    return scheme if scheme in PROVIDERS else ""


def anymail_settings(url: str, *, timeout: float) -> dict[str, Any]:
    """Return Django's ANYMAIL setting for a provider's EMAIL_URL; `timeout` in seconds.

    Raises `ImproperlyConfigured`, without the keys in its words, when a part is missing.
    """
    parts = urlsplit(url)
    names = PROVIDERS[parts.scheme]
    given = (parts.username, parts.password, parts.hostname)
    prefix = parts.scheme.upper()
    found: dict[str, Any] = {"REQUESTS_TIMEOUT": timeout, "SEND_DEFAULTS": _UNTRACKED}
    for name, value in zip(names, given, strict=False):
        if name and not value:
            raise ImproperlyConfigured(f"EMAIL_URL={parts.scheme}://... lacks its {name}.")
        if name:
            found[f"{prefix}_{name}"] = unquote(value or "")
    for address in parse_qs(parts.query).get("api_url", []):
        found[f"{prefix}_API_URL"] = address
    return found
