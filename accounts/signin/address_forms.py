"""Allauth's forms that take an address as it is typed, with the address in one spelling."""

from typing import Any

from allauth.account.fields import EmailField
from allauth.account.forms import LoginForm, RequestLoginCodeForm, ResetPasswordForm

from accounts.addresses import one_spelling


class AddressField(EmailField):  # type: ignore[misc]
    """A mail address."""

    def clean(self, value: Any) -> str:
        """Return it in one spelling."""
        return one_spelling(super().clean(value))


class SignInForm(LoginForm):  # type: ignore[misc]
    """Address and password."""

    def clean_login(self) -> str:
        """Return the address in one spelling."""
        return one_spelling(super().clean_login())


class SignInCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """The address that a code goes to."""

    email = AddressField()


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """The address whose password was forgotten."""

    email = AddressField(required=True)
