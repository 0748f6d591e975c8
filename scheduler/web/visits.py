"""A partner at one time's address: what every view of a single time begins with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Partner
from scheduler.domain.problem import Problem
from scheduler.models.facts import present_slot_id
from scheduler.queries.slots import SlotView, slot_view
from scheduler.queries.traces import Trace, trace_of
from scheduler.web.closed import has_seen, knows, no_longer_open
from scheduler.web.viewer import Viewer, viewer_of


@dataclass(frozen=True)
class Visit:
    """One request of a linked user about one time."""

    request: HttpRequest
    partner: Partner
    slot_id: UUID
    now: datetime

    def as_it_is_now(self) -> "Visit":
        """Return the visit to the same plan under the id that it has after all its moves."""
        return replace(self, slot_id=present_slot_id(self.partner, self.slot_id))

    def slot(self) -> SlotView | None:
        """Return the time as this partner sees it; None once it has ended, or when it is not theirs."""
        return slot_view(self.partner, self.slot_id, now=self.now)

    def trace(self) -> Trace | None:
        """Return what is left of the time once it has ended."""
        return trace_of(self.partner, self.slot_id, now=self.now)

    def has_seen(self) -> bool:
        """Return whether the form came from a page that showed this time."""
        return has_seen(self.request, self.partner, self.slot_id)

    def knows(self) -> bool:
        """Return whether this time is, or was, one that the partner has seen."""
        return knows(self.request, self.partner, self.slot_id, now=self.now)

    def viewer(self) -> Viewer:
        """Return whose clocks count."""
        return viewer_of(self.partner, now=self.now)

    def closed(self) -> HttpResponse:
        """Return the neutral page "no longer open"."""
        return no_longer_open(self.request, self.partner, self.slot_id, now=self.now)


def seat_in(request: HttpRequest) -> Partner | None:
    """Return the seat of the one who asks; None while unlinked."""
    partner: Partner | None = getattr(request, "partner", None)
    return partner


def visit(view: Callable[[Visit], HttpResponse]) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Make a view of a function of a visit: whoever is linked to nobody, or too late, gets the neutral page."""

    @wraps(view)
    def answer(request: HttpRequest, slot_id: UUID) -> HttpResponse:
        partner, now = seat_in(request), timezone.now()
        if partner is None:
            return no_longer_open(request, None, slot_id, now=now)
        here = Visit(request=request, partner=partner, slot_id=slot_id, now=now)
        try:
            return view(here)
        except Problem:
            return here.closed()

    return answer
