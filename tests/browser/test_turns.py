"""Two people who cross each other's way: each on a screen, by a scheme and in a language of their own.

Real web and worker processes. The two languages change places in the second run, so that each is read on both screens
and by whoever takes a turn first. Texts are looked for in the language of the one who reads them.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Scheme
from tests.browser.keyboard import is_in_order
from tests.browser.people import OTHER_LANGUAGE, Person
from tests.browser.test_story import OFFERED, PLAN, YES, link
from tests.browser.visitors import SHAPE, complaints_of
from tests.cast import BERLIN, PASSWORD
from tests.chromium import DESK, PHONE
from tests.services import Pear

pytestmark = pytest.mark.story
SUBMIT, FREE, NOT_OPEN = "Offer this time", "Free this time", "This time is no longer open"
NOTHING_SENT = "Nothing was sent. Please press once more when you are online."
STILL_HERE = "What you typed before is still here."
TWICE = "button => { button.click(); button.click(); }"  # before the first click has led anywhere
HEARD = """
- banner:
  - button "{leave}"
  - link "{skip}"
  - navigation "{main}":
    - list:
      - listitem:
        - link "{times}"
- main:
  - heading "{heading}" [level=1]
  - region "{planned}":
    - heading "{planned}" [level=2]
    - list:
      - listitem:
        - heading [level=3]:
          - link
        - link "{move}"
        - button "{free}"
"""
Look = tuple[int, Scheme, str]
LOOKS: dict[str, tuple[Look, Look]] = {
    "one": ((PHONE, "light", "en"), (DESK, "dark", OTHER_LANGUAGE)),
    "other": ((PHONE, "light", OTHER_LANGUAGE), (DESK, "dark", "en")),
}


@dataclass
class Two:
    """Two linked people, and the days that they have not spoken of yet."""

    ana: Person
    ben: Person
    complaints: list[list[str]]
    days: int = 2

    def next_start(self) -> dt.datetime:
        """Return the next evening that is free."""
        self.days += 1
        day = dt.datetime.now(BERLIN).date() + dt.timedelta(days=self.days)
        return dt.datetime.combine(day, dt.time(20), BERLIN).astimezone(dt.UTC)


@pytest.mark.parametrize("looks", LOOKS)
def test_two_people_cross_each_others_way(looks: str, embedded: Pear, new_page: NewPage) -> None:
    two = met(embedded, new_page, looks)
    plan = a_counter_offer_becomes_the_plan(two)
    plan = the_plan_moves(two, plan)
    freed_in_one_tab_and_in_another(two, plan)
    both_offer_the_same(two)
    one_answers_what_the_other_took_back(two)
    nothing_typed_is_lost(two.ana, two.next_start())
    nothing_typed_is_lost(two.ben, two.next_start())
    assert two.complaints == [[], []]


def once_each() -> Callable[[Page], Any]:
    """Return a check of whatever page is shown: each sort of page once, in each width and scheme and language."""
    seen = set()

    def check(page: Page) -> None:
        content = page.content().encode()
        sort = (page.viewport_size["width"] if page.viewport_size else 0, *SHAPE.findall(content))
        if sort not in seen:
            seen.add(sort)
            is_in_order(page)

    return check


def met(pear: Pear, new_page: NewPage, looks: str) -> Two:
    """Sign up and link."""
    people, complaints, seen = [], [], once_each()
    for name, (width, scheme, language) in zip(("Ana", "Ben"), LOOKS[looks], strict=True):
        page = new_page(pear.url, width=width, scheme=scheme, language=language)
        complaints.append(complaints_of(page, pear.url))
        people.append(Person(f"{name}-{looks}", page, pear, language=language, check_page=seen))
        people[-1].sign_up()
        expect(page.locator("html")).to_have_attribute("lang", language)
    link(*people)
    return Two(people[0], people[1], complaints)


def the_time(person: Person, start: dt.datetime) -> Locator:
    """Return where a time stands on the page, in whatever language."""
    return person.page.locator(f"main time[datetime='{start.isoformat()}']")


def write_time(person: Person, start: dt.datetime) -> None:
    """Write a start into the plain inputs."""
    local = start.astimezone(BERLIN)
    person.write_into(person.page.locator("[name=t1-day]"), f"{local:%Y-%m-%d}")
    person.write_into(person.page.locator("[name=t1-at]"), f"{local:%H:%M}")


def submit(person: Person) -> Locator:
    """Return the button that offers what is written."""
    return person.buttons(SUBMIT, within=person.page.locator("main")).last


def offer(person: Person, start: dt.datetime, *, by: str = "Offer a time") -> None:
    """Offer one time, by a button pressed twice."""
    person.press(by)
    write_time(person, start)
    submit(person).evaluate(TWICE)
    expect(person.page.get_by_text(person.says(OFFERED))).to_be_visible()
    expect(the_time(person, start)).to_have_count(1)


def open_time(person: Person, start: dt.datetime) -> None:
    """Go to the page of a time."""
    person.press("Times")
    person.press(person.page.locator("main h3 a", has=person.page.locator(f"time[datetime='{start.isoformat()}']")))


def says_yes(person: Person, start: dt.datetime) -> None:
    """Press yes twice on the page of a time, the only one that is open to this person."""
    person.press("Times")
    expect(person.buttons(YES)).to_have_count(1)
    open_time(person, start)
    person.buttons(YES).evaluate(TWICE)
    expect(person.page.get_by_text(person.words_of(PLAN))).to_be_visible()


def is_the_only_plan(two: Two, start: dt.datetime) -> None:
    """Hold that both see one plan, and nothing else."""
    for person in (two.ana, two.ben):
        person.press("Times")
        expect(person.page.locator("body")).to_match_aria_snapshot(as_heard(person))
        expect(person.region("Planned").get_by_role("listitem")).to_have_count(1)
        expect(the_time(person, start)).to_have_count(1)
        expect(person.buttons(YES)).to_have_count(0)


def as_heard(person: Person) -> str:
    """Return what a screen reader finds on the overview with a plan, in the order in which it comes."""
    return HEARD.format(
        leave=person.says("Leave this page"),
        skip=person.says("Skip to the content"),
        main=person.says("Main"),
        times=person.says("Times"),
        heading=person.says("Your times"),
        planned=person.says("Planned"),
        move=person.says("Move"),
        free=person.says(FREE),
    )


def nothing_stands(two: Two) -> None:
    """Hold that neither sees any time."""
    for person in (two.ana, two.ben):
        person.press("Times")
        expect(person.region("Planned")).to_be_visible()
        expect(person.page.locator("main h3 time")).to_have_count(0)


def a_counter_offer_becomes_the_plan(two: Two) -> dt.datetime:
    """Ben suggests another time, which takes the place of ana's; she says yes to it. Returns when."""
    first, second = two.next_start(), two.next_start()
    offer(two.ana, first)
    open_time(two.ben, first)
    offer(two.ben, second, by="Suggest another time")
    expect(the_time(two.ben, first)).to_have_count(0)
    says_yes(two.ana, second)
    is_the_only_plan(two, second)
    return second


