"""The agreement to storing what is entered here (GDPR, Article 9): taken back with one key, given again by oneself."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q

from accounts.linking import end_pairing, revoke_invitation
from accounts.models import User
from scheduler.domain.problem import Problem
from scheduler.models import Feed
from scheduler.operations.couples import leave
from scheduler.operations.feeds import end_feeds


def withdraw_agreement(*, user: User, now: datetime) -> None:
    """Delete at once all that `user` entered, and end what they share; the partner is not told.

    The account stays, empty, until its owner agrees again or deletes it. Feeds keep nothing but their neutral entry.
    """
    with transaction.atomic():
        _leave_quietly(user, now)
        revoke_invitation(user=user)
        end_pairing(user=user)
        end_feeds(user_ids=[user.pk], now=now)
        for model, relation in _theirs():
            model._default_manager.filter(**{relation: user.pk}).delete()  # noqa: SLF001  (public by its documentation)
        User.objects.filter(pk=user.pk).update(name="", consent_version="", consented_at=None)


def give_agreement(*, user: User, now: datetime) -> None:
    """Keep that `user` agrees to the words as they stand now. Saying it again changes nothing."""
    missing = Q(consented_at__isnull=True) | ~Q(consent_version=settings.CONSENT_VERSION)
    User.objects.filter(missing, pk=user.pk).update(consent_version=settings.CONSENT_VERSION, consented_at=now)


def _leave_quietly(user: User, now: datetime) -> None:
    partner = getattr(user, "partner", None)
    if partner is not None:
        with suppress(Problem):  # the other one has left in this moment
            leave(partner=partner, tell_partner=False, now=now)


def _theirs() -> Iterator[tuple[type[Model], str]]:
    """Yield every model of the scheduler that belongs to one user, with its way to them: a new one is among them."""
    for model in apps.get_app_config("scheduler").get_models():
        for field in model._meta.fields:  # noqa: SLF001  (public by its documentation)
            if field.related_model is User and model is not Feed:
                yield model, field.name
