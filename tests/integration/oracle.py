"""An independent, obvious account of what two people said, against which the real thing is held.

It shares no code with the rules it checks: it keeps plain dictionaries, and knows only what a person could tell who
sat beside both.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID


@dataclass
class Told:
    """One time as the two people know it: `yes` maps each who said yes to the version they said it to.

    A drafted one has no author; `away` are those who put it out of their sight.
    """

    offer: UUID
    author: str | None
    start: datetime
    end: datetime
    offered_at: datetime
    fades: datetime
    version: int = 1
    yes: dict[str, int] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    plan: bool = False
    moves: UUID | None = None

    def alive(self, now: datetime) -> bool:
        return now < (self.end if self.plan else self.fades)


@dataclass
class Pressed:
    """A press on "Free this time"."""

    who: str
    until: datetime
    before: Told
    alone: bool
    moves: dict[UUID, Told]


@dataclass
class Entry:
    """What both calendars should show of one plan."""

    start: datetime
    end: datetime
    on: bool = True
    steps: int = 0


def fades_at(start: datetime, offered: datetime, now: datetime, plan_start: datetime | None) -> datetime:
    candidates = [
        offered + timedelta(days=7),
        start - timedelta(hours=3) if start - now > timedelta(hours=3) else start,
    ]
    return min(candidates + ([plan_start] if plan_start else []))


@dataclass
class Oracle:
    """Everything that was said, and so everything that should be."""

    times: dict[UUID, Told] = field(default_factory=dict)
    pressed: dict[UUID, Pressed] = field(default_factory=dict)
    entries: dict[UUID, Entry] = field(default_factory=dict)
    former: dict[UUID, UUID] = field(default_factory=dict)

    def present(self, key: UUID) -> UUID:
        """Return how a plan is called after all its moves."""
        while key in self.former:
            key = self.former[key]
        return key

    def live(self, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.times.items() if t.alive(now)}

    def plans(self, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.live(now).items() if t.plan}

    def open_of(self, who: str, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.live(now).items() if not t.plan and t.author == who}

    def open_to(self, who: str, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.live(now).items() if not t.plan and t.author != who}

    def drafts(self, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.live(now).items() if not t.plan and t.author is None}

    def changed(self, now: datetime) -> dict[UUID, Told]:
        return {k: t for k, t in self.live(now).items() if not t.plan and t.version > 1}

    def clashes(self, start: datetime, end: datetime, now: datetime, aside: UUID | None) -> bool:
        return any(p.start < end and start < p.end for k, p in self.plans(now).items() if k != aside)

    def stands_at(self, plan: UUID | None, start: datetime, end: datetime) -> bool:
        return plan is not None and (self.times[plan].start, self.times[plan].end) == (start, end)

    def expect_offer(
        self, who: str, spans: list[tuple[datetime, datetime]], now: datetime, moves: UUID | None = None
    ) -> str | UUID | None:
        """Return why it may not be, or the time that becomes a plan at once, or None for a new offer."""
        if moves is not None and moves not in {k for k, p in self.plans(now).items() if now < p.start}:
            return "impossible"
        mine = self.open_of(who, now)
        if len({t.offer for t in mine.values()}) >= 3:
            return "too_many_open"
        for start, end in spans:
            if start <= now:
                return "in_the_past"
            if (start, end) in {(t.start, t.end) for t in mine.values()}:
                return "already_offered"
            if self.clashes(start, end, now, moves) or self.stands_at(moves, start, end):
                return "overlaps_plan"
        return self.twin(who, spans, now, moves)

    def standing(self, spans: list[tuple[datetime, datetime]], now: datetime) -> UUID | None:
        """Return the plan that stands at one of these times already, the earliest first."""
        plans = sorted(self.plans(now).items(), key=lambda item: item[1].start)
        return next((key for key, plan in plans if (plan.start, plan.end) in spans), None)

    def twin(self, who: str, spans: list[tuple[datetime, datetime]], now: datetime, moves: UUID | None) -> UUID | None:
        same = [
            (t.start, t.end, k)
            for k, t in self.open_to(who, now).items()
            if (t.start, t.end) in spans
            and t.moves == moves
            and not self.clashes(t.start, t.end, now, moves)
            and set(t.yes) - {who}
        ]
        return min(same, key=lambda one: one[:2])[2] if same else None

    def offered(
        self, who: str, slots: dict[UUID, tuple[UUID, datetime, datetime]], now: datetime, moves: UUID | None = None
    ) -> None:
        for _, start, end in slots.values() if moves is None else ():
            self.end_drafts(start, end, now)
        plan_start = self.times[moves].start if moves else None
        for key, (offer, start, end) in slots.items():
            fades = fades_at(start, now, now, plan_start)
            self.times[key] = Told(offer, who, start, end, now, fades, yes={who: 1}, moves=moves)

    def expect_drafts(self, spans: list[tuple[datetime, datetime]], now: datetime) -> list[tuple[datetime, datetime]]:
        """Return those that should be drafted: neither over a plan, nor standing open already, nor begun."""
        standing = {(t.start, t.end) for t in self.live(now).values() if not t.plan and t.moves is None}
        return sorted(
            (start, end)
            for start, end in set(spans) - standing
            if start > now and not self.clashes(start, end, now, None)
        )

    def drafted(self, slots: dict[UUID, tuple[UUID, datetime, datetime]], now: datetime) -> None:
        for key, (offer, start, end) in slots.items():
            self.times[key] = Told(offer, None, start, end, now, fades_at(start, now, now, None))

    def end_drafts(self, start: datetime, end: datetime, now: datetime) -> None:
        for key in [k for k, t in self.drafts(now).items() if (t.start, t.end) == (start, end)]:
            del self.times[key]

    def becomes_plan(self, key: UUID, who: str) -> None:
        told = self.times[key]
        told.yes[who] = told.version
        told.plan, told.away = True, set()
        for other in [k for k, t in self.times.items() if t.offer == told.offer and k != key]:
            del self.times[other]
        if told.moves is None:
            self.entries[key] = Entry(told.start, told.end)
            return
        self.former[told.moves] = key
        old = self.entries.pop(told.moves)
        self.entries[key] = Entry(told.start, told.end, steps=old.steps + 1)
        del self.times[told.moves]
        for other in [k for k, t in self.times.items() if t.moves == told.moves and k != key]:
            del self.times[other]
        told.moves = None

    def end_offer(self, offer: UUID) -> None:
        for key in [k for k, t in self.times.items() if t.offer == offer]:
            del self.times[key]

    def freed(self, key: UUID, who: str, now: datetime) -> None:
        told = self.times.pop(key)
        alone = not any(t.offer == told.offer and t.alive(now) for t in self.times.values())
        moves = {k: t for k, t in self.times.items() if t.moves == key}
        before = replace(told, yes=dict(told.yes), away=set(told.away))
        self.pressed[key] = Pressed(who, now + timedelta(seconds=60), before, alone, moves)
        if told.plan:
            entry = self.entries[key]
            entry.on, entry.steps = False, entry.steps + 1
            for other in [k for k, t in self.times.items() if t.moves == key]:
                del self.times[other]

    def pressed_again(self, key: UUID, who: str) -> None:
        if key in self.pressed and self.pressed[key].who != who:
            del self.pressed[key]

    def may_undo(self, key: UUID, who: str, now: datetime) -> bool:
        press = self.pressed.get(key)
        if press is None or press.who != who or now >= press.until or not press.before.alive(now):
            return False
        told = press.before
        if self.clashes(told.start, told.end, now, told.moves):
            return False
        if told.plan:
            return True
        if told.moves is not None and told.moves not in self.times:
            return False
        assert told.author is not None
        mine = self.open_of(told.author, now)
        if not press.alone and told.offer not in {t.offer for t in mine.values()}:
            return False
        full = len({t.offer for t in mine.values()} - {told.offer}) >= 3
        beside = mine if told.moves else mine | self.drafts(now)
        return not full and (told.start, told.end) not in {(t.start, t.end) for t in beside.values()}

    def undone(self, key: UUID) -> None:
        press = self.pressed.pop(key)
        told = press.before
        self.times |= {key: told} | press.moves
        if told.plan:
            entry = self.entries[key]
            entry.on, entry.steps = True, entry.steps + 1
            told.yes = dict.fromkeys(["ana", "ben"], told.version)
