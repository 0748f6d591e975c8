"""The weekly tick that finds what couples have in common: for both of a couple in one transaction, and once a week."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import Couple, Partner
from scheduler.domain.marks import STANDS_FOR, Marked, counting, in_common, tick_at
from scheduler.models import InCommon, Mark, MarkTick

BATCH = 100
SEATS = (1, 2)


def hold_mark_tick(*, now: datetime, keep_going: Callable[[], bool] = lambda: True, batch: int = BATCH) -> int:
    """Give the newest weekly tick to every couple that has not had it; returns to how many.

    Safe with any number of workers and at any time: one of them goes on where the last one stopped, in the order of
    the couples' ids, and a tick that is done is done for good. While nothing is due it costs one look at one row.
    Ticks that no worker was there for are not made up for: late, only the newest is held, as of its own moment.
    """
    at = tick_at(now)
    newest = MarkTick.objects.order_by("-at").first()
    if newest and (newest.at > at or (newest.at == at and newest.done)):
        return 0
    MarkTick.objects.bulk_create([MarkTick(at=at)], ignore_conflicts=True)
    MarkTick.objects.filter(at__lt=at).delete()
    held = 0
    while keep_going() and (done := _hold_batch(at, batch)):
        held += done
    return held


def _hold_batch(at: datetime, batch: int) -> int:
    """Give the tick to the next couples; another worker that holds it is left to it. Couples linked later wait.

    It is done only when there is nobody left to come: of those who were, some may have left before their row was held.
    """
    with transaction.atomic():
        row = MarkTick.objects.select_for_update(skip_locked=True).filter(at=at, done=False).first()
        if row is None:
            return 0
        next_ones = Couple.objects.filter(pk__gt=row.reached, created_at__lt=at).order_by("pk")
        if keys := list(next_ones.values_list("pk", flat=True)[:batch]):
            _find(list(Couple.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")), at)
            row.reached = keys[-1]
        row.done = not keys
        row.save(update_fields=["reached", "done"])
    return len(keys)


def _find(couples: list[Couple], at: datetime) -> None:
    """Let new marks count, and store what these couples have in common from now on."""
    by_id = {couple.pk: couple for couple in couples}
    known = set(InCommon.objects.filter(couple__in=couples).values_list("one_id", "other_id"))
    new: list[UUID] = []
    found: list[InCommon] = []
    for (couple_id, topic), sides in _with_news(couples, at).items():
        one, other = (counting(map(_marked, sides[seat]), tick=at) for seat in SEATS)
        new += [mark.id for mark in (*one, *other) if not mark.counts]
        found += [
            InCommon(couple=by_id[couple_id], topic=topic, what=min(a.what, b.what), one_id=a.id, other_id=b.id)
            for a, b in in_common(one, other)
            if (a.id, b.id) not in known
        ]
    seat = Partner.objects.filter(user=OuterRef("user")).values("pk")[:1]
    Mark.objects.filter(pk__in=new).update(counts_for=Subquery(seat))
    InCommon.objects.bulk_create(found)


def _with_news(couples: list[Couple], at: datetime) -> dict[tuple[UUID, str], dict[int, list[Mark]]]:
    """Return the marks that have stood long enough, by couple and list, and there by seat, where one is new."""
    rows = Mark.objects.filter(user__partner__couple__in=couples, marked_at__lte=at - STANDS_FOR)
    lists: dict[tuple[UUID, str], dict[int, list[Mark]]] = defaultdict(lambda: {seat: [] for seat in SEATS})
    for mark in rows.select_related("user__partner"):
        seat = mark.user.partner
        lists[seat.couple_id, mark.topic][seat.seat].append(mark)
    return {key: sides for key, sides in lists.items() if any(not _counts(m) for side in sides.values() for m in side)}


def _marked(mark: Mark) -> Marked:
    return Marked(id=mark.pk, what=mark.what, marked_at=mark.marked_at, counts=_counts(mark))


def _counts(mark: Mark) -> bool:
    return mark.counts_for_id is not None
