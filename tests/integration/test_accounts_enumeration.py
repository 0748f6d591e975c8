"""Known and unknown addresses cannot be told apart: same status, same way on, same page, comparable time."""

import re
import statistics
import time

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Letter
from tests.cast import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

SIGNUP = {"password1": PASSWORD, "adult": "on", "consent": "on"}
DOORS = {
    "sign-up": ("/account/signup/", SIGNUP),
    "code": ("/account/login/code/", {}),
    "reset": ("/account/password/reset/", {}),
    "sign-in": ("/account/login/", {"password": "not-the-right-one-at-all"}),
}


def answers(path: str, form: dict[str, str], address: str) -> list[tuple[int, str, bytes]]:
    """Send the form and follow where it leads; returns status, place and page of each step, without tokens."""
    client, steps = Client(), []
    response = client.post(path, form | {"email": address, "login": address})
    for _ in range(3):
        page = re.sub(rb'csrfmiddlewaretoken" value="[^"]+"', b"", response.content).replace(address.encode(), b"@")
        steps.append((response.status_code, response.headers.get("Location", ""), page))
        if "Location" not in response.headers:
            break
        response = client.get(response.headers["Location"])
    return steps


@pytest.mark.parametrize("door", DOORS)
def test_known_and_unknown_addresses_get_the_same_answer(door: str) -> None:
    """Byte for byte; and where mail answers, both get one letter."""
    ana, path, form = make_user("ana"), *DOORS[door]
    assert answers(path, form, ana.email) == answers(path, form, "who@example.org")
    if door != "sign-in":
        assert Letter.objects.filter(recipient=ana.email).count() == 1
        assert Letter.objects.filter(recipient="who@example.org").count() == 1


@pytest.mark.parametrize("door", DOORS)
def test_known_and_unknown_addresses_take_as_long(door: str, settings: object) -> None:
    """With the password hash of production, the medians differ by less than 50 ms.

    Counted is the time that the thread computes, whatever else this machine does meanwhile: mail servers are not
    waited for (mails are rows), so that what is left to differ is hashing.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]  # type: ignore[attr-defined]
    path, form = DOORS[door]
    users = [make_user(f"u{number}") for number in range(7)]
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number, user in enumerate(users):
        for known, address in ((True, user.email), (False, f"n{number}@example.org")):
            cache.clear()
            start = time.thread_time()
            Client().post(path, form | {"email": address, "login": address})
            spent[known].append(time.thread_time() - start)
    usual, other = statistics.median(spent[True]), statistics.median(spent[False])
    slow = 0.2 * usual  # on a machine on which one hash alone takes longer than a quarter of a second
    assert abs(usual - other) < max(0.05, slow)
