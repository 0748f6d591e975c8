"""Pear among the other apps of a telephone: a calendar by its name and picture, and no word of more."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.gates.words import NEVER_OUTSIDE
from tests.integration.test_no_trace import words_of

MANIFEST = "/app.webmanifest"
TELLING = re.compile(r"\b(pear|partner|couple|two of you|together|love)", re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "name", "direction"), [("en", "Calendar", "ltr"), ("de", "Kalender", "ltr"), ("ar", "التقويم", "rtl")]
)
def test_its_name_and_picture_are_a_calendars(client: Client, language: str, name: str, direction: str) -> None:
    answer = client.get(MANIFEST, headers={"accept-language": language})
    assert answer.headers["Content-Type"] == "application/manifest+json"
    app = answer.json()
    assert (app["name"], app["short_name"], app["display"]) == (name, name, "standalone")
    assert (app["lang"], app["dir"]) == (language, direction)
    assert TELLING.findall(answer.content.decode()) == []
    assert NEVER_OUTSIDE.findall(answer.content.decode()) == []
    for icon in app["icons"]:
        picture = finders.find(icon["src"].removeprefix("/static/"))
        size = int(icon["sizes"].split("x")[0])
        with open(str(picture), "rb") as file:  # noqa: PTH123  (the finder gives a path)
            head = file.read(24)
        assert head[1:4] == b"PNG"
        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (size, size)


def test_every_page_names_it(client: Client, ana_client: Client) -> None:
    for someone in (client, ana_client):
        page = someone.get("/help/").content.decode()
        assert f'<link rel="manifest" href="{MANIFEST}">' in page
        assert 'name="apple-mobile-web-app-title" content="Calendar"' in page
        assert re.search(r'rel="apple-touch-icon" href="/static/scheduler/calendar-180[^"]*\.png"', page)


@pytest.mark.django_db
def test_opened_by_somebody_else_it_shows_where_one_signs_in_and_nothing_more(client: Client) -> None:
    start = client.get(MANIFEST).json()["start_url"]
    page = client.get(start)
    assert page.status_code == 200
    read = words_of(page.content.decode()).replace("Pear", "")  # the name that stands on every page
    assert TELLING.findall(read) == []
    assert NEVER_OUTSIDE.findall(read) == []


def test_opened_by_oneself_it_leads_to_ones_times(client: Client, ana_client: Client) -> None:
    start = client.get(MANIFEST).json()["start_url"]
    assert ana_client.get(start).headers["Location"] == "/"


def test_after_quick_exit_it_opens_as_for_anybody(ana_client: Client) -> None:
    ana_client.post("/away/")
    start = ana_client.get(MANIFEST).json()["start_url"]
    assert "Sign in" in ana_client.get(start).content.decode()
