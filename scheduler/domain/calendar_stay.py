"""How long entries stay in a calendar after their end. They leave at midnight UTC and at no other moment.

So the day alone tells whether a feed has lost an entry since, and what is purged has left every feed before.
"""

from datetime import UTC, datetime

from scheduler.domain.retention import ENDED_FEEDS_KEPT, PAST_TIMES_KEPT

CONFIRMED_STAYS = PAST_TIMES_KEPT
CANCELLED_STAYS = ENDED_FEEDS_KEPT  # as long as a calendar client may take to come by and drop the event


def day_of(now: datetime) -> datetime:
    """Return the start of the day of `now` in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def confirmed_left_by(now: datetime) -> datetime:
    """Return the moment up to which confirmed entries must have ended to have left by `now`."""
    return day_of(now) - CONFIRMED_STAYS


def cancelled_left_by(now: datetime) -> datetime:
    """Return the moment up to which cancelled entries must have ended to have left by `now`."""
    return day_of(now) - CANCELLED_STAYS
