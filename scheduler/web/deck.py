"""The deck in words: each card's question, the source that asks it, and what stands beside it."""

from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.reading import hour_text
from scheduler.domain.talk import Card, Finding, Often, Standing, WelcomeTime
from scheduler.web.moments import from_until
from scheduler.web.sources import SOURCES, Source


@dataclass(frozen=True)
class Line:
    """What is answered and shared by itself: a whole card, or one of its lines."""

    card: Card
    name: Promise


@dataclass(frozen=True)
class Sheet:
    """One card of the deck with its page: a question, a hint, the key of its source, and its lines."""

    title: Promise
    hint: Promise
    source_key: str
    lines: tuple[Line, ...]

    @property
    def source(self) -> Source:
        """The work that the question leans on."""
        return SOURCES[self.source_key]

    @property
    def has_lines(self) -> bool:
        """Whether it has several lines, each with a name of its own."""
        return len(self.lines) > 1

    @property
    def address(self) -> Card:
        """The name that stands in the address of its page."""
        return self.lines[0].card


def _one(card: Card, title: Promise, hint: Promise, source: str) -> Sheet:
    return Sheet(title, hint, source, (Line(card, title),))


DECK = (
    _one(
        Card.MEANING,
        gettext_lazy("What does it mean to you?"),
        gettext_lazy("Closeness, sex, touch, being wanted, play: whatever the word holds for you."),
        "meanings",
    ),
    _one(
        Card.OFTEN,
        gettext_lazy("How often would you like time together?"),
        gettext_lazy("As it is for you now. It may be another answer next month."),
        "different-appetites",
    ),
    _one(
        Card.PLANNING,
        gettext_lazy("How do you feel about planning it?"),
        gettext_lazy("Relieved, odd, glad, boxed in, curious: several at once is an answer too."),
        "planned",
    ),
    _one(
        Card.TRYING,
        gettext_lazy("Would you like to try it? Why, or why not?"),
        gettext_lazy("Either way is an answer."),
        "priority",
    ),
    _one(
        Card.ROOM,
        gettext_lazy("What could we cut out to make room?"),
        gettext_lazy("One thing a line, if you like."),
        "priority",
    ),
    _one(
        Card.WHEN,
        gettext_lazy("Which day and time would suit you?"),
        gettext_lazy("Stretches of an ordinary week, by your own clocks."),
        "planned",
    ),
    _one(
        Card.NEED,
        gettext_lazy("What would you need?"),
        gettext_lazy("Before, during, after; from your partner, or from the evening."),
        "what-couples-do",
    ),
    _one(
        Card.NEW,
        gettext_lazy("What would you like to try?"),
        gettext_lazy("Of any sort, large or small."),
        "something-new",
    ),
    _one(
        Card.MORE,
        gettext_lazy("What would more closeness look like?"),
        gettext_lazy("A picture, a moment, a habit."),
        "closeness",
    ),
    Sheet(
        gettext_lazy("When I am asked, when I ask"),
        gettext_lazy("What goes through you. Each of the two lines is shared by itself."),
        "talking",
        (Line(Card.ASKED, gettext_lazy("When I am asked")), Line(Card.ASKING, gettext_lazy("When I ask"))),
    ),
)
SHEETS = {line.card: sheet for sheet in DECK for line in sheet.lines}
LABELS = {
    line.card: line.name if sheet.has_lines else gettext_lazy("Your answer") for sheet in DECK for line in sheet.lines
}

STEPS: dict[Often, Promise] = {
    Often.SEVERAL_A_WEEK: gettext_lazy("Several times a week"),
    Often.WEEKLY: gettext_lazy("About once a week"),
    Often.FORTNIGHTLY: gettext_lazy("About every two weeks"),
    Often.MONTHLY: gettext_lazy("About once a month"),
    Often.RARER: gettext_lazy("More rarely"),
    Often.NOT_NOW: gettext_lazy("Not at this time"),
}
FINDINGS: dict[Finding, Promise] = {
    Finding.CLOSE: gettext_lazy("Your answers are close."),
    Finding.TALK: gettext_lazy("Worth a talk."),
}
STANDINGS: dict[Standing, Promise] = {
    Standing.BLANK: gettext_lazy("blank"),
    Standing.ALONE: gettext_lazy("yours alone"),
    Standing.PRESSED: gettext_lazy("shared from your side"),
    Standing.SHARED: gettext_lazy("shared by you both"),
}


def time_in_words(time: WelcomeTime) -> str:
    """Return a stretch of the week as people say it: "Friday, 20:00–22:30"."""  # noqa: RUF002  (a span has an en dash)
    span = from_until(hour_text(time.from_time), hour_text(time.until_time))
    return _("%(weekday)s, %(time)s") % {"weekday": WEEKDAYS[time.weekday], "time": span}
