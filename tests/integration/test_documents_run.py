"""The commands of the documents that are run word for word, each in the order in which it stands there."""

import io
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from tests.cast import make_user
from tests.documents import RUN
from tests.integration.test_backup import emptied


@pytest.mark.django_db(transaction=True)
def test_they_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("ana")
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    for command in RUN:
        _, name, *words = shlex.split(command)
        if name == "restore":
            emptied()
        call_command(name, *words, stdout=said)
    assert "rows as of" in said.getvalue()
    assert "Everything is as it was" in said.getvalue()
    assert User.objects.get().name == "Ana"
