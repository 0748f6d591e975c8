"""The circuit breaker of each way on which messages leave: a server that is away must not hold up the workers.

It counts failures of the server itself, one after another, never what a server says about one message. After three it
is open: nothing is claimed for this way, so that no attempt is used up. After a pause one worker takes one row and
probes; the pause grows from 30 s to 5 min. The first success closes it. The state is a row, so that all workers of an
installation share it. Compare with the database's clock only.
"""

import datetime
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import Breaker

log = logging.getLogger("pear.breaker")

EMAIL = "email"
MOST_FAILURES = 3  # the third in a row opens it
PAUSES = tuple(datetime.timedelta(seconds=seconds) for seconds in settings.BREAKER_PAUSE_SECONDS)
# a worker that dies while it probes lets another one try after this: no probe lives longer than its task
PROBE = datetime.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Leave:
    """What a worker may send on one way just now: `most` rows, none while the breaker is open, one for a probe."""

    channel: str
    most: int
    failures: int = 0
    is_probe: bool = False


def ask_leave(*, channel: str, now: datetime.datetime, limit: int) -> Leave:
    """Return how many rows may be claimed for this way, `limit` at most: one read, and one write for a probe.

    Of all workers that ask an open breaker when its pause is over, exactly one may probe.
    """
    seen = Breaker.objects.filter(pk=channel).first()
    if seen is None or seen.retry_at is None:
        return Leave(channel=channel, most=limit, failures=seen.failures if seen else 0)
    over = Q(pk=channel, retry_at__lte=now, retry_at=seen.retry_at)
    is_mine = Breaker.objects.filter(over).update(retry_at=now + PROBE) == 1
    return Leave(channel=channel, most=min(1, limit) if is_mine else 0, failures=seen.failures, is_probe=is_mine)


def note_success(leave: Leave) -> None:
    """Close the breaker: the server has taken or answered a message. It writes only where a failure stood."""
    if leave.failures and Breaker.objects.filter(pk=leave.channel).exclude(failures=0).update(
        failures=0, open_since=None, retry_at=None
    ):
        log.info("%s: the server answers again", leave.channel)


def note_failure(leave: Leave, *, now: datetime.datetime, error: BaseException) -> bool:
    """Count one failure of the server; returns whether the breaker is open now.

    While it is open only the probe's failure counts: the others began before.
    """
    with transaction.atomic():
        Breaker.objects.get_or_create(pk=leave.channel)
        breaker = Breaker.objects.select_for_update().get(pk=leave.channel)
        if breaker.retry_at is not None and not leave.is_probe:
            return True
        breaker.failures += 1
        if breaker.failures >= MOST_FAILURES:
            breaker.open_since = breaker.open_since or now
            breaker.retry_at = now + PAUSES[min(breaker.failures - MOST_FAILURES, len(PAUSES) - 1)]
        breaker.save()
    log.warning("%s: the server does not answer (%s)", leave.channel, type(error).__name__)
    return breaker.retry_at is not None


def give_back(leave: Leave, *, now: datetime.datetime) -> int:
    """Let another worker probe at once: this one found nothing to send. Returns 0, which is what it has sent."""
    if leave.is_probe:
        Breaker.objects.filter(pk=leave.channel, retry_at__isnull=False).update(retry_at=now)
    return 0
