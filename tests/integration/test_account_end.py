"""Taking one's own along, and going for good."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client

from accounts.models import Couple, Partner, User
from scheduler.models import Feed, Slot
from scheduler.operations.feeds import create_feed
from tests.cast import PASSWORD, make_user, signed_in
from tests.scenes import FRIDAY, SATURDAY, offered, planned


def proven(client: Client) -> Client:
    """Return `client` after it has shown who it is."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", ["/account/export/", "/account/delete/"])
def test_both_ask_first_who_it_is(path: str, ana_client: Client) -> None:
    """Export and delete lead to the password, and back."""
    response = ana_client.get(path)
    assert response.headers["Location"] == f"/account/reauthenticate/?next=%2Faccount%2F{path.split('/')[2]}%2F"
    assert proven(ana_client).get(path).status_code == 200


def test_the_export_holds_ones_own_rows_and_no_answer_of_the_other(
    ana: Partner, ben: Partner, ana_client: Client, now: datetime
) -> None:
    """What ben said, and that a time became a plan, stand nowhere in it; neither does the token of a feed."""
    offered(ana, FRIDAY)
    token = create_feed(user=ana.user, label="Phone", now=now)
    before = proven(ana_client).get("/account/export/").json()
    assert [row["email"] for row in before["person"]] == ["ana@example.org"]
    assert len(before["offers"]) == len(before["yeses"]) == len(before["calendars"]) == 1
    planned(ana, SATURDAY)
    after = ana_client.get("/account/export/")
    assert (after.json()["offers"], after.json()["yeses"]) == (before["offers"], before["yeses"])
    text = after.content.decode()
    for told in ("ben", "confirmed_at", str(token), str(ben.pk), str(ben.user_id)):
        assert told not in text


def test_deleting_leaves_no_row_and_the_other_in_peace(ana: Partner, ben: Partner, now: datetime) -> None:
    """Every row that names the user is gone, the couple too; ben keeps his account and can link anew."""
    planned(ana, SATURDAY)
    create_feed(user=ana.user, label="Phone", now=now)
    client = proven(signed_in(ana.user))
    assert client.post("/account/delete/").status_code == 303
    assert client.get("/link/").status_code == 302
    assert not User.objects.filter(pk=ana.user_id).exists()
    assert {Couple.objects.count(), Slot.objects.count(), Feed.objects.count()} == {0}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model in {User, Partner}:
                gone = [ana.user_id, ana.pk]
                assert not model._default_manager.filter(**{f"{field.name}__in": gone}).exists()
    assert User.objects.filter(pk=ben.user_id).exists()
    assert "ana@example.org" not in str(list(EmailAddress.objects.values()))
    assert signed_in(User.objects.get(pk=ben.user_id)).get("/link/").status_code == 200


@pytest.mark.django_db
def test_a_stale_delete_goes_on_after_the_password() -> None:
    """A form sent later than five minutes after signing in asks first, then does it."""
    client = signed_in(make_user("cleo"))
    response = client.post("/account/delete/")
    client.post(response.headers["Location"], {"password": PASSWORD, "next": "/account/delete/"})
    assert not User.objects.exists()
