"""How often an address asked for calendars that aren't there: counted in the memory of one process, with a bound."""

from collections import Counter
from datetime import datetime
from threading import Lock


class Misses:
    """Counts misses by address within a minute; what goes beyond `most` is too much. Safe to use from several threads.

    Only what was not found is counted, so that a feed that is there is served whatever its neighbours ask for.
    """

    def __init__(self, *, most: int, addresses: int = 10_000) -> None:
        self._most, self._addresses = most, addresses
        self._minute: datetime | None = None
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def too_many(self, address: str, *, now: datetime) -> bool:
        """Count one miss; True when this address had more than its share within the minute of `now`.

        Where more addresses miss than can be told apart, the newcomers share one count.
        """
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            counted = address if address in self._counts or len(self._counts) < self._addresses else ""
            self._counts[counted] += 1
            return self._counts[counted] > self._most

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()
