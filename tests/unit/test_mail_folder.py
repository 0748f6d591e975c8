"""Mails that are written as files are their owner's alone, whatever the process would let others have."""

import os
import stat
from pathlib import Path

from django.core.mail import EmailMessage
from pytest_django import Settings

from config.mail import MailFolderBackend


def test_nobody_else_reads_a_mail(tmp_path: Path, settings: Settings) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    before = os.umask(0)
    try:
        MailFolderBackend().send_messages([EmailMessage("x", "x", "a@example.org", ["b@example.org"])])
    finally:
        os.umask(before)
    [mail] = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(mail.stat().st_mode) == 0o600
    assert stat.S_IMODE(mail.parent.stat().st_mode) == 0o700
