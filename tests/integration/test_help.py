"""The pages that anybody may read."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.web.support_lines import DEFAULTS, support_lines


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
        assert '<a dir="ltr" href="tel:116016">' in page  # its groups keep their order beside Arabic words
        assert "It's a plan, not a promise." in page


def test_without_the_hosts_word_there_are_lines_for_ten_countries_and_for_all_others() -> None:
    """Each with a page of its own to look it up, and numbers that a telephone can dial."""
    assert len({line.country for line in DEFAULTS}) > 10
    assert DEFAULTS[-1].country == "Elsewhere"
    for line in DEFAULTS:
        assert line.url.startswith("https://"), line.name
        assert line.host, line.name
        assert re.fullmatch(r"(\+?\d{3,13})?", line.phone_link), line.name


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
