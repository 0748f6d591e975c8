"""Mail without a mail server: each message becomes a file that any mail program opens."""

import logging
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger("pear.mail")


class MailFolderBackend(BaseEmailBackend):
    """Writes messages as `.eml` files under EMAIL_FILE_PATH and names each on the terminal."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write every message; returns how many. A reader never sees half a file: it is renamed into place."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            path = folder / f"{uuid.uuid4()}.eml"
            draft = path.with_suffix(".part")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.message().as_bytes(linesep="\r\n"))
            draft.rename(path)
            log.info("mail written: %s", path)
        return len(email_messages)
