"""Draw the figures: `python -m tests.bench.chart PICTURE FILE...`, from the JSON that the benches wrote.

One bar for each figure with a bound, as a share of that bound, so that all are read in the same way: a bar that ends
right of the line keeps its bound.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from tests.bench.figures import Figure

ROW, TOP, NAMES, BARS, EDGE, VALUES = 24, 56, 400, 320, 16, 150
MOST = 3.0  # times its bound; a longer bar is cut
WIDTH = NAMES + BARS + VALUES + EDGE


def figures(paths: Sequence[Path]) -> Iterator[tuple[str, Figure]]:
    """Yield what every file holds, with where and when it was measured."""
    for path in paths:
        kept = json.loads(path.read_text())
        for row in kept["figures"]:
            yield f"{kept['date']}, {kept['machine']}", Figure(**row)


def kept_by(figure: Figure) -> float:
    """Return how much better than its bound a figure is; 1 is the bound itself."""
    if figure.at_most:
        return min(MOST, figure.bound / figure.value) if figure.value else MOST
    return min(MOST, figure.value / figure.bound)


def drawn(rows: Sequence[Figure], *, under: str) -> str:
    """Return the picture as SVG, readable on light and on dark ground."""
    height = TOP + ROW * len(rows) + EDGE
    line = NAMES + BARS / MOST
    style = (
        "text{font:13px system-ui,sans-serif;fill:#2b2630}.quiet{fill:#6b6472}.holds{fill:#4c7a5d}"
        ".missed{fill:#b0562f}.ground{fill:#fbf8f3}"
    )
    named = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Measured figures beside their bounds"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {named}><style>{style}</style>',
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text x="{EDGE}" y="22">Measured, as a share of what is wanted (right of the line is better)</text>',
        f'<text class="quiet" x="{EDGE}" y="42">{escape(under)}</text>',
        *(bar for number, row in enumerate(rows) for bar in _bar(row, TOP + ROW * number)),
        f'<path d="M{line:.0f} {TOP - 6}V{height - EDGE / 2:.0f}" stroke="#2b2630" stroke-dasharray="4 3"/></svg>',
    ]
    return "\n".join(parts) + "\n"


def _bar(row: Figure, top: int) -> Iterator[str]:
    width = max(2.0, BARS * kept_by(row) / MOST)
    bound = f"{'at most' if row.at_most else 'at least'} {row.bound:g}"
    yield f'<text x="{EDGE}" y="{top + 15}">{escape(row.name)}</text>'
    kind = "holds" if row.holds else "missed"
    yield f'<rect class="{kind}" x="{NAMES}" y="{top + 3}" width="{width:.0f}" height="{ROW - 8}" rx="2"/>'
    yield (
        f'<text x="{NAMES + BARS + 8}" y="{top + 15}">{row.value:.2f}{escape(row.unit)}'
        f'<tspan class="quiet"> {bound}</tspan></text>'
    )


def main(picture: str, *files: str) -> None:
    """Draw what the files hold."""
    found = list(figures([Path(each) for each in files]))
    rows = [row for _, row in found if row.bound]
    Path(picture).write_text(drawn(rows, under="; ".join(dict.fromkeys(where for where, _ in found))))


if __name__ == "__main__":
    main(*sys.argv[1:])
