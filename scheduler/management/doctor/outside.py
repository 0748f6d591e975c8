"""What others meet: the mail server, the site as browsers reach it, and a feed as calendar programs do."""

import http.client
import io
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from accounts.mail_line import mail_line
from accounts.models import User
from scheduler.management.doctor.finding import Finding
from scheduler.operations.feeds import create_feed

WAIT_SECONDS: Final = 10
SETTLED: Final = timedelta(minutes=1)  # so long after a change, a feed has its final date
_MAIL_AWAY: Final = "see that EMAIL_URL has the right scheme, host, port, user and password, and that its port is open"


def mail_look(*, to: str) -> Iterator[Finding]:
    """See that the mail server lets us in; with `to`, send one neutral mail there."""
    if settings.DELIVERY_EMAIL_BACKEND == "config.mail.MailFolderBackend":
        said = f"no mail server is set; mails are files in {settings.EMAIL_FILE_PATH}."
        yield Finding(what="mail", said=said, mend="" if settings.SITE_IS_LOCAL else "set EMAIL_URL")
        return
    try:
        with mail_line() as line:
            line.ready()
            if to:
                line.send(_test_mail(to))
    except Exception as error:  # noqa: BLE001  (each library has its own)
        code = getattr(error, "smtp_code", "")
        said = f"the mail server is not reached, or takes nothing ({type(error).__name__} {code}".rstrip() + ")."
        yield Finding(what="mail", said=said, mend=_MAIL_AWAY)
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        said = "DEFAULT_FROM_EMAIL is not set, and nobody takes mail from localhost."
        yield Finding(what="mail", said=said, mend="set DEFAULT_FROM_EMAIL to an address of your own")
        return
    done = "it took a test; look whether it arrives" if to else "it lets us in; --mail-to ADDRESS sends a test"
    yield Finding(what="mail", said=f"{done}.")


def site_look() -> Iterator[Finding]:
    """Ask for two pages at SITE_URL, as a browser does: one that needs nothing, one that needs a well-set proxy."""
    try:
        status, _ = _ask("/healthz")
        shown, headers = _ask("/account/login/")
    except (OSError, http.client.HTTPException) as error:
        tls = isinstance(error, ssl.SSLError)
        said = f"{settings.SITE_URL} cannot be reached from here ({type(error).__name__})."
        mend = "renew the certificate, and send its whole chain" if tls else "start Pear; see name, port and firewall"
        yield Finding(what="site", said=said, mend=mend)
        return
    fault = _fault_of(status, shown, headers)
    if fault:
        yield Finding(what="site", said=f"{settings.SITE_URL} {fault[0]}", mend=fault[1])
    else:
        yield Finding(what="site", said=f"{settings.SITE_URL} answers as it has to.")


def feed_look(*, now: datetime) -> Iterator[Finding]:
    """Have a feed of nobody's checked at SITE_URL, through whatever proxy stands there."""
    said = io.StringIO()
    try:
        with _nobodys_feed(now) as path:
            call_command("checkfeed", f"{settings.SITE_URL}{path}", stdout=said)
    except CommandError as error:
        faults = [line.removeprefix("- ") for line in said.getvalue().splitlines()]
        for fault in faults or [str(error)]:
            mend = "compare the proxy with docs/proxy: methods, conditions, ETag and codings are Pear's to answer"
            yield Finding(what="feed", said=fault, mend=mend)
        return
    yield Finding(what="feed", said="calendar programs get what they need.")


def _fault_of(status: int, shown: int, headers: http.client.HTTPMessage) -> tuple[str, str] | None:
    if status != HTTPStatus.OK:
        return f"answers {status} at /healthz.", "see that the proxy leads to Pear, and keeps Host as it came"
    if shown in {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND}:
        return "leads round in a circle.", "have the proxy set X-Forwarded-Proto to https, whatever came in"
    if shown != HTTPStatus.OK:
        return (
            f"answers {shown} at /account/login/.",
            "see that the proxy keeps Host, and look at the log",
        )
    if settings.SITE_IS_HTTPS and "Strict-Transport-Security" not in headers:
        return "lost its header Strict-Transport-Security.", "have the proxy pass headers on as they are"
    return None


def _ask(path: str) -> tuple[int, http.client.HTTPMessage]:
    """Ask once, following no redirect; a certificate has to be good."""
    site = urlsplit(settings.SITE_URL)
    kind = http.client.HTTPSConnection if settings.SITE_IS_HTTPS else http.client.HTTPConnection
    connection = kind(site.netloc, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", f"{site.path}{path}")
        response = connection.getresponse()
        return response.status, response.msg
    finally:
        connection.close()


@contextmanager
def _nobodys_feed(now: datetime) -> Iterator[str]:
    """Give the path of a feed whose owner is nobody, cannot sign in, and is gone afterwards."""
    nobody = User.objects.create_user(f"{secrets.token_hex(8)}@doctor.invalid", is_active=False)
    try:
        token = create_feed(user=nobody, label="-", now=now - SETTLED)
        yield f"/cal/{token}.ics"
    finally:
        nobody.delete()


def _test_mail(to: str) -> EmailMessage:
    return EmailMessage("A test", "This is a test.\n", to=[to], headers={"Auto-Submitted": "auto-generated"})
