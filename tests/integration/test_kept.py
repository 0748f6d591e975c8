"""What Pear lets a browser keep: when something is planned, as long as it would not lock, and never anybody else's."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner, User
from tests.cast import PASSWORD, signed_in
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, offered, planned

pytestmark = pytest.mark.django_db
KEEPER = re.compile(r'data-keeper="(\w+)"')
SIGN_IN = "/account/login/?next="


def keeper_of(client: Client, path: str = "/help/") -> str:
    """Return the name under which a page has the browser keep what was typed; empty where it keeps nothing."""
    found = KEEPER.search(client.get(path).content.decode())
    return found.group(1) if found else ""


@pytest.mark.usefixtures("clock")
def test_days_and_times_of_plans_are_kept_and_nothing_else(ana: Partner, ana_client: Client) -> None:
    planned(ana, FRIDAY)
    offered(ana, SATURDAY)
    page = ana_client.get("/kept/").content.decode()
    assert "Friday, 6 March, 20:00–22:00" in page  # noqa: RUF001  (a span takes an en dash)
    assert "Saturday" not in page
    assert "<title>Calendar</title>" in page
    for telling in ("csrf", "Together", "Ben", "/times/", "script"):
        assert telling not in page


def test_a_time_that_is_free_again_is_not_kept(
    ana: Partner, ana_client: Client, clock: time_machine.Traveller
) -> None:
    slot = planned(ana, FRIDAY)
    ana_client.post(f"/times/{slot.pk}/free/")
    assert "Friday" not in ana_client.get("/kept/").content.decode()
    planned(ana, SUNDAY)
    clock.move_to(SUNDAY + dt.timedelta(days=1))
    assert "Sunday" not in signed_in(ana.user).get("/kept/").content.decode()


@pytest.mark.usefixtures("clock")
def test_nobody_else_gets_it(ana: Partner, client: Client, cleo: User) -> None:
    planned(ana, FRIDAY)
    assert client.get("/kept/").headers["Location"] == f"{SIGN_IN}/kept/"
    assert "Friday" not in signed_in(cleo).get("/kept/").content.decode()


@pytest.mark.parametrize(("lock", "seconds"), [(15, 15 * 60), (60, 3600), (0, 7 * 24 * 3600)])
def test_it_is_kept_as_long_as_pear_does_not_lock(
    ana: Partner, clock: time_machine.Traveller, lock: int, seconds: int
) -> None:
    User.objects.filter(pk=ana.user_id).update(lock_minutes=lock)
    ana.refresh_from_db()
    client = signed_in(ana.user)
    assert client.get("/kept/").headers["Kept-For"] == str(seconds)
    clock.shift(61 * 60)
    assert ("Kept-For" in client.get("/kept/").headers) is (lock == 0)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("plans", [1, 3])
def test_it_costs_the_same_however_much_is_planned(
    ana: Partner, ana_client: Client, plans: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for start in (FRIDAY, SATURDAY, SUNDAY)[:plans]:
        planned(ana, start)
    ana_client.get("/kept/")
    with django_assert_num_queries(4):
        ana_client.get("/kept/")


def test_without_a_network_everybody_reads_the_same(client: Client, ana_client: Client) -> None:
    page = client.get("/offline/").content
    assert b"You are offline" in page
    assert ana_client.get("/offline/").content == page
    assert b"Du bist offline" in client.get("/offline/", headers={"accept-language": "de"}).content


def test_what_is_typed_is_kept_under_a_name_that_tells_nothing(ana: Partner, ben: Partner, cleo: User) -> None:
    names = [keeper_of(signed_in(user)) for user in (ana.user, ben.user, cleo)]
    assert len(set(names)) == 3
    assert names[0] == keeper_of(signed_in(ana.user), "/settings/")
    assert re.fullmatch(r"[0-9a-f]{16}", names[0])


def test_no_page_of_a_signed_out_or_locked_session_keeps_anything(
    client: Client, ana: Partner, clock: time_machine.Traveller
) -> None:
    User.objects.filter(pk=ana.user_id).update(lock_minutes=15)
    ana.refresh_from_db()
    locked = signed_in(ana.user)
    clock.shift(16 * 60)
    for someone in (client, locked):
        assert keeper_of(someone) == ""
        assert keeper_of(someone, "/account/login/") == ""
    assert locked.get("/kept/").headers["Location"].startswith("/account/reauthenticate/")


@pytest.mark.parametrize(
    ("path", "form"),
    [("/account/logout/", {}), ("/account/sign-in/devices/end/", {"here": "1"}), ("/account/delete/", {})],
)
def test_whoever_signs_out_leaves_nothing_in_the_browser(ana: Partner, path: str, form: dict[str, str]) -> None:
    client = Client()
    client.post("/account/login/", {"login": ana.user.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert "Clear-Site-Data" not in client.get("/settings/").headers
    answer = client.post(path, form)
    assert answer.status_code in {302, 303}
    assert answer.headers["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/room/?x=1#top", "/room/%3Fx%3D1"),
        ("http://evil.example/room/", "/room/change/"),
        ("https://testserver/room/", "/room/change/"),
        ("", "/room/change/"),
        ("//testserver//evil.example", "/room/change/"),
    ],
)
def test_who_was_signed_out_over_a_form_comes_back_to_its_page(client: Client, page: str, back: str) -> None:
    answer = client.post("/room/change/", headers={"referer": page})
    assert answer.headers["Location"] == SIGN_IN + back


@pytest.mark.parametrize("referer", ["http://[", "http://testserver", "https://elsewhere.example/", "\x00", "//"])
def test_a_form_that_comes_from_nowhere_leads_back_to_its_own_address(client: Client, db: None, referer: str) -> None:  # noqa: ARG001
    answer = client.post("/settings/", headers={"referer": referer})
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/settings/")
