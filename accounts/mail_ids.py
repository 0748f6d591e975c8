"""How mails are told apart and belong together: ids made from rows, from which no row can be told."""

from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings

from accounts.models import OutboxRow


def message_id(row: OutboxRow) -> str:
    """Return the Message-ID (RFC 5322 section 3.6.4) of `row`: the same each time it is sent."""
    return _mail_id(row.pk, "mail")


def thread_id(key: UUID) -> str:
    """Return the id of the thread of all mails about one thing of one reader; `key` cannot be told from it.

    No mail ever bears it as its own: all of a thread refer to it (RFC 5322 section 3.6.4).
    """
    return _mail_id(key, "thread")


def _mail_id(key: UUID, what: str) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid5(key, what)}@{host}>"
