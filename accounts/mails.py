"""The shape of every mail about an account: plain text, and the same words as HTML."""

import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.models import User
from accounts.reading import reading

PATIENCE = datetime.timedelta(days=1)  # how long a mail without a code is worth sending


class Mail(EmailMultiAlternatives):
    """A mail that says how long it is worth sending, should the mail server be away."""

    lifetime: datetime.timedelta = PATIENCE


def compose(*, template: str, to: str, context: dict[str, Any]) -> Mail:
    """Render `<template>_subject.txt` and `<template>_message.txt` for one reader.

    Both know `site_url`, the only address that a link in a mail may begin with. A message that carries a `code` is
    worth sending as long as the code lives. Whose address has an account that chose a language reads that one, whoever
    causes the mail; everybody else the language of the page that does.
    """
    reader = User.objects.filter(email=to).only("language", "clock").first()
    language = (reader and reader.language) or get_language() or settings.LANGUAGE_CODE
    with reading(language=language, clock=reader.clock if reader else ""):
        return _rendered(template, to, context)


def _rendered(template: str, to: str, context: dict[str, Any]) -> Mail:
    known = context | {"site_url": settings.SITE_URL}
    subject = " ".join(render_to_string(f"{template}_subject.txt", known).split())
    text = render_to_string(f"{template}_message.txt", known).strip()
    mail = Mail(subject=subject, body=text + "\n", to=[to])
    html = render_to_string("mail/account/letter.html", {"subject": subject, "text": text, "code": known.get("code")})
    mail.attach_alternative(html, "text/html")
    if "code" in known:
        mail.lifetime = datetime.timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)
    return mail
