"""The settings of sending: what an operator may say, and a plain sentence for what cannot be."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.env import rising_seconds, seconds_between


def test_what_nobody_sets_is_the_default() -> None:
    assert (settings.DELIVERY_LEASE_SECONDS, settings.EMAIL_TIMEOUT, settings.DELIVERY_RUN_SECONDS) == (120, 10, 8)
    assert settings.DELIVERY_BACK_OFF_SECONDS == (30, 120, 600, 1800, 3600)


def test_a_lease_outlives_the_worst_send() -> None:
    limits = (settings.EMAIL_TIMEOUT, settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT)
    assert (*limits, settings.DELIVERY_LEASE_SECONDS) == (10, 45, 60, 120)


@pytest.mark.parametrize("value", ["7", "3601", "-1"])
def test_a_lease_that_cannot_be_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERY_LEASE_SECONDS", value)
    with pytest.raises(ImproperlyConfigured, match="DELIVERY_LEASE_SECONDS must be between 8 and 3600 seconds"):
        seconds_between("DELIVERY_LEASE_SECONDS", default=120, least=8, most=3600)


@pytest.mark.parametrize("value", ["1,2,3,4", "5,4,3,2,1", "0,1,2,3,4", "1,2,2,3,4"])
def test_waits_that_do_not_grow_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAITS", value)
    with pytest.raises(ImproperlyConfigured, match="WAITS must be 5 growing numbers of seconds, such as 1,2,3,4,5"):
        rising_seconds("WAITS", default=(1, 2, 3, 4, 5))


def test_waits_may_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAITS", "1,2,4")
    assert rising_seconds("WAITS", default=(10, 20, 30)) == (1, 2, 4)
