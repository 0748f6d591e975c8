"""Marks in the week ahead, made through the operation, as people say them: day of that week, hour, length in hours."""

import datetime as dt

from accounts.middleware import zone_of
from accounts.models import Partner
from accounts.zones import zone_or_utc
from scheduler.domain.windows import Week, open_draw, week_after
from scheduler.operations.windows import mark_windows
from tests.cast import NOW

HOUR = dt.timedelta(hours=1)
Block = tuple[int, float, float]  # day of the week from 0, hour of the day, hours


def draw_of(partner: Partner, *, now: dt.datetime = NOW) -> dt.datetime:
    """Return the draw that marks made at `now` are for."""
    return open_draw(zone=zone_or_utc(partner.couple.zone), now=now)


def week_of(partner: Partner, *, now: dt.datetime = NOW) -> Week:
    """Return the week that this partner can mark at `now`."""
    return week_after(draw_at=draw_of(partner, now=now), zone=zone_of(partner.user))


def marked(
    partner: Partner, *blocks: Block, shortest: dt.timedelta = HOUR, by: Partner | None = None, now: dt.datetime = NOW
) -> None:
    """Let `partner` mark these blocks, by the clocks of `by` where they are somebody else's than their own."""
    whose = by or partner
    zone, monday = zone_of(whose.user), week_of(whose, now=now).ends_at - dt.timedelta(hours=1)
    first = monday.astimezone(zone).date() - dt.timedelta(days=6)
    mark_windows(
        partner=partner,
        stretches=[_stretch(first + dt.timedelta(days=day), hour, length, zone) for day, hour, length in blocks],
        shortest=shortest,
        now=now,
    )


def _stretch(day: dt.date, hour: float, length: float, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    at = dt.time(int(hour), int(hour % 1 * 60))
    starts_at = dt.datetime.combine(day, at, zone).astimezone(dt.UTC)
    return starts_at, starts_at + length * HOUR
