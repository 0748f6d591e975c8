"""Mails that outlive the couple they are about, and so cannot be notices."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext

from accounts.models import User
from accounts.reading import reading_of


def write_unlinked_letter(*, user: User) -> None:
    """Tell `user`, in their language and in neutral words, that their link has ended; it leaves with the commit."""
    with reading_of(user):
        context = {"url": f"{settings.SITE_URL}/"}
        text = render_to_string("mail/unlinked.txt", context)
        message = EmailMultiAlternatives(gettext("Your calendar link has ended"), text, to=[user.email])
        message.attach_alternative(render_to_string("mail/unlinked.html", context), "text/html")
        message.send()
