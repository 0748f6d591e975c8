"""How dates, hours and weeks read in each language, and on the clock that somebody chose."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import RequestFactory

from accounts.models import Clock
from accounts.reading import browser_language, reading
from scheduler.web.moments import clock_text, day_text, span_text, week_start, weekday_choices

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 3, 6, 19, tzinfo=UTC)
CODES = [code for code, _name in settings.LANGUAGES]
MONDAY, SATURDAY, SUNDAY = date(2026, 3, 2), date(2026, 2, 28), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("code", "first"),
    [("en", MONDAY), ("de", MONDAY), ("fr", MONDAY), ("es", MONDAY), ("pt-br", SUNDAY), ("ar", SATURDAY)],
)
def test_a_week_begins_as_the_language_has_it(code: str, first: date) -> None:
    with reading(language=code, clock=""):
        assert {week_start(first + timedelta(days=number)) for number in range(7)} == {first}
        assert week_start(first - timedelta(days=1)) == first - timedelta(days=7)
        numbers = [number for number, _name in weekday_choices()]
        assert numbers[0] == first.weekday()
        assert sorted(numbers) == list(range(7))


@pytest.mark.parametrize("code", CODES)
def test_the_chosen_clock_holds_in_every_language(code: str) -> None:
    """One after the other, so that nothing of one reader stays with the next."""
    texts: dict[str, str] = {}
    for clock in ("", Clock.TWELVE, Clock.TWENTY_FOUR, ""):
        with reading(language=code, clock=clock):
            texts.setdefault(clock, clock_text(FRIDAY, BERLIN))
            assert clock_text(FRIDAY, BERLIN) == texts[clock]
    assert texts[Clock.TWENTY_FOUR] == "20:00"
    assert texts[Clock.TWELVE].startswith("8:00 ")
    assert texts[""] == texts[Clock.TWELVE if code == "ar" else Clock.TWENTY_FOUR]


@pytest.mark.parametrize(
    ("code", "day", "span"),
    [
        ("en", "Friday, 6 March", "20:00\N{EN DASH}22:00"),
        ("de", "Freitag, 6. März", "20:00\N{EN DASH}22:00"),
        ("fr", "vendredi 6 mars", "20:00\N{EN DASH}22:00"),
        ("ar", "الجمعة، 6 مارس", "من 8:00\N{NO-BREAK SPACE}م إلى 10:00\N{NO-BREAK SPACE}م"),
    ],
)
def test_days_and_spans_are_in_the_order_of_the_language(code: str, day: str, span: str) -> None:
    with reading(language=code, clock=""):
        assert day_text(FRIDAY.date()) == day
        assert span_text(FRIDAY, FRIDAY + timedelta(hours=2), BERLIN) == span


@pytest.mark.parametrize("code", CODES)
def test_digits_are_western_ones_and_no_dash_stands_between_them_from_right_to_left(code: str) -> None:
    with reading(language=code, clock=""):
        span = span_text(FRIDAY, FRIDAY + timedelta(hours=9), BERLIN)
    assert all(letter.isascii() for letter in span if letter.isdigit())
    assert (code != "ar") == ("\N{EN DASH}" in span)


@pytest.mark.parametrize("header", ["", "*", "xx", "ar;q=x", "\x00", "a" * 300, "../../etc"])
def test_a_header_that_asks_for_nothing_gives_the_default(header: str) -> None:
    request = RequestFactory().get("/", headers={"accept-language": header})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "ar"  # somebody's choice here, which is not the browser's wish
    assert browser_language(request) == "en"
