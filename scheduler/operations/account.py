"""The end of an account: what is shared ends as by leaving, then everything of this user is deleted."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.leftovers import forget_leftovers
from accounts.models import Letter, User
from accounts.operations import CoupleGone
from scheduler.domain.problem import Problem
from scheduler.operations.couples import leave


def delete_account(*, user: User, now: datetime) -> None:
    """Delete `user` with all their rows, letters on their way included; the partner is not told."""
    with transaction.atomic():
        partner = getattr(user, "partner", None)
        if partner is not None:
            with suppress(CoupleGone, Problem):  # the other one has left in this moment
                leave(partner=partner, tell_partner=False, now=now)
        Letter.objects.filter(recipient__iexact=user.email).delete()
        forget_leftovers(user_id=user.pk, address=user.email)
        User.objects.filter(pk=user.pk).delete()
