"""What a loaded page shows without any clock: weight, widths, targets, focus, and that it stands still.

One load serves all of these, since loading is what costs. Each function returns what is wrong, in words.
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response

from tests.chromium import DESK, HEIGHT, PHONE

KB = 1000
FIRST_VISIT, LATER_VISIT = 60 * KB, 15 * KB  # HTML, styles and scripts, compressed; what is cached isn't fetched again
MOST_SHIFT = 0.02  # cumulative layout shift
NARROW = 320  # also 1280 px at 400 %, WCAG 2.2, 1.4.10
ZOOMED = DESK // 2  # 1280 px at 200 %
FOCUSED_BY_US = {"RootWebArea", "main"}  # a script or a link may put the focus there; Tab does not

WATCH_SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
SHIFTED = """() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.shifted))))"""
INLINE = """() => [...document.querySelectorAll("style, [style], script:not([src])")].map((it) => it.outerHTML)"""
FILES = """() => performance.getEntriesByType("resource").map((it) => it.name)
  .filter((name) => /\\.(css|js)$/.test(name))"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"
LARGE_TYPE = "(size) => { document.documentElement.style.fontSize = size; }"

AXE_IS_THERE = "() => typeof axe !== 'undefined'"
AXE_FINDS = """async (options) => (await axe.run({ resultTypes: ["violations"], ...options })).violations.flatMap(
  (rule) => rule.nodes.map((it) => `${rule.id}: ${it.target} ${it.failureSummary} ${it.html.slice(0, 200)}`))"""

# A link within a sentence may be as high as its line (WCAG 2.2, 2.5.8); a label counts for its box.
SMALL_TARGETS = """() => {
  const within = (link) => {
    const block = link.closest("p, li, dd, td, blockquote");
    return link.matches("a") && block && block.innerText.trim() !== link.innerText.trim();
  };
  const size = (it) => {
    const boxes = [it, ...(it.labels ?? [])].flatMap((each) => [...each.getClientRects()]);
    const span = (from, to) => Math.max(...boxes.map((b) => b[to])) - Math.min(...boxes.map((b) => b[from]));
    return [span("left", "right"), span("top", "bottom")];
  };
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.tabIndex >= 0 && !within(it))
    .filter((it) => Math.min(...size(it)) < 43.5)
    .map((it) => `${size(it).map(Math.round)} ${it.outerHTML.slice(0, 120)}`);
}"""

# Whatever Tab reaches takes the focus, shows it, and isn't covered by a bar (WCAG 2.2, 2.4.7 and 2.4.11).
LOST_FOCUS = """() => {
  const sorts = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  const reached = [...document.querySelectorAll(sorts)]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.tabIndex >= 0 && !it.disabled);
  const ringed = (it) => [it, it.parentElement, it.closest("td")].some((each) => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const onTop = (it) => [...it.getClientRects()].some((box) => [0.2, 0.5, 0.8].some((part) => {
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height * part);
    return top && (it.contains(top) || top.contains(it) || top.closest("label")?.control === it);
  }));
  const lost = reached.filter((it) => {
    it.focus({ focusVisible: true });
    return document.activeElement !== it || !ringed(it) || !onTop(it);
  });
  document.activeElement.blur();
  scrollTo(0, 0);
  return lost.map((it) => it.outerHTML.slice(0, 120));
}"""


def axe_finds(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on the page as it stands: with all of its rules, or with these.

    Brought in once a page, and asked for its findings alone: the rest of what it says takes longer than its work.
    """
    if not page.evaluate(AXE_IS_THERE):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(AXE_FINDS, {"runOnly": rules} if rules else {})
    return found


def heavy_or_restless(page: Page, answer: Response) -> list[str]:
    """Return what is wrong with a page just loaded: what it weighs, what is inline in it, what moved."""
    html = len(gzip.compress(answer.body()))
    whole = html + sum(_compressed(urlsplit(name).path) for name in page.evaluate(FILES))
    found = [f"inline: {markup}" for markup in page.evaluate(INLINE)]
    if html > LATER_VISIT or whole > FIRST_VISIT:
        found.append(f"weighs {html} and, with its files, {whole} bytes")
    if (shift := page.evaluate(SHIFTED)) >= MOST_SHIFT:
        found.append(f"shifts by {shift}")
    return found


def too_wide(page: Page) -> list[str]:
    """Return at which widths and sizes of type the page scrolls sideways; leave it as wide as a phone."""
    found = []
    for width, size in ((NARROW, "100%"), (ZOOMED, "100%"), (DESK, "200%"), (DESK, "100%"), (PHONE, "100%")):
        page.set_viewport_size({"width": width, "height": HEIGHT[DESK]})
        page.evaluate(LARGE_TYPE, size)
        if page.evaluate(WIDER):
            found.append(f"wider than {width} px, type of {size}")
    return found


def hard_to_reach(page: Page) -> list[str]:
    """Return which targets are small and where the focus can't be seen, at the width that the page has now."""
    small = [f"small target: {one}" for one in page.evaluate(SMALL_TARGETS)]
    return small + [f"focus not to be seen: {one}" for one in page.evaluate(LOST_FOCUS)]


def unsaid(page: Page, language: str) -> list[str]:
    """Return what a screen reader lacks, by the accessibility tree: names, a language, landmarks, a calm voice."""
    tools = page.context.new_cdp_session(page)
    nodes = [node for node in tools.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    tools.detach()
    found = [f"nameless: {_said_of(node)}" for node in nodes if _may_have_focus(node) and not _value(node, "name")]
    found += [f"interrupts: {_said_of(node)}" for node in nodes if _property(node, "live") == "assertive"]
    if (mains := sum(_value(node, "role") == "main" for node in nodes)) != 1:
        found.append(f"{mains} main parts")
    if (spoken := page.locator("html").get_attribute("lang")) != language:
        found.append(f"in {spoken}")
    return found


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))


def _property(node: dict[str, Any], name: str) -> Any:
    return next((each["value"].get("value") for each in node.get("properties", ()) if each["name"] == name), None)


def _may_have_focus(node: dict[str, Any]) -> bool:
    return bool(_property(node, "focusable")) and _value(node, "role") not in FOCUSED_BY_US


def _said_of(node: dict[str, Any]) -> str:
    return f"{_value(node, 'role')} {_value(node, 'name')}"


@cache
def _compressed(path: str) -> int:
    file = finders.find(path.removeprefix("/static/"))
    assert isinstance(file, str), path
    return len(gzip.compress(Path(file).read_bytes()))
