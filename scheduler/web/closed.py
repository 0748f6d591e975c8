"""Times that are no longer open: one friendly page, whose status tells strangers nothing.

A time that has ended leaves no row, so an unknown id and an ended one look alike. Pages therefore put a reference into
their forms, signed for this couple and this time: who brings it has seen the time, and gets the page with status 200.
Everybody else gets the very same page with 404, whether the id exists in another couple or nowhere.
"""

from datetime import datetime
from uuid import UUID

from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from accounts.models import Partner
from scheduler.queries.slots import slot_view
from scheduler.queries.traces import trace_of

_signer = Signer(salt="scheduler.time")


def reference_of(partner: Partner, slot_id: UUID) -> str:
    """Return the proof that a page of this couple has shown this time."""
    return _signer.signature(f"{partner.couple_id}:{slot_id}")


def has_seen(request: HttpRequest, partner: Partner, slot_id: UUID) -> bool:
    """Return whether the form that was sent carries the reference to this time."""
    return constant_time_compare(request.POST.get("ref", ""), reference_of(partner, slot_id))


def no_longer_open(request: HttpRequest, partner: Partner | None, slot_id: UUID, *, now: datetime) -> HttpResponse:
    """Return the neutral page: 200 to a partner who knows this time, 404 to everybody else."""
    known = partner is not None and knows(request, partner, slot_id, now=now)
    return render(request, "scheduler/no_longer_open.html", status=200 if known else 404)


def knows(request: HttpRequest, partner: Partner, slot_id: UUID, *, now: datetime) -> bool:
    """Return whether this time is, or was, one that the partner has seen."""
    if has_seen(request, partner, slot_id) or trace_of(partner, slot_id, now=now):
        return True
    return slot_view(partner, slot_id, now=now) is not None
