"""Zones by the names that are stored, and the one in which a couple counts its weeks."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


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
