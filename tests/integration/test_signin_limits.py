"""Passwords and codes that are tried elsewhere keep nobody out of the device they use themselves."""

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:  # noqa: ARG001
    """Ana, whose password somebody tries to guess."""
    return make_user("ana")


def sign_in(client: Client, password: str = PASSWORD, *, address: str = "198.51.100.7") -> bool:
    """Try ana's account; returns whether it opened."""
    form = {"login": "ana@example.org", "password": password}
    return client.post("/account/login/", form, REMOTE_ADDR=address).status_code == 302


def test_guessing_elsewhere_locks_strangers_out_and_not_a_known_browser(ana: User) -> None:  # noqa: ARG001
    """After five wrong passwords from anywhere a new browser waits; the one that ana uses lets her in."""
    hers = Client()
    assert sign_in(hers)
    hers.post("/account/logout/")
    for number in range(6):
        assert not sign_in(Client(), "not-the-right-one", address=f"192.0.2.{number}")
    assert not sign_in(Client())
    assert sign_in(hers)


def test_a_known_browser_is_limited_by_itself(ana: User) -> None:  # noqa: ARG001
    """Whoever guesses on it has five tries there, and uses up nobody else's."""
    hers = Client()
    sign_in(hers)
    hers.post("/account/logout/")
    for number in range(5):
        assert not sign_in(hers, "not-the-right-one", address=f"192.0.2.{number}")
    assert not sign_in(hers)
    assert sign_in(Client())


def test_a_browser_known_to_somebody_else_is_a_strangers(ana: User) -> None:  # noqa: ARG001
    """Cleo's own device gives cleo no extra tries at ana's password."""
    cleo, theirs = make_user("cleo"), Client()
    theirs.post("/account/login/", {"login": cleo.email, "password": PASSWORD})
    theirs.post("/account/logout/")
    for number in range(5):
        sign_in(Client(), "not-the-right-one", address=f"192.0.2.{number}")
    assert not sign_in(theirs)
