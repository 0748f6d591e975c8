"""Why something is not possible, in kind words. No sentence tells what the partner did or did not do."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from scheduler.domain.period import Period
from scheduler.domain.problem import Problem, Reason
from scheduler.web.moments import short_text

_SENTENCES: dict[Reason, Callable[[], str]] = {
    Reason.NO_LONGER_OPEN: lambda: _("This time is no longer open."),
    Reason.NOT_POSSIBLE: lambda: _("That isn't possible with this time."),
    Reason.OVERLAPS_PLAN: lambda: _("You already have a plan at that time. Choose another time, or move the plan."),
    Reason.TOO_MANY_OPEN: lambda: _("You have three open offers. Free one of them, or let one fade, to offer more."),
    Reason.TOO_MANY_TIMES: lambda: _("An offer holds up to three times. Take one away."),
    Reason.NO_TIMES: lambda: _("Choose at least one time: in the week, or by day and start."),
    Reason.ALREADY_OFFERED: lambda: _("You are offering this time already."),
    Reason.TWICE: lambda: _("The same time is there twice. Once is enough."),
    Reason.IN_THE_PAST: lambda: _("That time has passed by. Choose one that is still ahead."),
    Reason.TOO_FAR: lambda: _("That is more than 180 days ahead. Choose a nearer time."),
    Reason.TOO_SHORT: lambda: _("A time lasts at least 15 minutes."),
    Reason.TOO_LONG: lambda: _("A time lasts at most 24 hours."),
    Reason.ENDS_BEFORE_START: lambda: _("The end has to come after the start."),
    Reason.GAP: lambda: _("The clocks skip that time on this day."),
    Reason.FOLD: lambda: _("The clocks show that time twice on this day. Which one do you mean?"),
    Reason.OUTSIDE_THE_WEEK: lambda: _("That lies outside the week that you can mark now."),
    Reason.TOO_MANY_WINDOWS: lambda: _("Six blocks are the most. Take one away, or let two touch: they become one."),
    Reason.TOO_LONG_IN_ALL: lambda: _("Twelve hours in all are the most. Make one of the blocks shorter."),
    Reason.UNKNOWN_ZONE: lambda: _("This time zone isn't known here. Choose another one in the settings."),
    Reason.TOO_MANY_OWN: lambda: _("There is room for ten of your own. Take one out to write another."),
}


def sentence_of(problem: Problem, zone: ZoneInfo | None = None) -> str:
    """Return the sentence for the reader; with `zone` it begins with the time in question where that is known."""
    sentence = _SENTENCES[problem.reason]()
    period = problem.facts.get("period")
    if zone is None or not isinstance(period, Period):
        return sentence
    return _("%(when)s: %(sentence)s") % {"when": short_text(period.starts_at, zone), "sentence": sentence}
