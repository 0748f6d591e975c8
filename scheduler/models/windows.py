"""What each partner has marked as welcome for the next draw, in private, and where each is in the weekly lane."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Partner
from scheduler.domain.windows import MOST_WINDOWS


class Window(models.Model):
    """A stretch, half-open in UTC, that `partner` would welcome; it is compared at the draw and forgotten then.

    Nobody but this partner and the draw ever reads the row. `place` holds the number of windows for one draw down,
    whatever happens at once; `shortest_minutes` is how long a time within it has to be at least.
    """

    partner = models.ForeignKey(  # its index is the constraint's
        Partner, on_delete=models.CASCADE, related_name="windows", db_index=False
    )
    draw_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    shortest_minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "draw_at", "place"], name="window_place"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_WINDOWS)), name="window_places"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(starts_at__gt=F("draw_at")), name="window_follows_its_draw"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Lane(models.Model):
    """One partner's place in the weekly lane, from their own first mark on; the other partner's row is another's.

    `draws_at` is the next draw that concerns them, `lined_up` whether something came out of the latest one: the same
    for both who have a row, and for whoever has none nothing did.
    """

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="lane")
    draws_at = models.DateTimeField()
    lined_up = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["draws_at"], name="lane_draws")]

    def __str__(self) -> str:
        return str(self.pk)
