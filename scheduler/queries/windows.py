"""The week ahead as one partner sees it: their own marks, and what both were told of the latest draw."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.middleware import zone_of
from accounts.models import Partner
from accounts.zones import zone_or_utc
from scheduler.domain.period import Period
from scheduler.domain.windows import USUAL_LENGTH, Week, next_draw, open_draw, week_after
from scheduler.models import Lane, Window


@dataclass(frozen=True, kw_only=True)
class WeekAhead:
    """What may be marked now: within `week`, for the draw at `draw_at`; `is_locked` while an earlier one is at hand.

    `windows` and `shortest` are the viewer's own. `lined_up` says whether something came out of the latest draw.
    """

    draw_at: datetime
    is_locked: bool
    week: Week
    windows: tuple[Period, ...]
    shortest: timedelta
    lined_up: bool


def week_ahead(partner: Partner, *, now: datetime) -> WeekAhead:
    """Return the week that `partner` can mark at `now`: three queries, of which none reads the other one's marks."""
    zone = zone_or_utc(partner.couple.zone)
    draw_at = open_draw(zone=zone, now=now)
    rows = list(Window.objects.filter(partner=partner, draw_at=draw_at).order_by("place"))
    return WeekAhead(
        draw_at=draw_at,
        is_locked=next_draw(zone=zone, now=now) < draw_at,
        week=week_after(draw_at=draw_at, zone=zone_of(partner.user)),
        windows=tuple(Period(row.starts_at, row.ends_at) for row in rows),
        shortest=timedelta(minutes=rows[0].shortest_minutes) if rows else USUAL_LENGTH,
        lined_up=Lane.objects.filter(partner=partner, lined_up=True).exists(),
    )
