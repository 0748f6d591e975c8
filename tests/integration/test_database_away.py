"""When the database is away or busy: a page that says so, and a way out that needs no database."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from accounts.models import Couple, Partner
from accounts.views import link
from tests.cast import PASSWORD
from tests.scenes import FRIDAY, planned


def away(*_: Any) -> NoReturn:
    """Answer every query as a database does that is not there."""
    raise OperationalError


@pytest.mark.parametrize("path", ["/link/", "/settings/", "/"])
def test_a_page_says_try_again(path: str, ana_client: Client) -> None:
    """503 with a time to come back after, also when the first thing to fail is looking up who asks."""
    ana_client.raise_request_exception = False
    with connection.execute_wrapper(away):
        response = ana_client.get(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert ana_client.get(path).status_code == 200


def uncounted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Answer every query but those about the counts that limit how often one may try."""
    if '"cache"' in sql:
        raise OperationalError
    return execute(sql, *rest)


def test_without_the_counts_nobody_may_guess_and_everything_that_closes_goes_on(
    client: Client, ana: Partner, ana_client: Client
) -> None:
    """A sign-in that could not be counted is not tried: 503 and not 500. Freeing and leaving count nothing."""
    plan = planned(ana, FRIDAY)
    client.raise_request_exception = False
    with connection.execute_wrapper(uncounted):
        form = {"login": "ana@example.org", "password": PASSWORD, "email": "ana@example.org"}
        for door in ("/account/login/", "/account/login/code/", "/account/password/reset/"):
            assert client.post(door, form).status_code == 503, door
        assert ana_client.post(reverse("time-free", args=[plan.pk])).status_code == 200
        assert ana_client.post(reverse("leave")).status_code == 303
    assert client.get("/link/").status_code == 302
    assert not Couple.objects.exists()


def test_quick_exit_still_leads_away(ana_client: Client) -> None:
    """The browser forgets its key, and the person is elsewhere."""
    with connection.execute_wrapper(away):
        response = ana_client.post("/away/")
    assert (response.status_code, response.headers["Location"]) == (303, settings.QUICK_EXIT_URL)
    assert "cookies" in response.headers["Clear-Site-Data"]
    assert ana_client.get("/link/").status_code == 302


def test_what_nobody_expected_is_a_friendly_page(ana_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """500, with words for people and without a trace."""
    monkeypatch.delattr(link, "link_view")
    ana_client.raise_request_exception = False
    response = ana_client.get("/link/")
    assert response.status_code == 500
    assert "link_view" not in response.content.decode()
