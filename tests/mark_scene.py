"""Marks, ticks and notes on offers, as the tests of access, secrets and keys need them."""

import datetime as dt
from collections.abc import Callable

from accounts.models import Partner
from scheduler.domain.marks import WEEK
from scheduler.models import InCommon, Slot, Topic
from scheduler.models.kinds import words_of
from scheduler.operations.mark_ticks import hold_mark_tick
from scheduler.operations.marks import change_marks
from scheduler.operations.offer_notes import switch_notes
from scheduler.operations.offers import make_offer
from scheduler.queries.agenda import other_side
from tests.cast import NOW
from tests.scenes import FRIDAY, other_of, proposal


def welcomes(partner: Partner, *chosen: str, own: str = "", topic: Topic = Topic.KIND, at: dt.datetime = NOW) -> None:
    """Let one partner mark exactly these words of a list; what they wrote themselves stays."""
    kept = partner.user.marks.values_list("pk", flat=True)
    change_marks(user=partner.user, topic=topic, chosen=chosen, kept=set(kept), written=own, now=at)


def marked_everything(partner: Partner, *, now: dt.datetime) -> None:
    """Let one partner mark all there is, long ago and with words of their own, and take every other one out again now.

    What the two have in common stays: its going would be seen, as it has to be.
    """
    rows = InCommon.objects.filter(couple=partner.couple_id).values_list("one", "other")
    shown = list(partner.user.marks.filter(pk__in=[key for row in rows for key in row]))
    for topic in Topic:
        words = [word for word, _ in words_of(topic)]
        stay = [mark.what for mark in shown if mark.topic == topic and not mark.written]
        for at, chosen, own in ((now - 4 * WEEK, words, "Tea"), (now, [*words[::2], *stay], "Cocoa")):
            kept = [mark.pk for mark in shown]
            change_marks(user=partner.user, topic=topic, chosen=chosen, kept=kept, written=own, now=at)


def week_passed(number: int) -> None:
    """Hold the tick so many weeks after the beginning of the tests."""
    hold_mark_tick(now=NOW + number * WEEK)


def is_in_common(_: Partner) -> bool:
    """Whether anything is."""
    return InCommon.objects.exists()


def notes_on(partner: Partner) -> bool:
    """Whether notes exist for this couple."""
    return other_side(partner).notes_on


def noted(partner: Partner, text: str = "By the sea?", *, start: dt.datetime = FRIDAY, now: dt.datetime = NOW) -> Slot:
    """Let both switch notes on, and this partner offer a time with one; returns the open slot."""
    for seat in (partner, other_of(partner)):
        switch_notes(partner=seat, on=True)
    outcome = make_offer(partner=partner, proposal=proposal(start, note=text), now=now)
    return Slot.objects.get(offer=outcome.offer_id)


# Scenes in which one person does one thing each, and nothing opens before the last.
MARKING: list[Callable[[Partner], object]] = [
    lambda me: welcomes(me, "bath", "talk"),
    lambda _: week_passed(2),
    lambda me: welcomes(other_of(me), "sex"),
    lambda _: week_passed(4),
    lambda me: welcomes(other_of(me), "bath"),
    lambda _: week_passed(6),
]
TURNING_KEYS_TO_NOTES: list[Callable[[Partner], object]] = [
    lambda me: switch_notes(partner=me, on=True),
    lambda me: switch_notes(partner=me, on=True),
    lambda me: switch_notes(partner=other_of(me), on=True),
]
