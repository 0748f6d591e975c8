"""Whatever closes is two taps from the overview, and no page or script asks "are you sure?"."""

import re
from pathlib import Path

import pytest

from accounts import linking
from accounts.models import Couple, Invitation, Partner, User
from tests.cast import NOW, signed_in
from tests.integration.test_two_keys import CLOSING, paired
from tests.keys import Key, with_key
from tests.services import ROOT
from tests.taps import presses

# What closes and has no button within two taps, with the reason.
ELSEWHERE = {
    "account.delete_account": "asks who it is: it can't be made good again; leaving, which closes as much, does not",
    "mail_stops.stop_mails": "its button is in each mail; in Pear quiet.go_quiet stops them all",
    "linking.close_invitation": "a part of leaving",
    "offers.send_kind_note": "an answer in words, which one chooses first; leaving an offer be needs no tap at all",
    "talk.delete_answer": "stopping to share, which closes as much, is within two",
    "marks.change_marks": "boxes that one unticks and keeps, as they were ticked",
    "invitation_mail.stop_mails": "its button is in the mail, for people without an account",
}
NO_BUTTON = "{} closes and names no url in CLOSING of test_two_keys.py; say there where its button is."
ASKS = re.compile(r"\b(confirm|alert|prompt)\(|beforeunload|showModal|returnValue")


def test_whatever_closes_has_its_button_within_two_taps() -> None:
    """Each is walked by test_what_closes_is_two_taps_away_and_asks_nothing, or below."""
    walked = {name.split(" ")[0] for name, scene in CLOSING.items() if scene.url}
    walked |= {"linking.end_pairing", "linking.revoke_invitation"}
    for name in sorted(with_key(Key.CLOSES)):
        assert name in walked | set(ELSEWHERE), NO_BUTTON.format(name)


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
