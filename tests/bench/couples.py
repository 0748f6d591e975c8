"""Couples as people have them, made through the operations; `django.setup()` has been called before this is loaded."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.test import Client

from accounts.models import Partner, User
from tests.cast import make_couple
from tests.scenes import offered, planned

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def somebody(*, now: datetime) -> User:
    """Make a user who has agreed to everything, and who signs in by mailed code."""
    return User.objects.create_user(
        f"{uuid4()}@example.org",
        time_zone="Europe/Berlin",
        consent_version=settings.CONSENT_VERSION,
        consented_at=now,
        adult_stated_at=now,
    )


def linked(*, now: datetime) -> tuple[Partner, Partner]:
    """Make two people and link them."""
    return make_couple(somebody(now=now), somebody(now=now), at=now)


def with_six_times(*, now: datetime) -> tuple[Partner, Partner]:
    """Make a couple with two plans, two times open to the first of them, and two open to the second."""
    one, other = linked(now=now)
    evening = (now + DAY).replace(hour=19, minute=0, second=0, microsecond=0)
    for days in (0, 3):
        planned(one, evening + days * DAY, now=now)
    offered(one, evening + 5 * DAY, evening + 6 * DAY, now=now)
    offered(other, evening + 8 * DAY, evening + 9 * DAY, now=now)
    return one, other


def cookies_of(user: User) -> str:
    """Sign `user` in; returns what a browser of theirs would send as its cookies."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    sent = {name: morsel.value for name, morsel in client.cookies.items()}
    return "; ".join(f"{name}={value}" for name, value in {**sent, settings.CSRF_COOKIE_NAME: "c" * 32}.items())
