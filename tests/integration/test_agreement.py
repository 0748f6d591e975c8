"""The agreement to storing private things: taken back at one press, it leaves an empty account."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Couple, Invitation, Letter, Partner, User
from scheduler.models import Feed, Preferences
from scheduler.operations.agreement import withdraw_agreement
from scheduler.operations.feeds import create_feed
from scheduler.web.agreement import OPEN
from tests.cast import signed_in
from tests.routes import Reach, with_reach
from tests.scenes import FRIDAY, SATURDAY, offered, planned


def test_taking_it_back_deletes_what_was_entered_and_tells_nobody(
    ana: Partner, ben: Partner, ana_client: Client, ben_client: Client, now: dt.datetime
) -> None:
    planned(ana, FRIDAY)
    offered(ana, SATURDAY)
    token = create_feed(user=ana.user, label="Phone", now=now)
    ana_client.post(reverse("settings"), {})
    Preferences.objects.create(user=ana.user, partner_label="canary")
    answer = ana_client.post(reverse("agreement-withdraw"))
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("agreement"))
    user = User.objects.get(pk=ana.user_id)
    assert (user.name, user.consent_version, user.consented_at) == ("", "", None)
    assert not Couple.objects.exists()
    assert not Preferences.objects.filter(user=user).exists()
    assert not Letter.objects.filter(recipient=ben.user.email).exists()
    assert Feed.objects.get(user=user).ended_at == now
    assert ana_client.get(f"/cal/{token}.ics").content.count(b"BEGIN:VEVENT") == 1
    assert ana_client.post(reverse("agreement-withdraw")).status_code == 303
    assert ben_client.get("/").status_code == 200


@pytest.mark.parametrize("name", with_reach(Reach.OWN))
def test_without_it_no_page_shows_or_takes_private_things(name: str, cleo: User, cleo_client: Client) -> None:
    User.objects.filter(pk=cleo.pk).update(consented_at=None)
    for method in (cleo_client.get, cleo_client.post):
        answer = method(reverse(name))
        led_on = answer.status_code == 303 and answer.headers["Location"] == reverse("agreement")
        assert led_on or name in OPEN or reverse(name).startswith("/account/"), name
    assert not Invitation.objects.exists()


def test_it_is_given_again_by_a_box_that_nobody_ticked_before(cleo: User, now: dt.datetime) -> None:
    withdraw_agreement(user=cleo, now=now)
    client = signed_in(cleo)
    page = client.get(reverse("agreement")).content.decode()
    assert 'type="checkbox"' in page
    assert "checked" not in page
    assert client.post(reverse("agreement")).status_code == 422
    assert client.post(reverse("agreement"), {"consent": "on"}).status_code == 303
    assert User.objects.get(pk=cleo.pk).consented_at is not None
    assert "It stands." in client.get(reverse("agreement")).content.decode()
    assert client.get("/").status_code == 200


def test_silence_is_one_press(ana: Partner, ana_client: Client) -> None:
    planned(ana, FRIDAY)
    assert ana_client.post(reverse("quiet")).status_code == 303
    chosen = Preferences.objects.get(user=ana.user)
    assert chosen.reminder_leads == []
    assert not any(value for value in vars(chosen).values() if value is True)
    assert not ana.notices.filter(kind="reminder", state="pending").exists()
