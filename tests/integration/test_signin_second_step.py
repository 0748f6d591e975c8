"""A code from an app after the password, recovery codes for the day without it, and mails that tell of each change."""

import re
import time

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.envelope import SealBrokenError
from accounts.models import Letter, User
from accounts.signin import sealing
from tests.cast import PASSWORD, make_user, signed_in
from tests.dump import dump

pytestmark = pytest.mark.django_db
ON = "/account/sign-in/app/on/"
CODES = "/account/sign-in/codes/"
STEP = "/account/login/step/"


def app_code(secret: str) -> str:
    """Return what an authenticator app shows at this moment (RFC 6238)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def ana(clock: time_machine.Traveller, db: None) -> User:  # noqa: ARG001
    """Ana, without a couple, at a moment that stands still."""
    return make_user("ana")


@pytest.fixture
def client(ana: User) -> Client:
    """Ana, who has just shown who she is."""
    client = signed_in(ana)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def secret(client: Client) -> str:
    """The key of ana's app, which is asked for from now on."""
    found = re.search(r'id="secret"[^>]*value="([A-Z2-7]+)"', client.get(ON).content.decode())
    assert found
    assert client.post(ON, {"code": app_code(found[1])}).headers["Location"] == CODES
    return found[1]


def recovery_codes(client: Client) -> list[str]:
    """Press the button that shows them."""
    return re.findall(r"<code>(\d{8})</code>", client.post(CODES).content.decode())


def at_the_door() -> Client:
    """Return a client that has given the right password, and no more."""
    client = Client()
    response = client.post("/account/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert response.headers["Location"] == STEP
    return client


def opens(client: Client, code: str) -> bool:
    """Try a code as the second step."""
    client.post(STEP, {"code": code})
    return client.get("/link/").status_code == 200


def test_the_app_is_asked_for_after_the_password(secret: str, clock: time_machine.Traveller) -> None:
    """A wrong code opens nothing, the right one does, and the same one not twice."""
    clock.shift(60)
    door, other = at_the_door(), at_the_door()
    assert "Enter the code from your authenticator app" in door.get(STEP).content.decode()
    assert not opens(door, "000000")
    assert opens(door, app_code(secret))
    assert not opens(other, app_code(secret))


def test_a_code_by_mail_alone_opens_nothing_then(ana: User, secret: str) -> None:  # noqa: ARG001
    door = Client()
    door.post("/account/login/code/", {"email": ana.email})
    found = re.search(r"^([A-Z0-9-]{6,12})$", Letter.objects.latest("due_at").text, re.MULTILINE)
    assert found
    assert door.post("/account/login/code/confirm/", {"code": found.group()}).headers["Location"] == STEP
    assert door.get("/link/").status_code == 302


def test_recovery_codes_are_shown_once_and_open_once(client: Client, secret: str) -> None:  # noqa: ARG001
    """Opening the page shows none and changes nothing; the button shows ten, this once."""
    before = dump()
    assert not re.search(r"\b\d{8}\b", client.get(CODES).content.decode())
    assert dump() == before
    codes = recovery_codes(client)
    assert len(set(codes)) == 10
    assert recovery_codes(client) == []
    assert "Show them" not in client.get(CODES).content.decode()
    door = at_the_door()
    assert opens(door, codes[0])
    assert not opens(at_the_door(), codes[0])
    assert "9 recovery codes are left" in " ".join(client.get("/account/sign-in/").content.decode().split())
    client.post("/account/sign-in/codes/new/")
    assert not opens(at_the_door(), codes[1])


def test_five_wrong_codes_and_the_right_one_waits(secret: str, clock: time_machine.Traveller) -> None:
    """Only who knows the password can use them up; a passkey is not counted with them."""
    clock.shift(60)
    door = at_the_door()
    for _ in range(5):
        opens(door, "000000")
    assert not opens(door, app_code(secret))
    clock.shift(301)
    assert opens(door, app_code(secret))


def test_it_is_stopped_after_showing_who_one_is(ana: User, client: Client, secret: str) -> None:  # noqa: ARG001
    """The recovery codes go with it."""
    client.post("/account/sign-in/app/off/")
    assert not Authenticator.objects.exists()
    assert Client().post("/account/login/", {"login": ana.email, "password": PASSWORD}).headers["Location"] == "/"


def test_secrets_are_sealed_in_the_database(client: Client, secret: str, settings: Settings) -> None:
    """Neither the key nor a recovery code stands there; a new server key still opens what the old one sealed."""
    codes = recovery_codes(client)
    kept = str(dump()["mfa_authenticator"])
    assert secret not in kept
    assert not any(code in kept for code in codes)
    sealed = sealing.seal("a secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert sealing.unseal(sealed) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBrokenError):
        sealing.unseal(sealed)


def test_a_second_step_whose_key_is_gone_fits_no_code(
    secret: str, clock: time_machine.Traveller, settings: Settings
) -> None:
    """The old code fits no more; under the old key it does."""
    clock.shift(60)
    door = at_the_door()
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    settings.SECRET_KEY_FALLBACKS = []
    sealed = Authenticator.objects.get(type="totp").data["secret"]
    assert get_adapter().decrypt(sealed) != secret
    settings.SECRET_KEY = key
    assert get_adapter().decrypt(sealed) == secret
    assert opens(door, app_code(secret))


def test_each_change_is_told_by_a_neutral_mail(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    found = re.search(r'id="secret"[^>]*value="([A-Z2-7]+)"', client.get(ON).content.decode())
    assert found
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ON, {"code": app_code(found[1])})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/sign-in/codes/new/")
    client.post("/account/sign-in/app/off/")
    letters = list(Letter.objects.all())
    assert {letter.subject for letter in letters} == {"How you sign in changed"}
    assert {letter.text.splitlines()[0] for letter in letters} == {
        "How you sign in has changed. An authenticator app is asked for from now on.",
        "How you sign in has changed. New recovery codes were made.",
        "How you sign in has changed. The authenticator app is no longer asked for.",
    }
    for letter in letters:
        assert not re.search(r"pear|sex|partner|couple", letter.text + letter.html, re.IGNORECASE)


def test_passkeys_and_codes_are_ones_own(client: Client, secret: str, cleo: User) -> None:  # noqa: ARG001
    """Cleo can neither see nor rename nor remove what is ana's, and is asked first who she is."""
    key = Authenticator.objects.create(
        user=User.objects.get(email="ana@example.org"), type="webauthn", data={"name": "Device 4711", "credential": {}}
    )
    theirs = signed_in(cleo)
    theirs.post("/account/reauthenticate/", {"password": PASSWORD})
    before = dump()
    for act in ("rename", "remove"):
        for given in (key.pk, key.pk + 1, "", "x", "9" * 30):
            assert theirs.post(f"/account/sign-in/key/{act}/", {"key": given, "name": "Mine"}).status_code == 404
    assert theirs.get(CODES).status_code == 404
    assert "Device 4711" not in theirs.get("/account/sign-in/").content.decode()
    assert dump() == before
    assert client.post("/account/sign-in/key/rename/", {"key": key.pk, "name": ""}).status_code == 422
    assert client.post("/account/sign-in/key/rename/", {"key": key.pk, "name": "Old phone"}).status_code == 302
    assert "Old phone" in client.get("/account/sign-in/").content.decode()
