"""A break and leaving: one press, at once, no reason, and friendly when pressed again."""

import pytest
from django.test import Client

from accounts.models import Couple, Letter, Partner


def test_a_break_begins_and_ends_with_one_press(ana_client: Client, ana: Partner, ben: Partner) -> None:
    for on in (True, False):
        response = ana_client.post("/settings/break/", {"on": "1" if on else "0"})
        assert (response.status_code, response["Location"]) == (303, "/settings/")
        ana.refresh_from_db()
        ben.refresh_from_db()
        assert (ana.on_break, ben.on_break) == (on, False)


def test_the_settings_say_what_the_break_is(ana_client: Client) -> None:
    assert "Take a break from invitations. Nobody is told." in ana_client.get("/settings/").content.decode()
    ana_client.post("/settings/break/", {"on": "1"})
    assert "End the break" in ana_client.get("/settings/").content.decode()


@pytest.mark.parametrize(("typed", "letters"), [({}, 0), ({"tell": "1"}, 1)])
def test_leaving_is_one_press_and_tells_only_when_wished(
    ana_client: Client, typed: dict[str, str], letters: int
) -> None:
    response = ana_client.post("/leave/", typed)
    assert (response.status_code, response["Location"]) == (303, "/")
    assert not Couple.objects.exists()
    assert Letter.objects.filter(recipient="ben@example.org").count() == letters


def test_the_page_asks_nothing_and_ticks_nothing(ana_client: Client) -> None:
    page = ana_client.get("/leave/").content.decode()
    assert "Unlink now. This takes effect at once. Your partner won't be e-mailed." in page
    assert "checked" not in page
    assert 'type="password"' not in page
    assert Couple.objects.count() == 1


def test_leaving_again_or_unlinked_is_friendly(ana_client: Client, ben_client: Client, cleo_client: Client) -> None:
    for client in (ana_client, ana_client, ben_client, cleo_client):
        assert client.post("/leave/").status_code == 303
        assert client.post("/settings/break/", {"on": "1"}).status_code == 303
        assert "linked with anyone" in client.get("/leave/").content.decode()


def test_getting_the_break_changes_nothing(ana_client: Client) -> None:
    assert ana_client.get("/settings/break/").status_code == 405
