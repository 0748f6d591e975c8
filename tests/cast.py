"""The people of the tests: ana and ben are a couple, dora and eli another, and cleo is linked to nobody.

Loaded by tests/conftest.py once Django stands. Rows are made directly here; everything that the couples share is
made through the operations, by the factories of tests/scenes.py.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.middleware import zone_of
from accounts.models import Couple, Partner, User
from accounts.zones import common_zone
from scheduler.web.feed import MISSES

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
PASSWORD = "quiet-harbour-lantern-47"


def make_user(name: str, *, time_zone: str = "Europe/Berlin", at: dt.datetime = NOW) -> User:
    """Make a user called `name` with a verified address, both statements made, PASSWORD, and sessions that never lock.

    They have closed the first steps. Tests move the clock by days; what locks and when is held by tests of its own.
    """
    user = User.objects.create_user(
        f"{name}@example.org",
        PASSWORD,
        name=name.title(),
        time_zone=time_zone,
        consent_version=settings.CONSENT_VERSION,
        consented_at=at,
        adult_stated_at=at,
        date_joined=at,
        lock_minutes=0,
        shows_first_steps=False,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_couple(one: User, other: User, *, at: dt.datetime = NOW) -> tuple[Partner, Partner]:
    """Link two users; returns their seats in the order given."""
    zone = common_zone([zone_of(one), zone_of(other)], at=at)
    couple = Couple.objects.create(created_at=at, zone=zone)
    first = Partner.objects.create(couple=couple, user=one, seat=1)
    return first, Partner.objects.create(couple=couple, user=other, seat=2)


def signed_in(user: User, *, client: Client | None = None) -> Client:
    """Return a client that is signed in as `user`."""
    client = client or Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def now() -> dt.datetime:
    """The moment at which the tests begin: Monday, 2 March 2026, 09:00 UTC (10:00 in Berlin, 04:00 in New York)."""
    return NOW


@pytest.fixture
def clock(now: dt.datetime) -> Iterator[time_machine.Traveller]:
    """The process's clock, standing still at `now`; move it with `clock.shift(seconds)` or `clock.move_to(moment)`.

    The database's own clock does not follow.
    """
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ana_and_ben(db: None) -> tuple[Partner, Partner]:  # noqa: ARG001
    """The couple."""
    return make_couple(make_user("ana"), make_user("ben", time_zone="America/New_York"))


@pytest.fixture
def ana(ana_and_ben: tuple[Partner, Partner]) -> Partner:
    """Ana's seat; she lives in Berlin."""
    return ana_and_ben[0]


@pytest.fixture
def ben(ana_and_ben: tuple[Partner, Partner]) -> Partner:
    """Ben's seat; he lives in New York."""
    return ana_and_ben[1]


@pytest.fixture
def couple(ana: Partner) -> Couple:
    """The couple's row."""
    return ana.couple


@pytest.fixture
def cleo(db: None) -> User:  # noqa: ARG001
    """The outsider, linked to nobody."""
    return make_user("cleo")


@pytest.fixture
def dora_and_eli(db: None) -> tuple[Partner, Partner]:  # noqa: ARG001
    """Another couple."""
    return make_couple(make_user("dora"), make_user("eli"))


@pytest.fixture
def dora(dora_and_eli: tuple[Partner, Partner]) -> Partner:
    """A partner of another couple."""
    return dora_and_eli[0]


@pytest.fixture
def eli(dora_and_eli: tuple[Partner, Partner]) -> Partner:
    """Dora's partner."""
    return dora_and_eli[1]


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:  # noqa: ARG001
    """Sign a user in, at whatever time the clock shows."""
    return signed_in


@pytest.fixture
def ana_client(ana: Partner, clock: time_machine.Traveller) -> Client:  # noqa: ARG001
    """Ana, signed in, with the clock at `now`."""
    return signed_in(ana.user)


@pytest.fixture
def ben_client(ben: Partner, clock: time_machine.Traveller) -> Client:  # noqa: ARG001
    """Ben, signed in, with the clock at `now`."""
    return signed_in(ben.user)


@pytest.fixture
def cleo_client(cleo: User, clock: time_machine.Traveller) -> Client:  # noqa: ARG001
    """Cleo, signed in, with the clock at `now`."""
    return signed_in(cleo)


@pytest.fixture
def dora_client(dora: Partner, clock: time_machine.Traveller) -> Client:  # noqa: ARG001
    """Dora, signed in, with the clock at `now`."""
    return signed_in(dora.user)


@pytest.fixture(autouse=True)
def _misses_are_forgotten() -> None:
    """Let no test begin with the feed misses of another: the clocks of many stand at one and the same minute."""
    MISSES.clear()
