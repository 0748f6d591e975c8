"""Take a picture of every page: `pytest tests/browser/pictures.py` fills build/pictures.

Each page is loaded once in each language, and seen on a telephone and on a desk, by day and by night. Nothing is
compared: these are for people who look, at build/pictures/index.html. No other run takes them along.
"""

import html
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Scheme
from tests.browser.visitors import READERS, LetIn, shown_to
from tests.chromium import DESK, HEIGHT, PHONE
from tests.services import ROOT
from tests.world import World

FOLDER = ROOT / "build" / "pictures"
LANGUAGES = ("en", "ar")
LOOKS: tuple[tuple[int, Scheme], ...] = ((PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark"))
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_:-]{30,}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_pictures(reader: str, language: str, world: World, visitor: LetIn) -> None:
    guest = visitor(reader, language=language)
    named = {str(key): name for name, key in world.times.items()}
    for path in shown_to(reader, world, guest.client):
        name = KEY.sub(lambda found: named.get(found[0], "x"), path).strip("/").replace("/", "_")
        _take(guest.page, path, f"{reader}_{name}.png")
    _write_index()


def _take(page: Page, path: str, name: str) -> None:
    """Take the pictures of one page."""
    page.goto(path)
    language = page.locator("html").get_attribute("lang")
    for width, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": whole})  # or the dock stands across the middle
        folder = FOLDER / f"{language}-{width}-{scheme}"
        page.screenshot(path=folder / name)


def _write_index() -> None:
    (FOLDER / "index.html").write_text("".join(_index()))


def _index() -> Iterator[str]:
    yield "<!doctype html><meta charset=utf-8><title>Pictures</title>"
    yield "<style>td{vertical-align:top}img{width:12vw}</style><table>"
    folders = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())
    for name in sorted({picture.name for folder in folders for picture in folder.glob("*.png")}):
        cells = (f'<td><a href="{f.name}/{name}"><img loading=lazy src="{f.name}/{name}" alt=""></a>' for f in folders)
        yield f"<tr><th colspan=9>{html.escape(name.removesuffix('.png'))}<tr>{''.join(cells)}"
