"""`manage.py drawstates`: docs/states.md, drawn from the rules themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scheduler.domain.period import Period
from scheduler.domain.slot import Action, SlotFacts, State, actions_for, state_of

DRAWING = Path(__file__).resolve().parents[3] / "docs" / "states.md"
AUTHOR, PARTNER = UUID(int=1), UUID(int=2)
START = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(hours=2))
DAY = timedelta(days=1)

LEADS_TO = {
    Action.YES: State.CONFIRMED,
    Action.TAKE_BACK: State.OPEN,
    Action.TUCK_AWAY: State.OPEN,
    Action.BRING_BACK: State.OPEN,
    Action.SUGGEST: State.ENDED,
    Action.NOTE: State.ENDED,
    Action.CHANGE: State.OPEN,
    Action.MOVE: State.CONFIRMED,
    Action.FREE: State.ENDED,
}


def _slot(*, confirmed: bool = False, tucked_away: bool = False, overlaps_plan: bool = False) -> SlotFacts:
    return SlotFacts(
        period=PERIOD,
        revision=1,
        expires_at=START - timedelta(hours=3),
        confirmed=confirmed,
        author=AUTHOR,
        yeses=frozenset({AUTHOR, PARTNER} if confirmed else {AUTHOR}),
        tucked_away_by=frozenset({PARTNER} if tucked_away else ()),
        overlaps_plan=overlaps_plan,
    )


def _draft(*yeses: UUID, tucked_away: bool = False, overlaps_plan: bool = False) -> SlotFacts:
    slot = _slot(tucked_away=tucked_away, overlaps_plan=overlaps_plan)
    return replace(slot, author=None, yeses=frozenset(yeses))


SITUATIONS: dict[str, tuple[SlotFacts | None, datetime]] = {
    "offered": (_slot(), START - DAY),
    "offered, tucked away by the partner": (_slot(tucked_away=True), START - DAY),
    "offered, overlapping a plan": (_slot(overlaps_plan=True), START - DAY),
    "offered, faded": (_slot(), START),
    "drafted": (_draft(), START - DAY),
    "drafted, one said yes": (_draft(AUTHOR), START - DAY),
    "drafted, tucked away by the other": (_draft(tucked_away=True), START - DAY),
    "drafted, one said yes, overlapping a plan": (_draft(AUTHOR, overlaps_plan=True), START - DAY),
    "drafted, faded": (_draft(), START),
    "planned, before it starts": (_slot(confirmed=True), START - DAY),
    "planned, while it lasts": (_slot(confirmed=True), START),
    "planned, over": (_slot(confirmed=True), PERIOD.ends_at),
    "gone": (None, START),
}

HEAD = """\
# The states of a time

Drawn from `scheduler/domain/slot.py` by `manage.py drawstates`; not to be edited by hand. A missing yes is all that
can be seen of a time that is not agreed on: there is no state for "no". A drafted time has no author: the first yes to
it changes nothing that the other may do or see.
"""


def drawing() -> str:
    """Return the whole of docs/states.md: a diagram, and what each of the two may do in each situation."""
    return "\n".join([HEAD, "```mermaid", *_diagram(), "```", "", *_table(), ""])


def _diagram() -> list[str]:
    arrows: dict[tuple[State, State], set[Action]] = {}
    for slot, now in SITUATIONS.values():
        state = state_of(slot, now=now)
        for who in (AUTHOR, PARTNER):
            for action in actions_for(slot, who, now=now):
                arrows.setdefault((state, _leads_to(slot, action)), set()).add(action)
    drawn = [f"  {before} --> {after}: {_named(arrows[before, after])}" for before, after in sorted(arrows)]
    return [
        "stateDiagram-v2",
        f"  [*] --> {State.OPEN}: offer, or drafted",
        *drawn,
        f"  {State.OPEN} --> {State.ENDED}: faded, or another time of the offer became the plan",
        f"  {State.CONFIRMED} --> {State.ENDED}: over, or moved",
        f"  {State.ENDED} --> [*]",
    ]


def _leads_to(slot: SlotFacts | None, action: Action) -> State:
    first_yes = action is Action.YES and slot is not None and not slot.yeses
    return State.OPEN if first_yes else LEADS_TO[action]


def _table() -> list[str]:
    rows = [
        f"| {name} | {state_of(slot, now=now)} | {_named(actions_for(slot, AUTHOR, now=now))} "
        f"| {_named(actions_for(slot, PARTNER, now=now))} |"
        for name, (slot, now) in SITUATIONS.items()
    ]
    return ["| situation | state | its author, or one, may | the other may |", "| --- | --- | --- | --- |", *rows]


def _named(actions: set[Action] | frozenset[Action]) -> str:
    return ", ".join(action.replace("_", " ") for action in Action if action in actions) or "nothing"


class Command(BaseCommand):
    """Writes docs/states.md, or with --check says whether it is fresh."""

    help = "Draw docs/states.md from the rules."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --check."""
        parser.add_argument("--check", action="store_true", help="only say whether the drawing is fresh")

    def handle(self, *_: Any, check: bool, **__: Any) -> None:
        """Write the drawing; CommandError with --check when it differs from what stands there."""
        if not check:
            DRAWING.write_text(drawing())
        elif not DRAWING.exists() or DRAWING.read_text() != drawing():
            raise CommandError("docs/states.md is not what the rules say: run `manage.py drawstates`")
