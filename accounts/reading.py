"""How one person reads: in which language, and on which clock. For pages, and for mails that others cause."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime, time
from functools import lru_cache, wraps
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, gettext_noop, pgettext

from accounts.models import Clock, User

_clock: ContextVar[str] = ContextVar("clock", default="")
_REMEMBERED = 2048
_Value = TypeVar("_Value", bound=Hashable)
HALVES = (gettext_noop("AM"), gettext_noop("PM"))  # what Django's "A" says: some languages have whole words there
_FORMATS = {Clock.TWELVE.value: "g:i A", Clock.TWENTY_FOUR.value: "H:i"}


def language_of(user: User) -> str:
    """Return the language of this user's mails, pushes and calendars, which come while no browser asks.

    It is the one they chose, else what their browser asked for when they last signed in, else the default.
    """
    return user.language or user.browser_language or settings.LANGUAGE_CODE


def browser_language(request: HttpRequest) -> str:
    """Return the language that the browser asks for, of those there are; what was chosen here before doesn't count."""
    bare = HttpRequest()
    bare.META["HTTP_ACCEPT_LANGUAGE"] = request.headers.get("Accept-Language", "")
    return translation.get_language_from_request(bare)


@contextmanager
def reading(*, language: str, clock: str) -> Iterator[None]:
    """Run the block in this language and on this clock ("12", "24", or empty for what the language is used to)."""
    token = _clock.set(clock)
    try:
        with translation.override(language):
            yield
    finally:
        _clock.reset(token)


def reading_of(user: User) -> AbstractContextManager[None]:
    """Return a block in which texts are as this user reads them, for what is written while no browser asks."""
    return reading(language=language_of(user), clock=user.clock)


def hour_text(wall: datetime | time) -> str:
    """Return a wall time by the clock of whoever reads: "20:00", or "8:00 PM"."""
    return time_format(wall, _FORMATS.get(_clock.get()) or pgettext("time format", "H:i"))


def instant_text(instant: datetime) -> str:
    """Return day and hour of an instant in the active time zone: "Friday, 6 March, 20:00"."""
    local = timezone.localtime(instant)
    day = date_format(local, pgettext("date format: weekday, day, month", "l, j F"))
    return gettext("%(day)s, %(time)s") % {"day": day, "time": hour_text(local)}


def said_once(words: Callable[[_Value], str]) -> Callable[[_Value], str]:
    """Keep what `words` says of a value, for each way to read: all readers ask for the same few days and hours.

    Not for aware moments: those of two zones may be equal, and read differently.
    """

    @lru_cache(maxsize=_REMEMBERED)
    def said(value: _Value, _language: str | None, _hours: str) -> str:
        return words(value)

    @wraps(words)
    def answer(value: _Value) -> str:
        return said(value, translation.get_language(), _clock.get())

    return answer
