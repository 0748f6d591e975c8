"""The page of components: there for those who work on Pear, and whole."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from config.urls import workbench

PARTS = {
    *("stack", "stack-tight", "cluster", "columns", "card", "card-title", "empty", "message", "messages", "index"),
    *("button", "button-quiet", "pick", "picks", "quick-exit", "site-nav", "site-foot", "icon", "mark", "links"),
    *("field", "field-group", "hint", "error", "check", "inline-fields", "answers", "time-list", "time-when"),
    *("time-also", "plan", "week", "week-days", "week-over", "days", "day-plan", "day-open", "day-mine", "days-key"),
    *("deck", "said", "sample", "sample-word", "note", "lead", "steps", "code-big", "keys"),
    *("visually-hidden", "nowrap"),
}
STATES = (
    " disabled",
    'aria-disabled="true"',
    'aria-invalid="true"',
    "<details open",
    " checked",
    'aria-current="date"',
)


def test_it_exists_only_where_debug_is_on(ana_client: Client) -> None:
    assert workbench(debug=False) == []
    assert ana_client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_it_shows_every_part_and_state(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.workbench_urls"
    page = " ".join(Client().get("/styleguide/").content.decode().split())
    shown = {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    assert PARTS - shown == set()
    assert [state for state in STATES if state not in page] == []