def the_plan_moves(two: Two, plan: dt.datetime) -> dt.datetime:
    """Ben would like another evening; the plan stands until ana says yes to that. Returns when."""
    moved = two.next_start()
    two.ben.press("Times")
    offer(two.ben, moved, by="Move")
    two.ana.press("Times")
    expect(two.ana.region("Planned").locator(f"time[datetime='{plan.isoformat()}']")).to_have_count(1)
    says_yes(two.ana, moved)
    is_the_only_plan(two, moved)
    return moved


def freed_in_one_tab_and_in_another(two: Two, plan: dt.datetime) -> None:
    """Freed once, it is free: a second tab says the same, and the back button brings nothing back."""
    ana, second = (
        two.ana,
        Person(two.ana.name, two.ana.page.context.new_page(), two.ana.pear, language=two.ana.language),
    )
    second.open("/")
    open_time(second, plan)
    ana.press("Times")
    ana.press(FREE)
    expect(ana.page.get_by_text(ana.says("No explanation needed."), exact=True)).to_be_visible()
    said = ana.page.locator("h1").inner_text()
    second.press(FREE)
    expect(second.page.locator("h1")).to_have_text(said)
    second.page.close()
    ana.page.go_back()
    expect(ana.region("Planned")).to_be_visible()
    nothing_stands(two)


def both_offer_the_same(two: Two) -> None:
    """Each has written the same time before the other has sent it: that is two yeses."""
    same = two.next_start()
    for person in (two.ana, two.ben):
        person.press("Offer a time")
        write_time(person, same)
    for person in (two.ana, two.ben):
        person.press(submit(person))
    is_the_only_plan(two, same)
    two.ben.press(FREE)
    nothing_stands(two)


def one_answers_what_the_other_took_back(two: Two) -> None:
    """The page that ben looks at is older than what ana did."""
    start = two.next_start()
    offer(two.ana, start)
    open_time(two.ben, start)
    open_time(two.ana, start)
    two.ana.press(FREE)
    two.ben.press(YES)
    expect(two.ben.heading(NOT_OPEN)).to_be_visible()
    nothing_stands(two)


def nothing_typed_is_lost(person: Person, start: dt.datetime) -> None:
    """Without a network nothing is sent; when the session is over, signing in leads back to what was typed."""
    page = person.page
    person.press("Offer a time")
    write_time(person, start)
    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    submit(person).click()
    expect(page.get_by_text(person.says(NOTHING_SENT))).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_function("navigator.onLine")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    submit(person).click()
    expect(person.heading("Sign in")).to_be_visible()
    person.write("Email", person.address)
    person.write("Password", PASSWORD)
    person.press(person.buttons("Sign in", within=page.locator("main form")))
    expect(page.get_by_text(person.says(STILL_HERE))).to_be_visible()
    submit(person).click()
    expect(page.get_by_text(person.says(OFFERED))).to_be_visible()
    expect(the_time(person, start)).to_have_count(1)
