"""What one look found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at and what is to be said of it; where something is wrong, also how to mend it."""

    what: str
    said: str
    mend: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong."""
        return bool(self.mend)

    def line(self) -> str:
        """Return it as one line."""
        if self.is_fault:
            return f"FAULT  {self.what}: {self.said} Mend it: {self.mend}"
        return f"well   {self.what}: {self.said}"


Look = Callable[[], Iterable[Finding]]
UNKNOWN: Final = "see the log for what this program said just now, and ask again"


def findings_of(what: str, look: Look) -> Iterator[Finding]:
    """Yield what a look found. One that breaks off is a fault itself, told by its class: words may quote secrets."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001  (whatever it is, the other looks go on)
        yield Finding(what=what, said=f"it could not be looked at ({type(error).__name__}).", mend=UNKNOWN)
