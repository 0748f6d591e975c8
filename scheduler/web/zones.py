"""Time zone names as people type and read them."""

from functools import lru_cache

from scheduler.domain.period import zone_names

# Old aliases, fixed offsets and the server's own zone are known to the system but no place where somebody lives.
REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Return the zones to choose from, by region and city, and UTC."""
    return (*sorted(name for name in zone_names() if name.split("/")[0] in REGIONS), "UTC")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    cities = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(places())}
    return cities | {name.casefold(): name for name in places()}


def full_zone_name(typed: str) -> str:
    """Return the full name for what was typed, in any case, with blanks, or a bare city; else what was typed."""
    return _known().get("_".join(typed.split()).casefold(), typed)
