"""When the database is away or busy: a page that says so, and a way out that needs no database."""

from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from accounts.views import link


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
