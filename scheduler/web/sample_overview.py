"""The overview with made-up times, for those who have none yet. Nothing is read, nothing written, nothing acts.

It goes through the templates of the overview itself, so that it shows what will be there; then all that leads or acts
is taken out of the markup, whatever the templates hold, and every heading says that this is a sample.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.middleware import zone_of
from accounts.models import Partner, User
from scheduler.domain.slot import Action
from scheduler.queries.agenda import Agenda
from scheduler.queries.slots import SlotView
from scheduler.web.days import month
from scheduler.web.overview import rendered, shown
from scheduler.web.samples import NOBODY, sample_view
from scheduler.web.viewer import Viewer

PLANNED, TO_ME = {Action.MOVE, Action.FREE}, {Action.YES, Action.TUCK_AWAY, Action.SUGGEST}
MINE = {Action.CHANGE, Action.FREE}
LINK = re.compile(r'(<a\b[^>]*?\s)href="[^"]*"')
WAYS = re.compile(r'\s(?:action|method|formaction)="[^"]*"|<input type="hidden"[^>]*>')
HEADING = re.compile(r"</(h2|h3|summary|figcaption)>")


@dataclass(frozen=True)
class Sample:
    """The part of the overview that changes, and a month of it; both inert."""

    markup: SafeString
    month_title: str
    month: SafeString


def sample_of(request: HttpRequest, user: User, *, now: datetime) -> Sample:
    """Return a sample for the days after `now`, by the user's own clocks."""
    viewer = Viewer(Partner(user=user, couple_id=NOBODY), zone_of(user), None, now)
    found = _agenda(viewer)
    sheet = month(found, viewer, asked=f"{found.open_to_me[0].starts_at.astimezone(viewer.zone):%Y-%m}")
    return Sample(
        markup=inert(rendered(request, shown(found, viewer)).html),
        month_title=sheet.title,
        month=inert(render_to_string("scheduler/days.html", {"sheet": sheet}, request)),
    )


def inert(markup: str) -> SafeString:
    """Return the markup of a page without its ways: links lead nowhere, buttons rest, forms are sent nowhere.

    What was a link says so to screen readers, as one that is switched off. The markup must be our own templates'.
    """
    resting = LINK.sub(r'\1role="link" aria-disabled="true"', markup)
    resting = WAYS.sub("", resting).replace("<button", "<button disabled")
    word = format_html(' <span class="sample-word">{}</span>', _("Sample"))
    return mark_safe(HEADING.sub(rf"{word}</\1>", resting))  # noqa: S308  (templates have escaped it already)


def _agenda(viewer: Viewer) -> Agenda:
    return Agenda(
        on_break=False,
        partner_zone="",
        partner_label="",
        planned=[_view(viewer, 3, time(20), PLANNED), _view(viewer, 10, time(10), PLANNED)],
        open_to_me=[_view(viewer, 5, time(19, 30), TO_ME), _view(viewer, 6, time(10), TO_ME)],
        offered_by_me=[_view(viewer, 12, time(21), MINE)],
    )


def _view(viewer: Viewer, days: int, clock: time, actions: set[Action]) -> SlotView:
    day = viewer.now.astimezone(viewer.zone).date() + timedelta(days=days)
    starts_at = datetime.combine(day, clock, tzinfo=viewer.zone).astimezone(UTC)
    return sample_view(starts_at, starts_at + timedelta(hours=2), zone=viewer.zone, actions=actions)
