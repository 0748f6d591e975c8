"""Zones by the names that are stored, those to choose from, and the one in which a couple counts its weeks."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

# Old aliases, fixed offsets and the server's own zone are known to the system but no place where somebody lives.
REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Return the zones to choose from, by region and city, and UTC."""
    return (*sorted(name for name in available_timezones() if _region_of(name) in REGIONS), "UTC")


@lru_cache(maxsize=1)
def places_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones to choose from as a list of (region, [(name, city), ...]), UTC in a group of its own."""
    return [(region, [(name, city_of(name)) for name in names]) for region, names in groupby(places(), key=_region_of)]


def city_of(name: str) -> str:
    """Return what people call the place that a zone is named after: "New York", "Buenos Aires (Argentina)"."""
    *region, city = name.replace("_", " ").split("/")
    return f"{city} ({' '.join(region[1:])})" if region[1:] else city


def _region_of(name: str) -> str:
    return name.partition("/")[0]


def zone_or_utc(name: str) -> ZoneInfo:
    """Return the zone of this name; UTC when the system no longer knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def common_zone(zones: Iterable[ZoneInfo], *, at: datetime) -> str:
    """Return the name of the one of these zones whose clocks are ahead at `at`; of two that agree, the first by name.

    It is the zone in which a Sunday evening begins first, so that it is never late at night for the other. The answer
    is the same whoever asks, and in whatever order the zones stand.
    """
    return min(zones, key=lambda zone: (-_offset(zone, at), zone.key)).key


def _offset(zone: ZoneInfo, at: datetime) -> float:
    """Return how many seconds the clocks of `zone` are ahead of UTC."""
    offset = at.astimezone(zone).utcoffset()
    return offset.total_seconds() if offset else 0.0
