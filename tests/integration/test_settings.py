"""The settings page: what it stores, what it kindly refuses, and that it is one's own."""

import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from accounts.models import Partner, User
from scheduler.models.notice import Notice
from scheduler.models.preferences import Preferences
from tests.scenes import planned

GOOD = {
    "name": "Ana Q.",
    "time_zone": "Asia/Kathmandu",
    "language": "",
    "cover_title": "Yoga",
    "partner_label": "B.",
    "reminder_leads": ["15m", "evening_before"],
    "quiet_from": "23:30",
    "quiet_until": "07:15",
    "mail_changes": "on",
    "mail_reminders": "on",
}


def preferences_of(user: User) -> Preferences:
    return Preferences.objects.get(user=user)


def test_everything_is_stored_and_shown_again(ana_client: Client, ana: Partner, now: datetime.datetime) -> None:
    response = ana_client.post("/settings/", GOOD)
    assert (response.status_code, response["Location"]) == (303, "/settings/")
    ana.user.refresh_from_db()
    assert (ana.user.name, ana.user.time_zone, ana.user.language) == ("Ana Q.", "Asia/Kathmandu", "")
    stored = preferences_of(ana.user)
    assert (stored.cover_title, stored.partner_label) == ("Yoga", "B.")
    assert stored.reminder_leads == ["15m", "evening_before"]
    assert (stored.quiet_from, stored.quiet_until) == (datetime.time(23, 30), datetime.time(7, 15))
    assert (stored.mail_offers, stored.mail_changes) == (False, True)
    assert stored.changed_at == now
    page = ana_client.get("/settings/").content.decode()
    assert all(text in page for text in ("Ana Q.", "Asia/Kathmandu", "Yoga", "23:30", "07:15", "Saved."))


def test_a_user_without_a_row_is_shown_the_defaults_and_gets_no_row_by_looking(ana_client: Client) -> None:
    page = ana_client.get("/settings/").content.decode()
    assert 'value="22:00"' in page
    assert 'value="2h"' in page
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("zone", ["../../etc/passwd", "A" * 300, "UTC+99", "", "Europe/Berlin\x00", "<script>"])
def test_a_zone_that_is_none_is_refused_kindly(ana_client: Client, ana: Partner, zone: str) -> None:
    response = ana_client.post("/settings/", GOOD | {"time_zone": zone})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert "Yoga" in page
    assert "Ana Q." in page
    ana.user.refresh_from_db()
    assert ana.user.time_zone == "Europe/Berlin"
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("auckland", "Pacific/Auckland"),
        ("america/new york", "America/New_York"),
        (" Lord Howe ", "Australia/Lord_Howe"),
    ],
)
def test_a_zone_may_be_typed_as_a_city_in_any_case(ana_client: Client, ana: Partner, typed: str, stored: str) -> None:
    assert ana_client.post("/settings/", GOOD | {"time_zone": typed}).status_code == 303
    ana.user.refresh_from_db()
    assert ana.user.time_zone == stored


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"quiet_from": "25:61"},
        {"quiet_until": ""},
        {"reminder_leads": ["15m", "2h", "same_morning"]},
        {"reminder_leads": ["1e12"]},
        {"language": "xx"},
        {"name": "n" * 61},
        {"cover_title": "c" * 5000},
    ],
)
def test_what_is_not_in_shape_is_refused_and_everything_typed_is_kept(
    ana_client: Client, wrong: dict[str, object]
) -> None:
    response = ana_client.post("/settings/", GOOD | {"partner_label": "my <b>dear</b> {{7*7}}"} | wrong)
    assert response.status_code == 422
    page = response.content.decode()
    assert "my &lt;b&gt;dear&lt;/b&gt; {{7*7}}" in page
    assert "everything you typed is still here" in page
    assert not Preferences.objects.exists()


def test_no_reminder_is_a_choice(ana_client: Client, ana: Partner) -> None:
    typed = {key: value for key, value in GOOD.items() if key != "reminder_leads"}
    assert ana_client.post("/settings/", typed).status_code == 303
    assert preferences_of(ana.user).reminder_leads == []


def test_control_characters_are_stripped_and_joiners_stay(ana_client: Client, ana: Partner) -> None:
    family = "👩‍👩‍👧"
    typed = GOOD | {"name": "A\x00n\x1ba", "cover_title": "Yo\r\nga\u202e \u2028x", "partner_label": family}
    assert ana_client.post("/settings/", typed).status_code == 303
    ana.user.refresh_from_db()
    stored = preferences_of(ana.user)
    assert (ana.user.name, stored.cover_title, stored.partner_label) == ("Ana", "Yo ga x", family)


def test_calendar_clients_hear_of_the_cover_title_only(
    ana_client: Client, ana: Partner, clock: Traveller, now: datetime.datetime
) -> None:
    ana_client.post("/settings/", GOOD)
    clock.shift(60)
    ana_client.post("/settings/", GOOD | {"reminder_leads": ["2h"]})
    assert preferences_of(ana.user).changed_at == now
    ana_client.post("/settings/", GOOD | {"cover_title": "Pottery"})
    assert preferences_of(ana.user).changed_at == now + datetime.timedelta(seconds=60)


def test_new_leads_move_the_reminders_of_plans(ana_client: Client, ana: Partner, ben: Partner) -> None:
    planned(ana)
    ana_client.post("/settings/", GOOD | {"time_zone": "Europe/Berlin", "reminder_leads": ["15m"]})
    waiting = Notice.objects.filter(kind=Notice.Kind.REMINDER, state=Notice.State.PENDING)
    assert set(waiting.filter(recipient=ana).values_list("lead", flat=True)) == {"15m"}
    assert set(waiting.filter(recipient=ben).values_list("lead", flat=True)) == {"2h"}


def test_nobody_changes_another_ones_settings(cleo_client: Client, cleo: User, ana: Partner) -> None:
    typed = GOOD | {"user": str(ana.user_id), "id": str(ana.user_id), "email": "ana@example.org"}
    assert cleo_client.post("/settings/", typed).status_code == 303
    assert list(Preferences.objects.values_list("user_id", flat=True)) == [cleo.pk]
    ana.user.refresh_from_db()
    assert ana.user.time_zone == "Europe/Berlin"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings/", "/leave/"])
def test_signed_out_leads_to_the_sign_in(client: Client, path: str) -> None:
    for response in (client.get(path), client.post(path, GOOD)):
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


def test_the_page_of_an_unlinked_user_has_no_break_and_nothing_to_unlink(cleo_client: Client) -> None:
    page = cleo_client.get("/settings/").content.decode()
    assert "Take a break" not in page
    assert "Unlink now" not in page


def test_reading_the_settings_costs_few_queries(
    ana_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        ana_client.get("/settings/")
