"""Why something cannot be done, as a code that the web layer puts into kind words."""

from enum import StrEnum, auto


class Reason(StrEnum):
    """Every cause for which the domain stops an act. None of them tells what the partner did."""

    NO_LONGER_OPEN = auto()
    NOT_POSSIBLE = auto()
    OVERLAPS_PLAN = auto()
    TOO_MANY_OPEN = auto()
    TOO_MANY_TIMES = auto()
    NO_TIMES = auto()
    ALREADY_OFFERED = auto()
    TWICE = auto()
    IN_THE_PAST = auto()
    TOO_FAR = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()
    ENDS_BEFORE_START = auto()
    GAP = auto()
    FOLD = auto()
    UNKNOWN_ZONE = auto()
    TOO_MANY_OWN = auto()
    OUTSIDE_THE_WEEK = auto()
    TOO_MANY_WINDOWS = auto()
    TOO_LONG_IN_ALL = auto()


class Problem(Exception):
    """An act that the rules do not allow now. `facts` holds what a kind answer needs, such as the next real time."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
