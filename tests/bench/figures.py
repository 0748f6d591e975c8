"""Figures of a bench: each printed beside what is wanted of it, all of them kept as JSON for the chart."""

import json
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure and its bound, which is the least that is wanted or, with `at_most`, the most; 0: nothing is."""

    name: str
    value: float
    bound: float = 0.0
    at_most: bool = False
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its bound."""
        return not self.bound or (self.value <= self.bound if self.at_most else self.value >= self.bound)

    def __str__(self) -> str:
        wanted = f"  at {'most' if self.at_most else 'least'} {self.bound:g}{self.unit}" if self.bound else ""
        return f"  {self.name:58} {self.value:9.3g}{self.unit}{wanted}{'' if self.holds else '  MISSED'}"


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured side by side, round by round."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def say(figures: Iterable[Figure], *, keep: Path | None) -> bool:
    """Print the figures, write them to the file `keep`, and return whether all of them hold."""
    rows = list(figures)
    for row in rows:
        print(row, flush=True)
    if keep:
        keep.parent.mkdir(parents=True, exist_ok=True)
        when = datetime.now(UTC).date().isoformat()
        kept = {"date": when, "machine": machine(), "figures": [asdict(row) for row in rows]}
        keep.write_text(json.dumps(kept, indent=1) + "\n")
    return all(row.holds for row in rows)


def machine() -> str:
    """Return what kind of machine this is, in a few words."""
    with Path("/proc/cpuinfo").open() as lines:
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    with Path("/proc/stat").open() as lines:
        cores = sum(line.startswith("cpu") and line[3].isdigit() for line in lines)
    with Path("/proc/meminfo").open() as lines:
        gibibytes = int(next(lines).split()[1]) / 2**20
    return f"{cores} cores ({model}), {gibibytes:.0f} GiB, Python {platform.python_version()}"
