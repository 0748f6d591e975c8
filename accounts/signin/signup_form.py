"""Allauth's form for a new account, with less to read."""

from typing import Any

from allauth.account.forms import SignupForm
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators

from accounts.signin.passwords import GuessablePasswordValidator

SAID_BEFORE = (MinimumLengthValidator, GuessablePasswordValidator)


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Address, password and statements. Of a password's rules, those are told beforehand that lead to a good one.

    What else is wrong with a password is told when it is. Who makes an account with a passkey has none.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "password1" not in self.fields:
            return  # a passkey takes its place
        told = [rule for rule in get_default_password_validators() if isinstance(rule, SAID_BEFORE)]
        self.fields["password1"].help_text = " ".join(rule.get_help_text() for rule in told)
