"""The pages that anybody may read."""

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.web.support_lines import support_lines


@pytest.mark.django_db
def test_the_home_page_explains_itself_and_leads_on(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "<title>Pear</title>" in page
    assert "/account/signup/" in page
    assert "/account/login/" in page
    assert "quick-exit" not in page


def test_the_help_page_names_who_can_help(client: Client, ana_client: Client) -> None:
    for someone in (client, ana_client):
        page = someone.get("/help/").content.decode()
        assert "If saying no does not feel safe, this is not the right tool. These people can help." in page
        assert 'href="tel:116016"' in page
        assert "It's a plan, not a promise." in page


@pytest.mark.django_db
def test_the_host_sets_the_lines(client: Client, settings: Settings) -> None:
    settings.SUPPORT_LINES = [
        {"name": "Listening & more", "phone": "+41 44 000 00 00", "url": "javascript:alert(1)"},
        {"country": "Here", "name": "Second", "url": "https://www.example.org/x"},
        {"phone": "no name, no line"},
        "not a line",
    ]
    page = client.get("/help/").content.decode()
    assert "Listening &amp; more" in page
    assert 'href="tel:+41440000000"' in page
    assert "example.org</a>" in page
    assert "javascript:" not in page
    assert "116 016" not in page
    assert len(support_lines()) == 2


@pytest.mark.parametrize("path", ["/settings/", "/leave/", "/help/", "/"])
def test_the_quick_exit_is_the_first_thing_to_reach(ana_client: Client, path: str) -> None:
    body = ana_client.get(path).content.decode().split("<body>")[1]
    first_link, first_button = body.index("<a "), body.index("<button")
    assert first_button < first_link
    assert "Leave this page" in body[first_button:first_link]
