"""Whether somebody's plans reach a calendar on two ways, where each would stand twice."""

from accounts.models import User
from scheduler.models import Feed, Preferences


def fetches_plans(user: User) -> bool:
    """Return whether a calendar program has come for one of the user's live feeds."""
    return Feed.objects.filter(user=user, ended_at=None, last_fetched_at__isnull=False).exists()


def gets_calendar_mails(user: User) -> bool:
    """Return whether the user's plans come as invitations by mail."""
    stored = Preferences.objects.filter(user=user).first()
    return stored is not None and stored.wants_calendar_mails
