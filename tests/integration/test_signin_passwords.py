"""Passwords that are guessed first are not taken, whether a list or somebody close would guess them."""

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from config.settings import signin
from tests.cast import PASSWORD

ANA = User(email="ana.lindqvist@example.org", name="Ana Lindqvist")


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",  # rows of keys
        "qwertyuiop12",
        "qwertzuiopasdf",
        "passwordpassword",  # lists of what is used most
        "iloveyou123456",
        "P@ssw0rd2026!",
        "pearpearpear26",  # our own words
        "anaanaanaana1",  # what somebody who knows her tries
        "ana.lindqvist1",
        "lindqvist2026",
        "short-1",
        "a" * 5000,
    ],
)
def test_soon_guessed_is_not_taken(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, ANA)


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse battery staple", "Zwölf Möwen am Fenster", "x7#Lq9!vTe2m"]
)
def test_good_ones_are(password: str) -> None:
    validate_password(password, ANA)
    validate_password(password)


@pytest.mark.django_db
def test_the_form_says_what_would_be_good() -> None:
    form = {"email": "new@example.org", "password1": "passwordpassword", "adult": "on", "consent": "on"}
    response = Client().post("/account/signup/", form)
    assert response.status_code == 422
    assert "Three or four words that have nothing to do with you are good." in response.content.decode()


def test_passwords_are_kept_with_scrypt(settings: Settings) -> None:
    """Memory-hard: 16 MB for each guess, and for each of the web server's four threads."""
    settings.PASSWORD_HASHERS = signin.PASSWORD_HASHERS
    kept = get_hasher().encode("a password", "salt" * 4)
    algorithm, work_factor, _, block_size, _, _ = kept.split("$")
    assert algorithm == "scrypt"
    assert 128 * int(work_factor) * int(block_size) == 16 * 2**20
