"""The forms of passkeys: allauth's, with names that fit a page and with nothing that a made-up passkey can break."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

LONGEST_NAME = 60


class CredentialField(forms.JSONField):
    """What a device answered, looked through before anything relies on its shape."""

    widget = forms.HiddenInput

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: Any) -> Any:
        """Return the answer as plain JSON values; `ValidationError` for whatever a device would not have sent."""
        try:
            credential = super().clean(value)
            self.read(credential)
        except ValidationError:
            raise
        except Exception as error:  # bytes from anywhere: readers of JSON and CBOR raise what they like
            raise ValidationError(_("That did not open it. A code works once; use the newest.")) from error
        return credential


class _NamedPasskey(forms.Form):
    """A passkey's name, as long as a device's and no longer."""

    name = forms.CharField(
        label=_("A name for it (optional)"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddPasskeyForm(_NamedPasskey, AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey that also signs in by itself; whatever was sent, it must have asked for a finger or a PIN."""

    credential = CredentialField(RegistrationResponse.from_dict)
    passwordless = forms.BooleanField(required=False, initial=True)

    def clean_passwordless(self) -> bool:
        """Return True: Pear knows no keys that only accompany a password."""
        return True


class SignupPasskeyForm(_NamedPasskey, SignupWebAuthnForm):  # type: ignore[misc]
    """The first passkey of a new account."""

    credential = CredentialField(RegistrationResponse.from_dict)


class LoginPasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""

    credential = CredentialField(AuthenticationResponse.from_dict)


class StepPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""

    credential = CredentialField(AuthenticationResponse.from_dict)


class AgainPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey to show once more who one is."""

    credential = CredentialField(AuthenticationResponse.from_dict)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """A new name for a passkey."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
