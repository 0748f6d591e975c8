"""The lists that people mark: what a time may be for, and what would do them good.

Marks hold these words, sealed. So a word may change its label, and never goes: no query finds who has marked it.

What a page calls a kind and what a calendar may call it are two things: a calendar lies open to others, so that only
the names below ever reach one. Every other kind is the neutral default there.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """The two lists."""

    KIND = "kind"
    NEED = "need"


class Kind(models.TextChoices):
    """What a time is meant for, as pages call it. The first needs no marks; the others are shown once both have."""

    TOGETHER = "together", _("Time together, no particular outcome")
    FOCUS = "focus", _("Full attention, nothing else")
    TALK = "talk", _("A talk")
    BED_TALK = "bed_talk", _("A talk in bed")
    WALK = "walk", _("A walk, telephones at home")
    MEAL = "meal", _("A slow meal")
    MUSIC = "music", _("Music")
    DANCE = "dance", _("Dancing")
    PLAY = "play", _("A game")
    REST = "rest", _("Rest, side by side")
    HOLDING = "holding", _("Just holding each other")
    MASSAGE = "massage", _("A massage")
    BATH = "bath", _("A bath")
    SHOWER = "shower", _("A shower for two")
    SKIN = "skin", _("Skin to skin")
    TOUCH = "touch", _("Touch that leads nowhere")
    SENSUAL = "sensual", _("Sensual touch")
    KISSING = "kissing", _("Kissing")
    SEX = "sex", _("Sex")
    NEW = "new", _("Something new")
    SURPRISE = "surprise", _("A surprise")


class Need(models.TextChoices):
    """What would do somebody good, as pages call it."""

    LISTENED = "listened", _("Being listened to")
    WANTED = "wanted", _("Feeling wanted")
    VALUED = "valued", _("Feeling valued")
    ATTENTION = "attention", _("Undivided attention")
    ASKED = "asked", _("Being asked what I like")
    THANKED = "thanked", _("Being thanked")
    ATTRACTIVE = "attractive", _("Feeling attractive")
    TENDER = "tender", _("Tenderness")
    HELD = "held", _("Being held")
    TOUCHED = "touched", _("Touch in passing, over the day")
    PLEASURE = "pleasure", _("Pleasure")
    RELIEF = "relief", _("Relief from stress")
    REST = "rest", _("Rest together")
    SLOW = "slow", _("No hurry")
    SAFE = "safe", _("Feeling safe")
    LAUGHTER = "laughter", _("Laughing together")
    PLAY = "play", _("Play")
    NEW = "new", _("Something new")
    LIGHTER = "lighter", _("A day that weighs less")
    SPACE = "space", _("Some time alone first")


CALENDAR_NAMES: dict[str, str | Promise] = {
    Kind.TOGETHER: Kind.TOGETHER.label,
    Kind.TALK: Kind.TALK.label,
    Kind.WALK: _("A walk"),
    Kind.MEAL: _("A meal"),
    Kind.MUSIC: Kind.MUSIC.label,
    Kind.DANCE: Kind.DANCE.label,
    Kind.PLAY: Kind.PLAY.label,
    Kind.REST: _("Rest"),
    Kind.MASSAGE: Kind.MASSAGE.label,
    Kind.BATH: Kind.BATH.label,
    Kind.SURPRISE: Kind.SURPRISE.label,
}


def words_of(topic: str) -> list[tuple[str, str | Promise]]:
    """Return what can be marked on one of the lists, as (word, what the page calls it)."""
    if topic == Topic.NEED:
        return list(Need.choices)
    return [(word, label) for word, label in Kind.choices if word != Kind.TOGETHER]
