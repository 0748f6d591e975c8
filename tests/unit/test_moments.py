"""What is kept of a day's or an hour's name is kept for each way to read, and for no moment."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from accounts.reading import reading
from scheduler.web.moments import Moment

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
STARTS_AT = datetime(2026, 3, 6, 19, tzinfo=UTC)
ENDS_AT = datetime(2026, 3, 6, 21, tzinfo=UTC)


def read(zone: ZoneInfo, *, language: str, clock: str = "") -> tuple[str, str]:
    """Return day and clock of the same evening."""
    with reading(language=language, clock=clock):
        moment = Moment(starts_at=STARTS_AT, ends_at=ENDS_AT, zone=zone)
        return moment.day, moment.clock


def test_the_same_evening_is_read_in_each_language_on_each_clock_and_in_each_zone() -> None:
    for _ in range(2):  # the second time, each of them is known
        assert read(BERLIN, language="en") == ("Friday, 6 March", "20:00")
        assert read(BERLIN, language="de") == ("Freitag, 6. März", "20:00")
        assert read(BERLIN, language="en", clock="12") == ("Friday, 6 March", "8:00 PM")
        assert read(NEW_YORK, language="en") == ("Friday, 6 March", "14:00")


def test_a_text_is_made_in_the_language_in_which_it_is_first_asked_for() -> None:
    moment = Moment(starts_at=STARTS_AT, ends_at=ENDS_AT, zone=BERLIN)
    with reading(language="de", clock=""):
        assert moment.weekday == "Freitag"
    with reading(language="en", clock=""):
        assert (moment.short, moment.length) == ("Friday, 20:00", "2\N{NO-BREAK SPACE}h")


def test_an_hour_that_comes_twice_says_which() -> None:
    firsts = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    with reading(language="en", clock=""):
        clocks = [Moment(starts_at=each, ends_at=ENDS_AT, zone=BERLIN).clock for each in firsts]
    assert clocks == ["02:30 (first)", "02:30 (second)"]
