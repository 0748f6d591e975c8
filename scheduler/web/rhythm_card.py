"""A rhythm in words, for one reader."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.reading import hour_text
from scheduler.domain.period import zone_named
from scheduler.domain.rhythm import Pattern
from scheduler.queries.rhythm import RhythmView
from scheduler.web.moments import Moment, day_text, length_text, place_text, weekday_text
from scheduler.web.viewer import Viewer


@dataclass(frozen=True)
class RhythmCard:
    """One rhythm on the page: how often, by whose clocks where they are not the reader's, until when, and its next."""

    id: UUID
    often: str
    place: str
    lasts: str
    next: Moment | None


def rhythm_card(view: RhythmView, viewer: Viewer) -> RhythmCard:
    """Return the rhythm for this viewer."""
    zone = zone_named(view.pattern.zone)
    return RhythmCard(
        id=view.id,
        often=_often(view.pattern),
        place="" if zone == viewer.zone else place_text(zone),
        lasts=_lasts(view, viewer),
        next=viewer.moment(view.next.starts_at, view.next.ends_at) if view.next else None,
    )


def _often(pattern: Pattern) -> str:
    said = {
        "weekday": weekday_text(pattern.first_on),
        "time": hour_text(pattern.at),
        "length": length_text(pattern.length),
    }
    if pattern.weeks == 1:
        return _("Every %(weekday)s at %(time)s, for %(length)s") % said
    return _("Every other %(weekday)s at %(time)s, for %(length)s") % said


def _lasts(view: RhythmView, viewer: Viewer) -> str:
    if not view.pattern.trial:
        return _("Until one of you stops it.")
    if view.is_on and view.ends_at:
        day = day_text(view.ends_at.astimezone(viewer.zone).date())
        return _("For four weeks: it ends by itself on %(day)s.") % {"day": day}
    return _("For four weeks, then it ends by itself.")
