"""The attacks of `python -m tests.faults.attack` in brief, on either engine and without a server in front."""

import pytest
from pytest_django import Settings

from tests.faults.attack import attack, report
from tests.faults.attack_scene import make_scene
from tests.faults.visitor import inside
from tests.services import Inbox

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def test_everything_is_refused_and_the_couple_is_as_it_was(smtp_sink: Inbox, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    scene = make_scene(inside(), smtp_sink, quick=True)
    assert report(attack(scene)) == 0
