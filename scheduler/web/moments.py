"""Instants as people read them: formatted here, in the reader's own zone and language.

Formats are translatable, so that a language may order day and month its own way. All times are wall times of the
zone named; an hour that the clocks show twice always says which of the two it is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.reading import hour_text, said_once

MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 17, 22


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The stretch [starts_at, ends_at), UTC instants, as the reader in `zone` sees it.

    Each text is made when a page first asks for it, for no page shows them all; in the language that is active then.
    """

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    other_zone: ZoneInfo | None = None

    @cached_property
    def iso(self) -> str:
        """The start, as machines read it."""
        return self.starts_at.astimezone(UTC).isoformat()

    @cached_property
    def day(self) -> str:
        """The day on which it starts: "Friday, 6 March"."""
        return day_text(self._local.date())

    @cached_property
    def weekday(self) -> str:
        """The weekday on which it starts: "Friday"."""
        return weekday_text(self._local.date())

    @cached_property
    def clock(self) -> str:
        """The wall time at which it starts: "20:00"."""
        return clock_text(self.starts_at, self.zone)

    @cached_property
    def span(self) -> str:
        """Start and end."""
        return span_text(self.starts_at, self.ends_at, self.zone)

    @cached_property
    def whole(self) -> str:
        """Day, start and end: "Friday, 6 March, 20:00–22:00"."""  # noqa: RUF002  (a span has an en dash)
        return _("%(day)s, %(span)s") % {"day": self.day, "span": self.span}

    @cached_property
    def length(self) -> str:
        """How long it is."""
        return length_text(self.ends_at - self.starts_at)

    @cached_property
    def short(self) -> str:
        """Weekday and wall time of its start: "Friday, 20:00"."""
        return short_text(self.starts_at, self.zone)

    @cached_property
    def part(self) -> str:
        """The part of the day in which it starts: "Friday evening"."""
        return part_text(self._local)

    @cached_property
    def also(self) -> str:
        """Its start in the other partner's zone, "14:00 in New York"; empty where the clocks agree."""
        return also_text(self.starts_at, self.zone, self.other_zone)

    @cached_property
    def _local(self) -> datetime:
        return self.starts_at.astimezone(self.zone)


@said_once
def day_text(day: date) -> str:
    """Return the day with weekday, day and month: "Friday, 6 March"."""
    return date_format(day, pgettext("date format: weekday, day, month", "l, j F"))


@said_once
def weekday_text(day: date) -> str:
    """Return the name of the weekday: "Friday"."""
    return date_format(day, "l")


def week_start(day: date) -> date:
    """Return the day with which the week of `day` begins, as the reader's language counts weeks."""
    return day - timedelta(days=(day.isoweekday() - _first_isoweekday()) % 7)


def weekday_choices() -> list[tuple[int, str]]:
    """Return the weekdays as (0 for Monday to 6, name), from the one with which the reader's week begins."""
    first = _first_isoweekday() - 1
    return [(number % 7, str(WEEKDAYS[number % 7])) for number in range(first, first + 7)]


def _first_isoweekday() -> int:
    return int(get_format("FIRST_DAY_OF_WEEK")) or 7  # Django's Sunday is 0, ISO's is 7


def clock_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return the wall time: "20:00"; in an hour that comes twice, "02:30 (first)" or "02:30 (second)"."""
    local = instant.astimezone(zone)
    text = _wall_text(local.time())
    if not comes_twice(local, zone):
        return text
    if local.fold:
        return _("%(time)s (second)") % {"time": text}
    return _("%(time)s (first)") % {"time": text}


@said_once
def _wall_text(wall: time) -> str:
    return hour_text(wall)


def comes_twice(local: datetime, zone: ZoneInfo) -> bool:
    """Return whether the clocks of `zone` show this wall time on two occasions (PEP 495)."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def span_text(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return start and end; the end says its day where that is another one than the day of the start."""
    start, end = starts_at.astimezone(zone).date(), (ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    if start == end:
        return from_until(clock_text(starts_at, zone), clock_text(ends_at, zone))
    ends = {"start": clock_text(starts_at, zone), "end": short_text(ends_at, zone)}
    return pgettext("from a time to a time on another day", "%(start)s – %(end)s") % ends  # noqa: RUF001


def from_until(start: str, end: str) -> str:
    """Return two wall times as a span: "20:00–22:00".

    From right to left a dash between digits could be read in either order, so there a language may take words.
    """  # noqa: RUF002  (a span has an en dash)
    ends = {"start": _unbroken(start), "end": _unbroken(end)}
    return pgettext("from a time to a time", "%(start)s–%(end)s") % ends  # noqa: RUF001


def _unbroken(text: str) -> str:
    """Keep a number and what it counts on one line, where they stand in a sentence: "8:00 PM", "1 h 30 min"."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def short_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return weekday and wall time: "Friday, 20:00"."""
    weekday = weekday_text(instant.astimezone(zone).date())
    return _("%(weekday)s, %(time)s") % {"weekday": weekday, "time": _unbroken(clock_text(instant, zone))}


def length_text(length: timedelta) -> str:
    """Return a true length in hours and minutes, unbroken: "1 h 30 min"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return _unbroken(_("%(minutes)d min") % {"minutes": minutes})
    if not minutes:
        return _unbroken(_("%(hours)d h") % {"hours": hours})
    return _unbroken(_("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes})


def part_text(local: datetime) -> str:
    """Return the part of the day in which this local time lies: "Friday evening"."""
    weekday = {"weekday": weekday_text(local.date())}
    if MORNING <= local.hour < AFTERNOON:
        return _("%(weekday)s morning") % weekday
    if AFTERNOON <= local.hour < EVENING:
        return _("%(weekday)s afternoon") % weekday
    if EVENING <= local.hour < NIGHT:
        return _("%(weekday)s evening") % weekday
    return _("%(weekday)s night") % weekday


def also_text(instant: datetime, zone: ZoneInfo, other_zone: ZoneInfo | None) -> str:
    """Return the instant in the other zone, "14:00 in New York", or nothing while both clocks show the same."""
    if other_zone is None or same_clock(instant, zone, other_zone):
        return ""
    here, there = instant.astimezone(zone).date(), instant.astimezone(other_zone).date()
    clock = clock_text(instant, other_zone) if here == there else short_text(instant, other_zone)
    return _("%(time)s in %(place)s") % {"time": clock, "place": place_text(other_zone)}


def same_clock(instant: datetime, zone: ZoneInfo, other_zone: ZoneInfo) -> bool:
    """Return whether the clocks of both zones show the same at this instant."""
    return instant.astimezone(zone).utcoffset() == instant.astimezone(other_zone).utcoffset()


def place_text(zone: ZoneInfo) -> str:
    """Return the place after which an IANA zone is named: "New York"."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")
