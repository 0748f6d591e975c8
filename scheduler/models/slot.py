"""Offers, the slots they put forward, and the yeses to them.

There is no status column to drift: a slot with fewer than two yeses at its revision is open, one with `confirmed_at`
is confirmed, and an ended one is gone, whatever ended it.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import Couple, Partner
from scheduler.models.kinds import Kind


class Sentence(models.TextChoices):
    """The fixed warm sentences of a kind note."""

    NOT_THIS_WEEK = "not_this_week", _("Not this week, but I love that you asked.")
    HOLD = "hold", _("Could we just hold each other?")
    SUNDAY = "sunday", _("Too tired tonight. Sunday morning, maybe?")
    THINKING = "thinking", _("Thinking of you. No reply needed.")


class Offer(models.Model):
    """One to three alternative slots put forward together by `author`.

    A drafted offer has no author, one slot, and began with nobody's yes; `origin` names what drafted it, as a plain
    value that may be gone already. `kind` is the thing in common that it is meant for; none is the default, and so it
    is again in the moment that the two no longer have it in common. `moves` is the confirmed slot that the first
    confirmed alternative would replace. `key` is the form's one-time key: the same form sent twice makes one offer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(  # its index is the constraint's
        Couple, on_delete=models.CASCADE, related_name="offers", db_index=False
    )
    author = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="offers", null=True, blank=True)
    origin = models.UUIDField(null=True, blank=True)
    kind = models.ForeignKey("InCommon", on_delete=models.SET_NULL, related_name="offers", null=True, blank=True)
    moves = models.ForeignKey(
        "Slot",
        on_delete=models.CASCADE,
        related_name="move_offers",
        null=True,
        blank=True,
    )
    key = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["couple", "key"], name="offer_key_once"),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(moves__isnull=True), name="offer_draft_moves_nothing"
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(origin__isnull=True), name="offer_origin_of_drafts_only"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def calendar_kind(self) -> str:
        """What a calendar may know of its kind."""
        return self.kind.calendar_kind if self.kind else Kind.TOGETHER


class Slot(models.Model):
    """One concrete stretch of time, half-open [starts_at, ends_at) in UTC, that a couple may share.

    `couple` repeats the offer's so that the database itself can keep a couple's confirmed slots apart: an exclusion
    constraint on PostgreSQL, triggers on SQLite (see `scheduler/models/overlap.py`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # An index and a constraint below begin with these two.
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="slots", db_index=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="slots", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="slot_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("starts_at")),
                name="slot_expires_by_its_start",
            ),
            models.UniqueConstraint(fields=["offer", "starts_at", "ends_at"], name="slot_once_in_an_offer"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["couple", "starts_at"], name="slot_agenda"),
            models.Index(
                fields=["expires_at"],
                name="slot_open_expires",
                condition=Q(confirmed_at__isnull=True),
            ),
            models.Index(
                fields=["ends_at"],
                name="slot_confirmed_ends",
                condition=Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Yes(models.Model):
    """One partner's agreement to one revision of one slot. It counts only while the slot still has that revision."""

    slot = models.ForeignKey(  # its index is the constraint's
        Slot, on_delete=models.CASCADE, related_name="yeses", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="yeses")
    revision = models.PositiveIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "partner"], name="yes_once_a_partner")]

    def __str__(self) -> str:
        return str(self.pk)


class TuckedAway(models.Model):
    """An open slot that `partner` keeps out of their own sight, at this revision. Nobody else ever reads this row."""

    slot = models.ForeignKey(  # its index is the constraint's
        Slot, on_delete=models.CASCADE, related_name="tucked_away", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="tucked_away")
    revision = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "partner"], name="tucked_away_once")]

    def __str__(self) -> str:
        return str(self.pk)


class KindNote(models.Model):
    """One of the fixed warm sentences, sent back to the author of an offer; read by `recipient` for seven days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="kind_notes")
    sentence = models.CharField(max_length=20, choices=Sentence.choices)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="kind_note_age")]

    def __str__(self) -> str:
        return str(self.pk)


class Undo(models.Model):
    """What it takes to bring back a slot freed less than 60 seconds ago.

    `key_hash` lets the server tell whether the one who asks is the one who pressed; it is keyed with the server's
    secret, so the row itself says nothing about who that was. A press by the other partner deletes the row.
    `snapshot` holds the rows that went with the slot, as Django serialises them; `alone` says that no other time of
    its offer was left.
    """

    slot_id = models.UUIDField(primary_key=True)
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="undos")
    key_hash = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    was_confirmed = models.BooleanField()
    alone = models.BooleanField()
    snapshot = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="undo_expires")]

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def key_hash_for(slot_id: uuid.UUID, partner_id: uuid.UUID) -> str:
        """Return the keyed hash by which the server knows again who pressed, without any row saying so."""
        return salted_hmac("scheduler.undo", f"{slot_id}:{partner_id}", algorithm="sha256").hexdigest()

    def was_pressed_by(self, partner_id: uuid.UUID) -> bool:
        """Return whether this partner is the one who pressed."""
        return constant_time_compare(self.key_hash, self.key_hash_for(self.slot_id, partner_id))
