"""Windows: what each marks in private, and the weekly draw that lays both partners' marks upon each other.

Nothing that one of the two can observe before the draw depends on what the other has marked: marking reads and writes
the actor's own rows alone. At the draw all of it happens in one transaction, so that both see the same at one moment.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.middleware import zone_of
from accounts.models import Couple, Partner
from accounts.operations import couple_locked
from accounts.zones import zone_or_utc
from scheduler.domain import windows as lane
from scheduler.domain.period import Period
from scheduler.domain.slot import KEYS_TO_OPEN
from scheduler.models import Lane, Notice, Window
from scheduler.models.facts import period_of
from scheduler.operations.drafts import draft_slots
from scheduler.operations.notices import write_notices
from scheduler.operations.turn import plans_of, turn_of
from scheduler.operations.ways import on_every_way

TOLD_WITHIN = timedelta(hours=24)  # later than that, a week that has turned is no news


def mark_windows(
    *, partner: Partner, stretches: Iterable[tuple[datetime, datetime]], shortest: timedelta, now: datetime
) -> None:
    """Replace what `partner` has marked for the next draw that has not locked yet; no stretches take all of it out.

    Stretches are UTC and half-open; `shortest` is the shortest length that they like, one of `LENGTHS`. Raises what
    `check_windows` raises, and ValueError for a length that no form lets through.
    """
    if shortest not in lane.LENGTHS:
        raise ValueError(shortest)
    with turn_of(partner):
        draw_at = lane.open_draw(zone=zone_or_utc(partner.couple.zone), now=now)
        week = lane.week_after(draw_at=draw_at, zone=zone_of(partner.user))
        periods = lane.check_windows(stretches, week=week)
        Window.objects.filter(partner=partner, draw_at=draw_at).delete()
        Window.objects.bulk_create(
            Window(
                partner=partner,
                draw_at=draw_at,
                place=place,
                starts_at=period.starts_at,
                ends_at=period.ends_at,
                shortest_minutes=shortest // timedelta(minutes=1),
            )
            for place, period in enumerate(periods, start=1)
        )
        if periods:
            Lane.objects.get_or_create(partner=partner, defaults={"draws_at": draw_at})


def forget_windows(*, partner: Partner) -> None:
    """Take out all that `partner` has marked, at once: also what is locked, which nothing can be added to any more."""
    with turn_of(partner):
        Window.objects.filter(partner=partner).delete()


def draw_weeks(*, now: datetime, limit: int = 200) -> int:
    """Hold the draw of up to `limit` partners' couples whose moment has come; returns how many couples had theirs.

    Any number of workers may do so at once, and late: a couple that another one holds is left to the next tick, and
    one that has had its draw is not due again before the next. `now` is the database's clock.
    """
    due = Lane.objects.filter(draws_at__lte=now).order_by("draws_at")
    partners = Partner.objects.filter(pk__in=list(due.values_list("partner_id", flat=True)[:limit]))
    return sum(_draw(couple_id, now) for couple_id in set(partners.values_list("couple_id", flat=True)))


def _draw(couple_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        couple = Couple.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=couple_id).first()
        if couple is None:  # another worker, or one of the two, is at it
            return False
        with couple_locked(couple_id):
            partners = list(Partner.objects.filter(couple=couple_id))
            lanes = list(Lane.objects.filter(partner__in=partners, draws_at__lte=now).order_by("partner"))
            if lanes:
                _turn_the_week(couple, partners, lanes, now)
            return bool(lanes)


def _turn_the_week(couple: Couple, partners: list[Partner], lanes: list[Lane], now: datetime) -> None:
    """Let at most one time come out, forget all marks, and tell everybody in `lanes` that the week has turned."""
    zone = zone_or_utc(couple.zone)
    period = _common(partners, draw_at=lane.last_draw(zone=zone, now=now), now=now)
    drafted = draft_slots(couple_id=couple.pk, periods=[period], zone=zone.key, now=now) if period else []
    Window.objects.filter(partner__in=partners, draw_at__lte=now).delete()
    Lane.objects.filter(pk__in=[each.pk for each in lanes]).update(
        draws_at=lane.next_draw(zone=zone, now=now), lined_up=bool(drafted)
    )
    _tell(lanes, now)


def _common(partners: list[Partner], *, draw_at: datetime, now: datetime) -> Period | None:
    """Return the time that comes out of the draw. Whoever is on a break has marked nothing, as far as it goes."""
    marked: defaultdict[UUID, list[lane.Window]] = defaultdict(list)
    there = [partner for partner in partners if not partner.on_break]
    for row in Window.objects.filter(partner__in=there, draw_at=draw_at):
        shortest = timedelta(minutes=row.shortest_minutes)
        marked[row.partner_id].append(lane.Window(Period(row.starts_at, row.ends_at), shortest))
    if len(marked) < KEYS_TO_OPEN:
        return None
    one, other = marked.values()
    couple_id = partners[0].couple_id
    plans = [period_of(plan) for plan in plans_of(couple_id, now=now)]
    found = lane.overlaps(one, other, plans=plans, now=now)
    return lane.drawn(found, key=_key(), couple_id=couple_id, draw_at=draw_at)


def _key() -> bytes:
    """Return the server's own key of every lot."""
    return salted_hmac("scheduler.windows", "lot", algorithm="sha256").digest()


def _tell(lanes: list[Lane], now: datetime) -> None:
    write_notices(
        on_every_way(
            Notice(
                recipient_id=each.partner_id,
                kind=Notice.Kind.WEEK,
                cause=each.partner_id,
                revision=each.draws_at.toordinal(),
                due_at=now,
                expires_at=now + TOLD_WITHIN,
            )
            for each in lanes
        )
    )
