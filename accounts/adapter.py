"""How allauth's flows meet Pear: our mails, our words, and no difference between known and unknown addresses."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as request_context
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest  # noqa: TC002  (the annotation of a variable is read at run time)
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.letters import LONGEST_ADDRESS


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
        """Return an address in one spelling; what is too long is none."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("Enter a valid email address."))
        return str(super().clean_email(email))

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
