"""The devices on the settings page: who gets there, what is let in, and what is said."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Partner, User
from scheduler.models import Preferences, PushDevice
from scheduler.models.push import MOST_DEVICES
from scheduler.operations.push_devices import switch_on
from scheduler.queries.export import export_of
from tests.cast import NOW, PASSWORD, signed_in
from tests.dump import dump
from tests.push_service import PushBrowser
from tests.routes import Reach, with_reach

pytestmark = pytest.mark.django_db
GOOGLE = "https://fcm.googleapis.com"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
GOOD = PushBrowser("/wp/1", GOOGLE).subscription()


def device(user: User, number: int = 1) -> PushDevice:
    """Switch a browser of this user on; returns its row."""
    subscription = PushBrowser(f"/wp/{user.pk}/{number}", GOOGLE).subscription()
    switch_on(user=user, label="Chrome, Android", now=NOW, **subscription)
    return PushDevice.objects.get(endpoint=subscription["endpoint"])


def test_a_browser_is_switched_on_and_named(ana: Partner, ana_client: Client) -> None:
    response = ana_client.post("/settings/devices/new/", GOOD, headers={"User-Agent": PHONE}, follow=True)
    assert "Done. Messages come to this device now." in response.content.decode()
    assert "Chrome, Android" in response.content.decode()
    [row] = PushDevice.objects.filter(user=ana.user)
    assert (row.endpoint, row.p256dh, row.auth) == (GOOD["endpoint"], GOOD["p256dh"], GOOD["auth"])
    assert GOOD["endpoint"] not in response.content.decode()


def test_the_same_browser_twice_is_one_device(ana: Partner, ana_client: Client) -> None:
    for _ in range(2):
        assert ana_client.post("/settings/devices/new/", GOOD).status_code == 303
    assert PushDevice.objects.filter(user=ana.user).count() == 1


def test_a_handful_of_devices_and_no_more(ana: Partner, ana_client: Client) -> None:
    for number in range(MOST_DEVICES):
        device(ana.user, number)
    response = ana_client.post("/settings/devices/new/", GOOD)
    assert response.status_code == 400
    assert "That is as many as there can be." in response.content.decode()
    for place in (1, MOST_DEVICES + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            PushDevice.objects.create(user=ana.user, place=place, created_at=NOW, **GOOD)


def test_a_browser_that_comes_back_takes_its_old_place(ana: Partner, ben: Partner, ana_client: Client) -> None:
    """By its old address if it still knows it, and without it when the place is needed; never another's."""
    rows, bens = [device(ana.user, number) for number in range(MOST_DEVICES)], device(ben.user)
    assert ana_client.post("/settings/devices/new/", GOOD | {"replaces": bens.endpoint}).status_code == 400
    assert ana_client.post("/settings/devices/new/", GOOD | {"replaces": rows[2].endpoint}).status_code == 303
    assert not PushDevice.objects.filter(pk=rows[2].pk).exists()
    PushDevice.objects.filter(pk=rows[1].pk).update(gone_at=NOW)
    other = PushBrowser("/wp/2", GOOGLE).subscription()
    assert "Switch on for this device" in ana_client.get("/settings/").content.decode()
    assert ana_client.post("/settings/devices/new/", other).status_code == 303
    assert not PushDevice.objects.filter(pk=rows[1].pk).exists()
    assert PushDevice.objects.filter(user=ana.user).count() == MOST_DEVICES
    assert PushDevice.objects.filter(pk=bens.pk).exists()


BAD_ADDRESSES = [
    "http://127.0.0.1:6379/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://example.org/push",
    "https://fcm.googleapis.com.example.org/",
    "https://evilfcm.googleapis.com@127.0.0.1/",
    "https://user:secret@fcm.googleapis.com/wp/1",
    "https://fcm.googleapis.com:6379/",
    "https://fcm.googleapis.com:99999/",
    "http://fcm.googleapis.com/wp/1",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/\r\nHost: x",
    "https://fcm.googleapis.com/#x",
    "https://fcm.googleapis.com/ü",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/",
    "//fcm.googleapis.com/",
    "https://[/",
    "https://fcm.googleapis.com/" + "x" * 5000,
    "nul\0",
    "",
]
OFF_THE_CURVE = PushBrowser("/", "").subscription()["p256dh"][:-4] + "AAAA"
BAD_KEYS = [
    {"p256dh": "A" * 5000},
    {"auth": "A" * 5000},
    {"p256dh": "not a key"},
    {"p256dh": OFF_THE_CURVE},
    {"p256dh": GOOD["p256dh"][:-2]},
    {"p256dh": "A" * 87},
    {"auth": "AAAA"},
    {"auth": "ü" * 16},
    {"auth": ""},
    {"p256dh": "\0"},
]


