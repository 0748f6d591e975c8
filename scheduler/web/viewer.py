"""Who looks at a page, by which clocks, and when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.middleware import zone_of
from accounts.models import Partner
from scheduler.domain.period import zone_named
from scheduler.domain.problem import Problem
from scheduler.queries.agenda import other_side
from scheduler.web.moments import Moment, moment_of


@dataclass(frozen=True)
class Viewer:
    """A linked user at one moment; `other_zone` is where the partner's clocks are, None when that is unknown."""

    partner: Partner
    zone: ZoneInfo
    other_zone: ZoneInfo | None
    now: datetime

    def moment(self, starts_at: datetime, ends_at: datetime) -> Moment:
        """Return the stretch as this viewer reads it."""
        return moment_of(starts_at=starts_at, ends_at=ends_at, zone=self.zone, other_zone=self.other_zone)


def viewer_of(partner: Partner, *, now: datetime, other_zone: str | None = None) -> Viewer:
    """Return the viewer who holds this seat; reads the partner's zone unless it is given."""
    name = other_side(partner)[0] if other_zone is None else other_zone
    return Viewer(partner=partner, zone=zone_of(partner.user), other_zone=_zone_or_none(name), now=now)


def _zone_or_none(name: str) -> ZoneInfo | None:
    try:
        return zone_named(name)
    except Problem:
        return None
