"""Rows, constraints and indexes; no decisions."""

from scheduler.models.calendar import CalendarEntry, CalendarMail, Feed, FormerSlot
from scheduler.models.jotting import Jotting
from scheduler.models.kinds import Kind, Need, Topic
from scheduler.models.marks import InCommon, Mark, MarkTick
from scheduler.models.notes import OfferNote
from scheduler.models.notice import Notice
from scheduler.models.preferences import Preferences
from scheduler.models.push import PushDevice
from scheduler.models.rhythm import Rhythm
from scheduler.models.room import RoomLine
from scheduler.models.slot import (
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
    "InCommon",
    "Jotting",
    "Kind",
    "KindNote",
    "Lane",
    "Mark",
    "MarkTick",
    "Need",
    "Notice",
    "Offer",
    "OfferNote",
    "Preferences",
    "PushDevice",
    "Rhythm",
    "RoomLine",
    "Sentence",
    "Slot",
    "Topic",
    "TuckedAway",
    "Undo",
    "Window",
    "Yes",
]
