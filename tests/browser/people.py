"""A person at a browser: what they read and press, by mouse or by keyboard alone."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from scheduler.web.moments import clock_text, weekday_text
from tests.cast import PASSWORD
from tests.services import Pear, wait_for

OTHER_LANGUAGE = "ar"  # from right to left
BLANK = re.compile(r"%\(\w+\)s")
MOST_TAB_STOPS = 400
STATEMENT = "I agree that Pear stores what I enter here about our closeness, to show it to the two of us only."
CODE = re.compile(r"^\s*([A-Z0-9][A-Z0-9-]{4,})\s*$", re.MULTILINE)


@dataclass
class Person:
    """Somebody with an address, a page, a language and, perhaps, no mouse or no scripts."""

    name: str
    page: Page
    pear: Pear
    by_keyboard: bool = False
    by_script: bool = True
    language: str = "en"
    check_page: Callable[[Page], Any] = lambda _: None

    @property
    def address(self) -> str:
        """Where mail reaches this person."""
        return f"{self.name.lower()}@example.org"

    def says(self, text: str, **parts: str) -> str:
        """Return what stands for an English text on this person's pages and in their mails."""
        with translation.override(self.language):
            return translation.gettext(text) % parts if parts else translation.gettext(text)

    def words_of(self, text: str) -> str:
        """Return the longest piece of such a text that has no blank in it to be filled in."""
        return max(BLANK.split(self.says(text)), key=len).strip()

    def clock(self, moment: dt.datetime, zone: ZoneInfo) -> str:
        """Return a wall time as this person reads it."""
        with translation.override(self.language):
            return clock_text(moment, zone)

    def weekday(self, moment: dt.datetime, zone: ZoneInfo) -> str:
        """Return the name of a day as this person reads it."""
        with translation.override(self.language):
            return weekday_text(moment.astimezone(zone).date())

    def heading(self, text: str) -> Locator:
        """Return the heading that says this."""
        return self.page.get_by_role("heading", name=self.says(text), exact=True)

    def region(self, text: str) -> Locator:
        """Return the part of the page under this heading."""
        return self.page.get_by_role("region", name=self.says(text), exact=True)

    def button(self, text: str) -> Locator:
        """Return the first button or link of this name."""
        return self.buttons(text).first

    def buttons(self, text: str, *, within: Locator | None = None) -> Locator:
        """Return all buttons and links of this name."""
        where, name = within or self.page, self.says(text)
        return where.get_by_role("button", name=name, exact=True).or_(where.get_by_role("link", name=name, exact=True))

    def press(self, target: str | Locator) -> None:
        """Press a button or follow a link; each leads to a page."""
        found = self.button(target) if isinstance(target, str) else target
        if self.by_keyboard:
            self.reach(found)
        with self.page.expect_navigation():
            if self.by_keyboard:
                self.page.keyboard.press("Enter")
            else:
                found.click()
        self.check_page(self.page)

    def write(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Write into the input of this label."""
        self.write_into((within or self.page.locator("main")).get_by_label(self.says(label), exact=True).first, text)

    def write_into(self, field: Locator, text: str) -> None:
        """Write into an input."""
        if not self.by_keyboard:
            field.fill(text)
            return
        self.reach(field)
        kind = field.get_attribute("type")
        if kind not in {"date", "time"}:
            self.page.keyboard.press("Control+a")
        self.page.keyboard.type(_as_typed(kind, text))

    def tick(self, label: str) -> None:
        """Tick a box that isn't ticked."""
        box = self.page.get_by_label(self.says(label), exact=True).first
        if box.is_checked():
            return
        if self.by_keyboard:
            self.reach(box)
            self.page.keyboard.press("Space")
        else:
            box.check()

    def unfold(self, name: str) -> None:
        """Open what is folded away."""
        summary = self.page.locator("summary", has_text=self.says(name)).first
        if self.by_keyboard:
            self.reach(summary)
            self.page.keyboard.press("Enter")
        else:
            summary.click()

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus."""
        expect(target).to_be_visible()
        for _ in range(MOST_TAB_STOPS):
            if target.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        message = f"no way to {target} by keyboard"
        raise AssertionError(message)

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(path)
        self.check_page(self.page)

    def mailed_code(self) -> str:
        """Return the code of the newest mail that carries one, once it is there."""

        def newest() -> str:
            texts = [
                str(body.get_content())
                for mail in self.pear.mails(self.address)
                if (body := mail.get_body(("plain",)))
            ]
            found = [code for text in texts for code in CODE.findall(text)]
            return found[-1] if found else ""

        return wait_for(newest, seconds=60, what=f"a code for {self.name}")

    def sign_up(self) -> None:
        """Make an account with the code from the mail."""
        self.open("/account/signup/")
        self.write("Email", self.address)
        self.write("Password", PASSWORD)
        self.write("What your partner may call you here (optional)", self.name)
        self.tick("I am 18 or older.")
        self.tick(STATEMENT)
        self.press(self.buttons("Make an account", within=self.page.locator("form")))
        expect(self.heading("Enter the code")).to_be_visible()
        self.write("Code", self.mailed_code())
        self.press("Go on")
        expect(self.heading("Your times")).to_be_visible()

    def settle(self, city: str, *, quiet: tuple[str, str], leads: tuple[str, ...] = (), cover: str = "") -> None:
        """Say where they live, when it is night, when they like to be reminded, and a title for the calendar."""
        self.press("Settings")
        self.write("Your time zone", city)
        for lead in leads:
            self.tick(lead)
        self.write("Quiet from", quiet[0])
        self.write("Quiet until", quiet[1])
        if cover:
            self.write_into(self.page.locator("[name=cover_title]"), cover)
        self.press("Save")
        assert self.page.locator(".error:visible").count() == 0

    def add_device(self) -> str:
        """Have an address made for a device; returns its path."""
        self.press("Calendar")
        self.write_into(self.region("Add a device").get_by_role("textbox"), "Phone")
        self.press("Get an address")
        address = self.page.locator("#address").input_value()
        self.press("I have it")
        return urlsplit(address).path

    def planned(self) -> str:
        """Return what stands under "Planned" on the overview."""
        self.press("Times")
        return self.region("Planned").inner_text()


def _as_typed(kind: str | None, text: str) -> str:
    """Return the keys for a date or time input as Chromium orders them in English: month first, twelve hours."""
    if kind == "date":
        return f"{dt.date.fromisoformat(text):%m%d%Y}"
    return f"{dt.time.fromisoformat(text):%I%M%p}" if kind == "time" else text
