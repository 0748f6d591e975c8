"""Every page in a real browser: nothing for axe to find, nothing from elsewhere, nothing that acts by being opened."""

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from tests.browser.conftest import Scheme
from tests.browser.look import axe_finds, hard_to_reach, heavy_or_restless, too_wide, unsaid
from tests.browser.people import OTHER_LANGUAGE
from tests.browser.visitors import READERS, LetIn, pages_for, shown_to
from tests.chromium import DESK, HEIGHT, PHONE
from tests.dump import dump
from tests.world import World

CONTRAST = ["color-contrast"]
# The layouts differ by width and direction, the colours by scheme: each is seen whole with each of the others.
LOOKS: dict[str, tuple[tuple[int, Scheme, list[str] | None], ...]] = {
    "en": (
        (PHONE, "light", None),
        (PHONE, "dark", CONTRAST),
        (DESK, "dark", None),
        (DESK, "light", CONTRAST),
    ),
    OTHER_LANGUAGE: ((PHONE, "dark", None), (DESK, "light", None)),
}
FETCHED = {"scheduler_feed": ("last_fetched_at", "last_client")}  # shown to the feed's owner alone
BESIDE_THE_POINT = ("django_session", "cache")  # a session that is used, and the counts that limit how often


def faults_of(page: Page, path: str, *, language: str = "en") -> list[str]:
    """Return what is wrong with one page; it is loaded once for everything."""
    answer = page.goto(path)
    assert answer
    return [*heavy_or_restless(page, answer), *too_wide(page), *hard_to_use(page, language)]


def hard_to_use(page: Page, language: str) -> list[str]:
    """Return what axe and a hand or a screen reader find on a page as it stands, at every look of the language."""
    found = unsaid(page, language)
    for width, scheme, rules in LOOKS[language]:
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        page.emulate_media(color_scheme=scheme)
        faults = axe_finds(page, rules=rules) + ([] if rules else hard_to_reach(page))
        found += [f"{scheme}, {width} px: {fault}" for fault in faults]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_wrong_with_any_page(reader: str, world: World, visitor: LetIn) -> None:
    """By day and by night, on a phone and on a desk, from left to right and from right to left.

    Nor does any page do anything by being opened in a browser that runs its scripts, those that look alike included.
    """
    guests = {language: visitor(reader, language=language) for language in LOOKS}
    guest = guests["en"]
    paths = shown_to(reader, world, guest.client)
    others = pages_for(world, guest.client).keys() - set(paths)
    before = dump(masked=FETCHED)
    found = [
        f"{path}, {language}: {fault}"
        for language, each in guests.items()
        for path in paths
        for fault in faults_of(each.page, path, language=language)
    ]
    for path in others:
        guest.page.goto(path)
    after = dump(masked=FETCHED)
    assert after | {table: before[table] for table in BESIDE_THE_POINT} == before
    assert found + [complaint for each in guests.values() for complaint in each.complaints] == []


def test_the_page_of_components_is_in_order(
    transactional_db: None,  # noqa: ARG001
    settings: Settings,
    visitor: LetIn,
) -> None:
    settings.ROOT_URLCONF = "tests.workbench_urls"
    guest = visitor("nobody")
    assert faults_of(guest.page, "/styleguide/") == []
    assert guest.complaints == []


@pytest.mark.parametrize("language", LOOKS)
def test_nothing_is_wrong_with_the_answers_to_forms(language: str, world: World, visitor: LetIn) -> None:
    """Pages that only a form leads to: a time just freed, a new address, a form that needs another look."""
    guest = visitor("ana", language=language)
    found = []
    for path, button, answer in (
        (f"/times/{world.times['plan']}/", "[formaction$='/free/']", "form[action$='/undo/']"),
        ("/calendar/", "[action='/calendar/new/'] button", "#address"),
        ("/offers/new/", "main form > button.button", "main form > p.error"),
    ):
        guest.page.goto(path)
        if path == "/calendar/":
            guest.page.locator("[action='/calendar/new/'] [name=label]").fill("Phone")
        guest.page.locator(button).click()
        guest.page.locator(answer).wait_for()
        found += [f"after {path}: {fault}" for fault in hard_to_use(guest.page, language)]
    assert found + guest.complaints == []
