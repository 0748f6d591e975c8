"""Who looks at a page, by which clocks, and when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.middleware import zone_of
from accounts.models import Partner
from scheduler.domain.period import zone_named
from scheduler.domain.problem import Problem
from scheduler.queries.agenda import other_side
from scheduler.web.moments import Moment


@dataclass(frozen=True)
class Viewer:
    """A linked user at one moment; `other_zone` is where the partner's clocks are, None when that is unknown.

    `notes_on` says that both have switched notes on; it is known only where the other seat was read for the viewer.
    """

    partner: Partner
    zone: ZoneInfo
    other_zone: ZoneInfo | None
    now: datetime
    notes_on: bool = False

    def moment(self, starts_at: datetime, ends_at: datetime) -> Moment:
        """Return the stretch as this viewer reads it."""
        return Moment(starts_at=starts_at, ends_at=ends_at, zone=self.zone, other_zone=self.other_zone)


def viewer_of(partner: Partner, *, now: datetime, other_zone: str | None = None) -> Viewer:
    """Return the viewer who holds this seat; reads the partner's zone unless it is given."""
    zone = zone_of(partner.user)
    if other_zone is not None:
        return Viewer(partner=partner, zone=zone, other_zone=_zone_or_none(other_zone), now=now)
    other = other_side(partner)
    return Viewer(partner=partner, zone=zone, other_zone=_zone_or_none(other.zone), now=now, notes_on=other.notes_on)


def _zone_or_none(name: str) -> ZoneInfo | None:
    try:
        return zone_named(name)
    except Problem:
        return None
