"""The doors that passkeys add tell known and unknown addresses apart no more than the others do."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Letter, User
from tests.cast import PASSWORD, make_user, signed_in
from tests.integration.test_accounts_enumeration import answers

pytestmark = pytest.mark.django_db
DOOR = "/account/signup/passkey/"
STATEMENTS = {"adult": "on", "consent": "on"}


def test_signing_up_with_a_passkey_answers_known_and_unknown_alike() -> None:
    """Byte for byte; both get one letter, and nothing changes for the one who has an account."""
    ana = make_user("ana")
    assert answers(DOOR, STATEMENTS, ana.email) == answers(DOOR, STATEMENTS, "who@example.org")
    assert Letter.objects.filter(recipient=ana.email).count() == 1
    assert Letter.objects.filter(recipient="who@example.org").count() == 1
    assert User.objects.filter(email=ana.email).count() == 1


def test_an_account_without_its_passkey_yet_is_the_mailboxs_alone() -> None:
    """Whoever signs up with somebody else's address gets no further than the code."""
    client = Client()
    client.post(DOOR, STATEMENTS | {"email": "who@example.org"})
    assert client.get("/account/signup/key/new/").headers["Location"] == "/account/signup/"
    assert client.get("/link/").status_code == 302


def test_the_question_for_a_passkey_names_nobody() -> None:
    """Everybody at the door is asked the same; the device finds the account by itself."""
    make_user("ana")
    asked = Client().get("/account/login/key/", headers={"Accept": "application/json"}).json()
    assert asked["request_options"]["publicKey"].get("allowCredentials", []) == []
    assert asked["request_options"]["publicKey"]["rpId"] == "localhost"
    assert asked["request_options"]["publicKey"]["userVerification"] == "required"


QQ = '{"id": "QQ", "rawId": "QQ", "type": "public-key", "clientExtensionResults": {}, "response": %s}'
MADE_UP = (
    *("", "{}", "[]", "null", "x", "1" * 5000, "[" * 50_000, '{"id": 1}', '{"response": {}}'),
    QQ % '{"clientDataJSON": "QQ", "signature": "QQ", "authenticatorData": "QQ", "userHandle": null}',
    QQ % '{"clientDataJSON": "e30", "attestationObject": "oA"}',
)


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_opens_nothing(credential: str) -> None:
    """Whatever is sent: back to the door, with a sentence and without an error page."""
    client = Client()
    client.get("/account/login/key/", headers={"Accept": "application/json"})
    response = client.post("/account/login/key/", {"credential": credential})
    assert response.headers["Location"] == "/account/login/"
    assert client.get("/link/").status_code == 302


@pytest.mark.parametrize("credential", MADE_UP)
def test_nor_does_one_that_is_added(credential: str) -> None:
    """The page comes back, and no passkey is kept."""
    client = signed_in(make_user("ana"))
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/sign-in/key/new/")
    assert client.post("/account/sign-in/key/new/", {"credential": credential, "name": "x"}).status_code == 422
    assert not Authenticator.objects.exists()
