"""Whatever closes is two taps from the overview, and no page or script asks "are you sure?"."""

import re
from pathlib import Path

import pytest

from accounts import linking
from accounts.models import Couple, Invitation, Partner, User
from tests.cast import NOW, signed_in
from tests.integration.test_two_keys import paired
from tests.services import ROOT
from tests.taps import presses

ASKS = re.compile(r"\b(confirm|alert|prompt)\(|beforeunload|showModal|returnValue")


def test_before_there_is_a_couple_a_code_and_a_pairing_are_two_taps_away(cleo: User, dora: Partner) -> None:
    Couple.objects.all().delete()
    client = signed_in(cleo)
    linking.open_invitation(user=cleo, now=NOW)
    Invitation.objects.update(expires_at=NOW.replace(year=NOW.year + 10))
    action, values = next(presses(client, "link-revoke"))
    assert client.post(action, values).status_code == 303
    assert not Invitation.objects.exists()
    paired(cleo, dora.user)
    Invitation.objects.update(expires_at=NOW.replace(year=NOW.year + 10))
    action, values = next(presses(client, "link-undo"))
    assert client.post(action, values).status_code == 303
    assert not Invitation.objects.exists()


def scripts() -> list[Path]:
    return sorted(path for app in ("accounts", "scheduler") for path in (ROOT / app / "static").rglob("*.js"))


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_no_script_asks_before_it_lets_go(script: Path) -> None:
    assert ASKS.findall(script.read_text()) == []


def test_no_template_asks_before_it_lets_go() -> None:
    """Nor holds a script of its own, which the policy of every page forbids."""
    for template in (ROOT / "templates").rglob("*.html"):
        written = template.read_text().lower()
        assert not re.search(r"<dialog|are you sure|\son[a-z]+=\"", written), template.name