@pytest.mark.parametrize("bad", [{"endpoint": address} for address in BAD_ADDRESSES] + BAD_KEYS)
def test_what_no_browser_gives_is_not_let_in(bad: dict[str, str], ana_client: Client) -> None:
    before = dump()
    response = ana_client.post("/settings/devices/new/", GOOD | bad)
    assert response.status_code == 400
    assert "Please try once more, or with another browser." in response.content.decode()
    assert dump() == before


@pytest.mark.parametrize("name", with_reach(Reach.DEVICE))
def test_a_device_is_its_owners_alone(
    name: str, ana: Partner, client: Client, ana_client: Client, ben_client: Client, cleo_client: Client
) -> None:
    address = reverse(name, args=[device(ana.user).pk])
    before = dump()
    for reader in (ben_client, cleo_client):
        assert [getattr(reader, method)(address).status_code for method in ("get", "head", "post")] == [405, 405, 404]
    assert client.post(address).headers["Location"].startswith(reverse("account_login"))
    assert dump() == before
    assert ana_client.post(address).status_code == 303
    assert dump() != before


def test_the_page_says_what_became_of_a_device(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    row = device(ana.user)
    page = ana_client.get("/settings/").content.decode()
    assert "No message yet." in page
    assert "your browser must run scripts" in page
    PushDevice.objects.filter(pk=row.pk).update(last_delivered_at=NOW)
    assert "Last message: " in ana_client.get("/settings/").content.decode()
    ana_client.post(reverse("push-test", args=[row.pk]))
    assert "A test message is on its way." in ana_client.get("/settings/").content.decode()
    PushDevice.objects.filter(pk=row.pk).update(gone_at=NOW)
    page = ana_client.get("/settings/").content.decode()
    assert "This device no longer takes messages." in page
    assert ana_client.post(reverse("push-test", args=[row.pk])).status_code == 404
    assert "Chrome, Android" not in ben_client.get("/settings/").content.decode()


def test_signing_out_takes_the_device_along_that_says_so(ana: Partner, ben: Partner) -> None:
    mine, other, bens = device(ana.user), device(ana.user, 2), device(ben.user)
    for endpoint in ("", bens.endpoint, "\0", mine.endpoint):
        assert signed_in(ana.user).post("/account/logout/", {"endpoint": endpoint}).status_code == 302
    assert set(PushDevice.objects.values_list("pk", flat=True)) == {other.pk, bens.pk}


def test_a_device_goes_with_the_account_and_stays_with_its_owner(ana: Partner, ben: Partner) -> None:
    """The export tells of it, but not the address and keys, which are worth as much as a password."""
    row, bens = device(ana.user), device(ben.user)
    exported = export_of(user=ana.user)["devices"]
    assert exported == [{"label": "Chrome, Android", "created_at": NOW, "last_delivered_at": None, "gone_at": None}]
    assert row.endpoint not in str(export_of(user=ana.user))
    client = signed_in(ana.user)
    client.post("/leave/")
    assert PushDevice.objects.count() == 2
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/delete/")
    assert list(PushDevice.objects.all()) == [bens]


def test_the_ways_are_chosen_on_the_settings_page(ana: Partner, ana_client: Client) -> None:
    page = ana_client.get("/settings/").content.decode()
    ways = ("mail_reminders", "push_reminders", "push_offers", "push_changes")
    assert [way for way in ways if f'name="{way}" id="id_{way}" checked' not in " ".join(page.split())] == []
    form = {"time_zone": "Europe/Berlin", "quiet_from": "22:00", "quiet_until": "08:00", "push_changes": "on"}
    assert ana_client.post("/settings/", form).status_code == 303
    stored = Preferences.objects.get(user=ana.user)
    assert [getattr(stored, way) for way in ways] == [False, False, False, True]


def test_the_service_worker_is_never_an_old_one(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert b"notificationclick" in response.content


def test_the_page_costs_the_same_with_many_devices(ana: Partner, ana_client: Client) -> None:
    counts = []
    for number in range(3):
        device(ana.user, number)
        with CaptureQueriesContext(connection) as queries:
            ana_client.get("/settings/")
        counts.append(len(queries))
    assert counts[0] == counts[2]
