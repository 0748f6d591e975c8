"""What people would write instead of an outbox: `python -m tests.bench.reminders_instead loop|tasks MAILS`.

Both compose the very mails that Pear sends. The loop keeps no account of them; a task notes that its mail has left.
"""

import smtplib
import ssl
import sys
from collections.abc import Iterator

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django has to stand first)
from django.core.mail import EmailMessage, get_connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.mail_ids import message_id  # noqa: E402
from accounts.middleware import zone_of  # noqa: E402
from config.celery import app  # noqa: E402
from scheduler.models import Notice  # noqa: E402
from scheduler.notifications.email import _mail  # noqa: E402
from scheduler.notifications.messages import Telling, compose  # noqa: E402


def telling(notice: Notice) -> Telling:
    """Return what there is to tell."""
    user = notice.recipient.user
    return Telling(
        notice_id=notice.pk,
        message_id=message_id(notice),
        kind=notice.kind,
        address=user.email,
        user_id=user.pk,
        zone=zone_of(user),
        language=user.language,
        starts_at=notice.starts_at,
        expires_at=notice.expires_at,
    )


def mail_of(notice: Notice) -> EmailMessage:
    """Return the mail as Pear would send it."""
    return _mail(compose(telling(notice), now=timezone.now()))


def reminders(most: int) -> Iterator[Notice]:
    """Return so many reminders with their readers, from one query."""
    rows = Notice.objects.filter(kind=Notice.Kind.REMINDER).select_related("recipient__user")
    return iter(rows[:most])


def loop(most: int) -> None:
    """Send them over one connection."""
    trust = ssl.create_default_context()
    with smtplib.SMTP_SSL(settings.EMAIL_HOST, settings.EMAIL_PORT, context=trust) as line:
        for notice in reminders(most):
            mail = mail_of(notice)
            line.sendmail(mail.from_email, mail.to, mail.message().as_bytes(linesep="\r\n"))


@app.task(name="instead.send")
def send(notice_id: str) -> None:
    """Send one of them over a connection of its own."""
    notice = Notice.objects.select_related("recipient__user").get(pk=notice_id)
    get_connection(settings.DELIVERY_EMAIL_BACKEND).send_messages([mail_of(notice)])
    Notice.objects.filter(pk=notice_id).update(sent_at=timezone.now())


def tasks(most: int) -> None:
    """Put a task for each of them into the queue."""
    for notice in reminders(most):
        send.apply_async((str(notice.pk),), queue="instead")


if __name__ == "__main__":
    {"loop": loop, "tasks": tasks}[sys.argv[1]](int(sys.argv[2]))
