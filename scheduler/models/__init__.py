"""Rows, constraints and indexes; no decisions."""

from scheduler.models.calendar import CalendarEntry, CalendarMail, Feed, FormerSlot
from scheduler.models.notice import Notice
from scheduler.models.preferences import Preferences
from scheduler.models.push import PushDevice
from scheduler.models.slot import (
    Kind,
    KindNote,
    Offer,
    Sentence,
    Slot,
    TuckedAway,
    Undo,
    Yes,
)

__all__ = [
    "CalendarEntry",
    "CalendarMail",
    "Feed",
    "FormerSlot",
    "Kind",
    "KindNote",
    "Notice",
    "Offer",
    "Preferences",
    "PushDevice",
    "Sentence",
    "Slot",
    "TuckedAway",
    "Undo",
    "Yes",
]
