"""The look keeps its promises: light to fetch, readable by day and by night, and nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "scheduler/static/scheduler/app.css").read_text()
TOKENS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", SHEET)}
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2, definitions)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "grounds", "least"),
    [
        ("ink", "paper surface sunken apricot-soft dusk-soft rust-soft", TEXT),
        ("ink-soft", "paper surface sunken", TEXT),
        ("link", "paper surface sunken dusk-soft", TEXT),
        ("rust", "paper surface rust-soft", TEXT),
        ("edge", "paper surface sunken", EDGE),
        ("apricot-edge", "paper surface", EDGE),
        ("focus", "paper surface sunken apricot-soft", EDGE),
    ],
)
def test_what_is_to_be_read_stands_out(front: str, grounds: str, least: float, scheme: int) -> None:
    low = {
        ground: ratio
        for ground in grounds.split()
        if (ratio := contrast(TOKENS[front][scheme], TOKENS[ground][scheme])) < least
    }
    assert not low


def test_all_styles_and_scripts_together_are_small() -> None:
    """They leave room for the 15 KB that a page itself may weigh; a first visit takes 60 KB at most."""
    files = [file for kind in ("css", "js") for file in ROOT.glob(f"*/static/**/*.{kind}")]
    assert len(files) > 1
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 45_000


@pytest.mark.parametrize("suffix", ["css", "js", "svg"])
def test_nothing_is_fetched_from_elsewhere(suffix: str) -> None:
    for file in ROOT.glob(f"*/static/**/*.{suffix}"):
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", text), file.name


@pytest.mark.parametrize(
    "feature", ["prefers-contrast: more", "prefers-reduced-motion: reduce", "forced-colors: active"]
)
def test_what_readers_ask_of_every_page_is_heeded(feature: str) -> None:
    assert f"@media ({feature})" in SHEET


def test_nothing_moves_where_less_motion_is_wished() -> None:
    rules = SHEET.split("@layer base {", 1)[1]
    assert "@keyframes" not in rules
    assert {part.split()[1] for part in re.findall(r"transition: ([^;]+);", rules)} == {"var(--quick)"}


def test_sides_are_logical_so_that_right_to_left_needs_nothing() -> None:
    rules = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    sided = (
        r"(?<![\w-])((?:(?:scroll-)?(?:margin|padding)|border|inset)-(?:left|right|top|bottom)[\w-]*"
        r"|left|right|width|height"
        r"|border-(?:top|bottom)-(?:left|right)-radius"
        r"|(?:text-align|float|clear|justify-[\w-]+): (?:left|right))\s*[:;]"
    )
    assert re.findall(sided, rules) == []
    assert "to left" not in rules
    assert "to right" not in rules


def test_what_goes_round_a_box_is_the_same_on_both_sides_or_turns_round() -> None:
    """Shorthands count from the top, clockwise, in whatever direction a page reads."""
    part = r"(?:[\w.%-]+|\w*\([^()]*(?:\([^()]*\)[^()]*)*\))"
    around = re.findall(
        rf"([^{{}}]*)\{{[^{{}}]*?(?:margin|padding|inset|border-width): ({part}) ({part}) ({part}) ({part});", SHEET
    )
    uneven = [selector.strip() for selector, _top, right, _bottom, left in around if right != left]
    assert uneven == ["details > summary::before"]  # a corner; its rotation turns it
    assert "details:not([open]):dir(rtl) > summary::before" in SHEET
    corners = re.findall(rf"(border-radius|--leaf): ({part}) ({part}) ({part}) ({part});", SHEET)
    leaf, mirrored = ([*found] for name, *found in corners if name == "--leaf")
    assert mirrored == [leaf[1], leaf[0], leaf[3], leaf[2]]
    assert all(found[0] == found[1] and found[2] == found[3] for name, *found in corners if name == "border-radius")


def test_colours_stand_in_the_tokens_only() -> None:
    rest = SHEET.split("@layer base {", 1)[1]
    allowed = {"#2b2536", "#fff"}  # ink on the apricot of either scheme, and the ground of a QR code
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) <= allowed
