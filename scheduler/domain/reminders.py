"""When a gentle reminder comes: at the leads a user chose, in their own zone, never inside their quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduler.domain.period import first_showing

MOST_LEADS = 2
MORNING = time(9)
EVENING = time(19)
_DAY = timedelta(days=1)
_BEFORE_QUIET = timedelta(minutes=1)


class Lead(StrEnum):
    """How long before a plan its reminder comes; the codes are what preferences and notices store."""

    FIFTEEN_MINUTES = "15m"
    TWO_HOURS = "2h"
    SAME_MORNING = "same_morning"
    EVENING_BEFORE = "evening_before"


ROOM = "room"  # what a notice holds for a lead when it reminds of one's own list, whichever lead was chosen for that
ROOM_LEADS = (Lead.TWO_HOURS, Lead.SAME_MORNING, Lead.EVENING_BEFORE)


@dataclass(frozen=True)
class QuietHours:
    """Local wall time [begins, ends) in which nothing is sent; it may wrap midnight."""

    begins: time
    ends: time

    def hold(self, wall: time) -> bool:
        """Return whether a clock that shows `wall` stands inside them."""
        if self.begins < self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends

    def began_on(self, wall: datetime) -> date:
        """Return the local date on which the quiet hours around `wall` began."""
        return wall.date() if wall.time() >= self.begins else wall.date() - _DAY

    def end_around(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours around `moment` end, in UTC; None when `moment` lies outside them."""
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if not self.hold(wall.time()):
            return None
        day = wall.date() if wall.time() < self.ends else wall.date() + _DAY
        return first_showing(wall=datetime.combine(day, self.ends), zone=zone)


def reminder_moments(
    *,
    starts_at: datetime,
    leads: Iterable[Lead | str],
    zone: ZoneInfo,
    quiet_from: time,
    quiet_until: time,
    now: datetime,
) -> dict[Lead, datetime]:
    """Return the UTC moment of each reminder of a plan that starts at `starts_at`, for up to two leads.

    `quiet_from` and `quiet_until` are wall time in `zone`: a moment inside them moves to one minute before they begin.
    Moments that are not after `now` or not before the start are left out; of two at one moment the first stays.
    Wall time that the clocks skip means the first instant after the gap, time shown twice its first showing.
    Unknown codes are passed over.
    """
    quiet = QuietHours(quiet_from, quiet_until)
    moments: dict[Lead, datetime] = {}
    for lead in _known(leads):
        moment = _outside(quiet, _moment(lead, starts_at, zone), zone)
        if now < moment < starts_at and moment not in moments.values():
            moments[lead] = moment
    return moments


def _known(leads: Iterable[Lead | str]) -> list[Lead]:
    known = {lead.value: lead for lead in Lead}
    return list(dict.fromkeys(known[lead] for lead in leads if lead in known))[:MOST_LEADS]


def _moment(lead: Lead, starts_at: datetime, zone: ZoneInfo) -> datetime:
    day = starts_at.astimezone(zone).date()
    if lead is Lead.FIFTEEN_MINUTES:
        return starts_at - timedelta(minutes=15)
    if lead is Lead.TWO_HOURS:
        return starts_at - timedelta(hours=2)
    if lead is Lead.SAME_MORNING:
        return first_showing(wall=datetime.combine(day, MORNING), zone=zone)
    return first_showing(wall=datetime.combine(day - _DAY, EVENING), zone=zone)


def _outside(quiet: QuietHours, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, or the minute before quiet hours; where clocks skip all between two of them, both."""
    for _ in range(2):
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if quiet.hold(wall.time()):
            begin = datetime.combine(quiet.began_on(wall), quiet.begins)
            moment = first_showing(wall=begin, zone=zone) - _BEFORE_QUIET
    return moment
