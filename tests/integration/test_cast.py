"""The cast itself: two couples and an outsider, on the engine that was asked for."""

import datetime as dt

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Couple, Partner, User


def test_the_engine_is_the_one_asked_for(db: None, engine: str) -> None:  # noqa: ARG001
    assert connection.vendor == engine


def test_two_couples_and_an_outsider(ana: Partner, ben: Partner, cleo: User, dora: Partner, couple: Couple) -> None:
    assert ana.couple == ben.couple == couple != dora.couple
    assert {ana.seat, ben.seat} == {1, 2}
    assert not Partner.objects.filter(user=cleo).exists()


def test_a_signed_in_client_reads_the_clock_of_the_cast(ana_client: Client, now: dt.datetime) -> None:
    assert timezone.now() == now
    assert ana_client.session["_auth_user_id"]
