"""Rows, constraints and indexes; no decisions."""

from scheduler.models.calendar import CalendarEntry, CalendarMail, Feed, FormerSlot
from scheduler.models.jotting import Jotting
from scheduler.models.notice import Notice
from scheduler.models.preferences import Preferences
from scheduler.models.push import PushDevice
from scheduler.models.room import RoomLine
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
from scheduler.models.talk import CardAnswer, CardShare
from scheduler.models.windows import Lane, Window

__all__ = [
    "CalendarEntry",
    "CalendarMail",
    "CardAnswer",
    "CardShare",
    "Feed",
    "FormerSlot",
    "Jotting",
    "Kind",
    "KindNote",
    "Lane",
    "Notice",
    "Offer",
    "Preferences",
    "PushDevice",
    "RoomLine",
    "Sentence",
    "Slot",
    "TuckedAway",
    "Undo",
    "Window",
    "Yes",
]
