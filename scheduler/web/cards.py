"""Times as the pages show them: formatted, with what may be done, and with offers of one piece kept together."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from scheduler.queries.slots import SlotView
from scheduler.web.closed import reference_of
from scheduler.web.moments import Moment, short_text
from scheduler.web.viewer import Viewer


@dataclass(frozen=True)
class Card:
    """One time on a page. `moves` names the plan it would replace, `beside` are offers that partly overlap it."""

    view: SlotView
    when: Moment
    ref: str
    moves: str
    beside: tuple[Moment, ...] = ()

    @property
    def id(self) -> UUID:
        """The slot's id."""
        return self.view.id

    @property
    def can(self) -> frozenset[str]:
        """What the viewer may do, as the domain says."""
        return frozenset(self.view.actions)


@dataclass(frozen=True)
class Group:
    """The times of one offer, soonest first, with the words that its author added."""

    kind: str
    moves: str
    note: str
    cards: tuple[Card, ...]


def card_of(view: SlotView, viewer: Viewer, *, others: Iterable[SlotView] = ()) -> Card:
    """Return one time for the viewer; `others` are the open times that might partly overlap it."""
    beside = (other for other in others if _partly_overlap(view, other))
    return Card(
        view=view,
        when=viewer.moment(view.starts_at, view.ends_at),
        ref=reference_of(viewer.partner, view.id),
        moves=short_text(view.moves_from, viewer.zone) if view.moves_from else "",
        beside=tuple(viewer.moment(other.starts_at, other.ends_at) for other in beside),
    )


def groups_of(views: Iterable[SlotView], viewer: Viewer, *, others: Iterable[SlotView] = ()) -> list[Group]:
    """Return the times by offer, in the order of each offer's first time."""
    by_offer: dict[UUID, list[Card]] = {}
    others = list(others)
    for view in views:
        by_offer.setdefault(view.offer_id, []).append(card_of(view, viewer, others=others))
    return [_group(cards) for cards in by_offer.values()]


def _group(cards: list[Card]) -> Group:
    first = cards[0]
    return Group(kind=first.view.kind_label, moves=first.moves, note=first.view.note, cards=tuple(cards))


def _partly_overlap(one: SlotView, other: SlotView) -> bool:
    return one.offer_id != other.offer_id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
