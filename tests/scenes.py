"""Offers, plans and the rest of what a couple shares, made the only way there is: through the operations.

Loaded by tests/conftest.py once Django stands. Times are written as wall time, as people say them.
"""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from accounts.models import Partner
from scheduler.domain.marks import WEEK
from scheduler.domain.period import Period
from scheduler.models import InCommon, Kind, MarkTick, Notice, Slot, Topic
from scheduler.operations.drafts import draft_slots
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.marks import change_marks
from scheduler.operations.offers import Proposal, make_offer
from scheduler.operations.slots import say_yes
from tests.cast import BERLIN, NOW


def wall(text: str, zone: ZoneInfo = BERLIN) -> dt.datetime:
    """Return the moment that a clock in `zone` shows as `text`, such as `2026-03-06 20:00`, in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


FRIDAY = wall("2026-03-06 20:00")
SATURDAY = wall("2026-03-07 20:00")
SUNDAY = wall("2026-03-08 20:00")
LENGTH = dt.timedelta(hours=2)


def proposal(
    *starts: dt.datetime,
    length: dt.timedelta = LENGTH,
    zone: str = "Europe/Berlin",
    kind: str = Kind.TOGETHER,
    moves: uuid.UUID | None = None,
    note: str = "",
) -> Proposal:
    """Put times of one length together, under a key of their own."""
    periods = tuple(Period(start, start + length) for start in starts)
    return Proposal(periods=periods, zone=zone, kind=kind, key=uuid.uuid4(), moves=moves, note=note)


def other_of(partner: Partner) -> Partner:
    """Return the partner's partner."""
    return Partner.objects.select_related("user").exclude(pk=partner.pk).get(couple_id=partner.couple_id)


def offered(
    partner: Partner,
    *starts: dt.datetime,
    length: dt.timedelta = LENGTH,
    kind: str = Kind.TOGETHER,
    moves: uuid.UUID | None = None,
    now: dt.datetime = NOW,
) -> list[Slot]:
    """Let `partner` offer times (Friday 20:00 when none is named); returns the open slots, earliest first."""
    put = proposal(*(starts or (FRIDAY,)), length=length, kind=kind, moves=moves, zone=partner.user.time_zone)
    outcome = make_offer(partner=partner, proposal=put, now=now)
    return list(Slot.objects.filter(offer=outcome.offer_id).order_by("starts_at"))


def drafted(
    partner: Partner, *starts: dt.datetime, length: dt.timedelta = LENGTH, now: dt.datetime = NOW
) -> list[Slot]:
    """Draft times (Friday 20:00 when none is named) for the partner's couple; returns the open slots."""
    periods = [Period(start, start + length) for start in starts or (FRIDAY,)]
    return draft_slots(couple_id=partner.couple_id, periods=periods, zone="Europe/Berlin", now=now)


def agreed(slot: Slot, *, now: dt.datetime = NOW) -> Slot:
    """Let the other one say yes to an open slot; returns the plan."""
    author = Partner.objects.get(offers=slot.offer_id)
    assert say_yes(partner=other_of(author), slot_id=slot.pk, revision=slot.revision, now=now)
    slot.refresh_from_db()
    return slot


def heard_of(slot: Slot) -> None:
    """Let the word that there is this plan have reached both: only then are they told that it is free."""
    rows = Notice.objects.filter(cause=slot.pk, kind=Notice.Kind.CONFIRMED)
    rows.update(state=Notice.State.SENT, send_started_at=NOW, sent_at=NOW, attempts=1)


def planned(
    partner: Partner,
    start: dt.datetime = FRIDAY,
    *,
    length: dt.timedelta = LENGTH,
    kind: str = Kind.TOGETHER,
    now: dt.datetime = NOW,
) -> Slot:
    """Let `partner` offer one time and the other say yes; returns the plan."""
    return agreed(offered(partner, start, length=length, kind=kind, now=now)[0], now=now)


def in_common(
    partner: Partner, *kinds: str, own: str = "", topic: Topic = Topic.KIND, since: dt.datetime = NOW
) -> list[InCommon]:
    """Let both mark the same of one list at `since`, and hold ticks until it is in common; returns that."""
    for seat in (partner, other_of(partner)):
        change_marks(user=seat.user, topic=topic, chosen=kinds, kept=(), written=own, now=since)
    for week in range(2, 4 + len(kinds) // 3):
        hold_mark_tick(now=since + week * WEEK)
    MarkTick.objects.all().delete()  # they were held ahead of their time
    return list(InCommon.objects.filter(couple=partner.couple_id, topic=topic).select_related("couple"))
