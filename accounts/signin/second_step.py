"""How allauth's passkeys and codes meet Pear: our site, our words, secrets sealed."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import qr
from accounts.envelope import SealBrokenError
from accounts.models import User
from accounts.signin import sealing

log = logging.getLogger("pear.signin")
_IP_ADDRESSES_OF_THIS_MACHINE = ("127.0.0.1", "::1")


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Allauth's passkeys, app codes and recovery codes in Pear's words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not open it. A code works once; use the newest."),
        "unverified_email": _("Confirm this address first."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site that passkeys are for: the host of SITE_URL, never that of the request.

        Browsers know no passkeys for an address of numbers; on one's own machine they take `localhost`.
        """
        host = urlsplit(settings.SITE_URL).hostname or ""
        return {"id": "localhost" if host in _IP_ADDRESSES_OF_THIS_MACHINE else host, "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Return what a passkey is filed under on the person's own device: their address."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.email}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  (allauth's name)
        """Return the name of a passkey that its owner gave none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code for an app, drawn like every other one here."""
        return qr.svg(url, label=gettext("The key below as a QR code"))

    def encrypt(self, text: str) -> str:
        """Seal the secret of an app, or the seed of recovery codes."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` has sealed; where its key is gone, return a secret that nobody knows.

        So no code fits any more, and whoever still has a password, a passkey or a mailbox is not met by an error.
        """
        try:
            return sealing.unseal(encrypted_text)
        except SealBrokenError:
            log.warning("the key of a second step is gone; see SECRET_KEY_FALLBACKS")
            return str(generate_totp_secret())
