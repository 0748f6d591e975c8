"""Time zone names as people type and read them."""

from functools import lru_cache

from accounts.zones import places


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    cities = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(places())}
    return cities | {name.casefold(): name for name in places()}


def full_zone_name(typed: str) -> str:
    """Return the full name for what was typed, in any case, with blanks, or a bare city; else what was typed."""
    return _known().get("_".join(typed.split()).casefold(), typed)
