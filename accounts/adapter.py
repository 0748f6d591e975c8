"""How allauth's flows meet Pear: our mails, our words, and no difference between known and unknown addresses."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as request_context
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.addresses import one_spelling
from accounts.models import User
from accounts.signin import known_devices

WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
    "mail": _("Use a code by mail"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth's flows in Pear's words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and this password do not go together."),
        "incorrect_code": _("That is not the code. Look at the newest mail."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("Enter your present password."),
        "too_many_login_attempts": _("That was a lot of tries. Use a code by mail, or try again in a few minutes."),
        "same_as_current": _("This is what it is already."),
        "rate_limited": _("That was a lot at once. Try again in a few minutes."),
    }

    def clean_email(self, email: str) -> str:
        """Return an address in one spelling; `ValidationError` for what is none."""
        return one_spelling(str(super().clean_email(email)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail as a letter; links in it begin with SITE_URL, never with the host of the request."""
        mails.compose(template=template_prefix, to=email, context=context | {"email": email}).send()

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a user about a change of their account, without their network address and browser."""
        known = EmailAddress.objects.get_primary(user)
        to = email or (known.email if known else user.email)
        self.send_mail(template_prefix, to, context or {})

    def send_account_already_exists_mail(self, email: str) -> None:
        """Answer a sign-up with a known address by mail only, in the time that a new account takes.

        A new account costs one password hash; so does this answer (only at sign-up, where nobody is signed in).
        """
        request: HttpRequest | None = request_context.request
        if request is not None and request.resolver_match and request.resolver_match.url_name == "account_signup":
            make_password(request.POST.get("password1", ""))
        self.send_mail("account/email/account_already_exists", email, {})

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **more: Any) -> HttpResponse:
        """Tell by mail of a sign-in on a browser that the account has not been opened on, and let it be known now."""
        response: HttpResponse = super().post_login(request, user, signup=signup, **more)
        if not signup and not known_devices.knows(request, address=user.email):
            self.send_notification_mail("account/email/new_device", user)
        known_devices.remember(request, response, address=user.email)
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to show once more who one is, in our words; who has no other has their mailbox."""
        mailed = {"id": "mail", "description": "", "url": reverse("account-again-by-mail")}
        ways = super().get_reauthentication_methods(user) or [mailed]
        return [way | {"description": WAYS[way["id"]]} for way in ways]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  (allauth's signature)
        """Lead to the page that names the devices, and the addresses that a password does not guard."""
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that tries are counted by: apart from all others on a browser that the account knows.

        Two people behind one home network have one address; neither can use up the other's tries at signing in.
        """
        address, typed = str(super().get_client_ip(request)), request.POST.get("login", request.POST.get("email", ""))
        if typed and known_devices.knows(request, address=typed):
            return f"{address}:{known_devices.number_of(request)}"
        return address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by address, and apart from all others on a browser that this account knows.

        So nobody who tries passwords from elsewhere can keep the owner out of their own device. (Allauth has no public
        way to say this; `test_signin_limits.py` notices when it changes.)
        """
        key = str(super()._get_login_attempts_cache_key(request, **credentials))
        if known_devices.knows(request, address=credentials.get("email", "")):
            return f"{key}:{known_devices.number_of(request)}"
        return key
