"""Notices under the real clock: the database's own decides what is due, and no test can move that."""

import datetime as dt
from email.message import EmailMessage

from django.utils import timezone

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Notice, Slot
from scheduler.operations.delivery import deliver_notices
from tests.cast import BERLIN
from tests.scenes import planned


def real_now() -> dt.datetime:
    """Return the database's clock, by which notices leave."""
    return outbox.database_now().replace(microsecond=0)


def evening_in(days: int) -> dt.datetime:
    """Return 20:00 in Berlin, so many days from now, in UTC."""
    day = timezone.localdate(real_now(), BERLIN) + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(20), BERLIN).astimezone(dt.UTC)


def plan(ana: Partner, *, days: int = 3) -> Slot:
    """Let the couple agree on 20:00 in Berlin, so many days from now."""
    return planned(ana, evening_in(days), now=real_now())


def make_due(**which: object) -> None:
    """Bring the notices that match forward to this moment."""
    Notice.objects.filter(**which).update(due_at=real_now() - dt.timedelta(seconds=1))


def deliver() -> int:
    """Send what is due, as the worker does; returns how many notices left."""
    return deliver_notices(now=outbox.database_now())


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of a mail's `plain` or `html` part."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
