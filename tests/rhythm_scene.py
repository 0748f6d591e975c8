"""Rhythms made the only way there is: one proposes, the other says yes."""

import datetime as dt
from typing import Any

from accounts.models import Partner
from scheduler.domain.rhythm import Pattern
from scheduler.models import Rhythm
from scheduler.operations.rhythm import agree_to_rhythm, propose_rhythm
from tests.cast import NOW
from tests.scenes import LENGTH, other_of


def fridays(**changes: Any) -> Pattern:
    """Return a pattern: every Friday at 20:00 in Berlin from 6 March 2026 on, unless something else is named."""
    plain: dict[str, Any] = {
        "weeks": 1,
        "first_on": dt.date(2026, 3, 6),
        "at": dt.time(20),
        "zone": "Europe/Berlin",
        "length": LENGTH,
        "trial": False,
    }
    return Pattern(**(plain | changes))


def proposed(partner: Partner, *, now: dt.datetime = NOW, **changes: Any) -> Rhythm:
    """Let `partner` put a rhythm forward; returns it."""
    propose_rhythm(partner=partner, pattern=fridays(**changes), now=now)
    return Rhythm.objects.get(proposer=partner)


def begun(partner: Partner, *, now: dt.datetime = NOW, **changes: Any) -> Rhythm:
    """Let `partner` put a rhythm forward and the other one say yes; returns it."""
    rhythm = proposed(partner, now=now, **changes)
    agree_to_rhythm(partner=other_of(partner), rhythm_id=rhythm.pk, now=now)
    rhythm.refresh_from_db()
    return rhythm
