"""The times of a card in the week to mark: put in, not kept, and nobody else's to notice."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner
from scheduler.domain.talk import Card
from scheduler.models import Window
from tests.dump import dump
from tests.integration.card_pages import text_of
from tests.talk_scene import answered

TIMES = "1 20:00 22:00\n4 20:30 22:15"
PUT_IN = "The times of your card are put in below."


def chosen(page: str) -> list[str]:
    """Return the boxes that are ticked, and the rows that are filled."""
    boxes = re.findall(r'name="cell" value="([^"]+)"[^>]*\schecked', page)
    return boxes + re.findall(r'name="t\d-(?:at|until)" value="([\d:]+)"', page)


def test_they_are_put_in_and_kept_only_when_the_button_is_pressed(ana: Partner, ana_client: Client) -> None:
    answered(ana.user, Card.WHEN, TIMES)
    before = dump()
    answer = ana_client.get(reverse("windows-ordinary"))
    page = answer.content.decode()
    assert PUT_IN in text_of(answer)
    assert chosen(page) == ["2026-03-10T19:00Z", "2026-03-10T20:00Z", "20:30", "22:15"]
    assert f'<form class="stack" method="post" action="{reverse("windows")}"' in page
    assert dump() == before
    assert PUT_IN not in text_of(ana_client.get(reverse("windows")))
    assert chosen(ana_client.get(reverse("windows")).content.decode()) == []


def test_with_a_blank_card_it_is_the_week_as_it_stands(ana_client: Client) -> None:
    assert PUT_IN not in text_of(ana_client.get(reverse("windows-ordinary")))
    assert not Window.objects.exists()


def test_the_others_card_is_not_looked_at(ben: Partner, ana_client: Client) -> None:
    answered(ben.user, Card.WHEN, TIMES)
    assert PUT_IN not in text_of(ana_client.get(reverse("windows-ordinary")))


def test_whoever_is_not_linked_reads_what_it_is(cleo_client: Client) -> None:
    answer = cleo_client.get(reverse("windows-ordinary"))
    assert (answer.status_code, "Once you two are linked" in text_of(answer)) == (200, True)


@pytest.mark.parametrize("text", ["", TIMES])
def test_it_asks_one_thing_more_than_the_week_itself(
    text: str, ana: Partner, ana_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    if text:
        answered(ana.user, Card.WHEN, text)
    with django_assert_num_queries(8):
        ana_client.get(reverse("windows-ordinary"))
