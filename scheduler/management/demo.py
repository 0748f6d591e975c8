"""The two people of `make demo`, and the times between them: all made as people would make them."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import Couple, Partner, User
from scheduler.domain.period import Period, resolve_wall, zone_named
from scheduler.models import Kind, Slot, Topic
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.marks import change_marks
from scheduler.operations.offers import Proposal, make_offer
from scheduler.operations.slots import say_yes

PASSWORD = "a-quiet-evening-for-two"  # noqa: S105  (printed for everybody, of people who don't exist)
EVENING, AFTERNOON = time(20, 0), time(15, 0)
LINKED_FOR = timedelta(days=21)  # long enough for the weekly tick to find what both have marked


def fill(*, now: datetime) -> list[User]:
    """Make ana in Berlin and ben in New York, linked, with two plans and offers both ways; returns the two."""
    since = now - LINKED_FOR
    ana, ben = _link(_person("ana", "Europe/Berlin", now), _person("ben", "America/New_York", now), since)
    for seat, own in ((ana, "listened"), (ben, "slow")):
        _mark(seat.user, Topic.KIND, (Kind.TALK, Kind.BATH, Kind.MASSAGE), since)
        _mark(seat.user, Topic.NEED, ("rest", own), since)
    hold_mark_tick(now=now)
    _plan(ana, ben, _proposal(ana, now, (3, EVENING)), now)
    _plan(ben, ana, _proposal(ben, now, (6, AFTERNOON), kind=Kind.TALK), now)
    make_offer(partner=ana, proposal=_proposal(ana, now, (4, EVENING), (5, AFTERNOON), (8, EVENING)), now=now)
    make_offer(partner=ben, proposal=_proposal(ben, now, (9, AFTERNOON), kind=Kind.BATH), now=now)
    return [ana.user, ben.user]


def _person(name: str, zone: str, now: datetime) -> User:
    user = User.objects.create_user(
        f"{name}@example.org",
        PASSWORD,
        name=name.title(),
        time_zone=zone,
        consent_version=settings.CONSENT_VERSION,
        consented_at=now,
        adult_stated_at=now,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def _link(one: User, other: User, now: datetime) -> tuple[Partner, Partner]:
    couple = Couple.objects.create(created_at=now, zone="Europe/Berlin")
    first = Partner.objects.create(couple=couple, user=one, seat=1)
    return first, Partner.objects.create(couple=couple, user=other, seat=2)


def _mark(user: User, topic: Topic, words: Collection[str], now: datetime) -> None:
    change_marks(user=user, topic=topic, chosen=words, kept=(), written="", now=now)


def _proposal(author: Partner, now: datetime, *times: tuple[int, time], kind: Kind = Kind.TOGETHER) -> Proposal:
    """Put together two-hour times, each so many days from today at a wall time of the author's zone."""
    zone = zone_named(author.user.time_zone)
    periods = tuple(_period(now, days, at, zone) for days, at in times)
    return Proposal(periods=periods, zone=zone.key, kind=kind, key=uuid4())


def _period(now: datetime, days: int, at: time, zone: ZoneInfo) -> Period:
    day = now.astimezone(zone).date() + timedelta(days=days)
    starts_at = resolve_wall(wall=datetime.combine(day, at), zone=zone)
    return Period(starts_at, starts_at + timedelta(hours=2))


def _plan(author: Partner, other: Partner, proposal: Proposal, now: datetime) -> None:
    make_offer(partner=author, proposal=proposal, now=now)
    for slot in Slot.objects.filter(offer__author=author):
        say_yes(partner=other, slot_id=slot.pk, revision=slot.revision, now=now)
