"""Rhythms: what drafts times week by week, and what one of the two has proposed to let do so."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Couple, Partner
from scheduler.domain.rhythm import Pattern


class Rhythm(models.Model):
    """One pattern of a couple. With a `proposer` it is that partner's proposal; without, both have said yes to it.

    A changed pattern is a new row, so that a yes counts for exactly what was seen. `away` says that the other partner
    keeps a proposal out of their own sight; nobody else ever reads it. `ends_at` is when a proposal fades, or the last
    time of a trial is over; None: it goes on until one of the two stops it. `draft_at` is when the occurrence on
    `next_on` is to be drafted; None while it is proposed, and once a trial has no more before `until_on`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="rhythms")
    proposer = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="rhythm", null=True, blank=True)
    away = models.BooleanField(default=False)
    weeks = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    at = models.TimeField()
    zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField()
    trial = models.BooleanField()
    ends_at = models.DateTimeField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    next_on = models.DateField(null=True, blank=True)
    draft_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["couple"], condition=Q(proposer__isnull=True), name="rhythm_once_a_couple"
            ),
            models.CheckConstraint(condition=Q(weeks__in=[1, 2]), name="rhythm_weekly_or_fortnightly"),
            models.CheckConstraint(
                condition=Q(proposer__isnull=True) | Q(ends_at__isnull=False, draft_at__isnull=True),
                name="rhythm_proposal_fades_and_drafts_nothing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["draft_at"], name="rhythm_to_draft", condition=Q(draft_at__isnull=False)),
            models.Index(fields=["ends_at"], name="rhythm_ends", condition=Q(ends_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pattern(self) -> Pattern:
        """The pattern as the rules see it."""
        length = dt.timedelta(minutes=self.minutes)
        return Pattern(
            weeks=self.weeks, first_on=self.first_on, at=self.at, zone=self.zone, length=length, trial=self.trial
        )
