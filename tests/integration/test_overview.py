"""The overview at a glance: the weeks, the month, the plans for paper, and the answer to whoever asks for news."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from scheduler.operations.couples import set_break
from scheduler.operations.slots import free, say_yes, tuck_away
from tests.cast import NOW, signed_in
from tests.integration.test_pages import fill, text_of
from tests.scenes import FRIDAY, SATURDAY, SUNDAY, drafted, offered, planned, wall

NEWS = "agenda-part"
TAG = re.compile(r'data-news-tag="&quot;(\w+)&quot;"')
PROOF = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')


def tag_of(client: Client) -> str:
    """Return the validator that the overview carries."""
    found = TAG.search(client.get("/").content.decode())
    assert found
    return f'"{found[1]}"'


def asked(client: Client, tag: str) -> tuple[int, bytes]:
    """Ask for news, with the validator of what is there; returns status and body."""
    answer = client.get(reverse(NEWS), headers={"If-None-Match": tag})
    return answer.status_code, answer.content


def day_of(client: Client, iso: str, name: str = "agenda") -> str:
    """Return the words of one day of the table."""
    page = client.get(reverse(name)).content.decode()
    cell = re.search(rf'<time datetime="{iso}">(.*?)</td>', page, re.DOTALL)
    assert cell
    return " ".join(re.sub(r"<[^>]+>", " ", cell[1]).split())


def test_whoever_has_it_all_gets_an_empty_answer(ana: Partner, ana_client: Client) -> None:
    offered(ana)
    tag = tag_of(ana_client)
    assert asked(ana_client, tag) == asked(ana_client, f'"x", W/{tag}') == (304, b"")
    assert ana_client.get(reverse(NEWS), headers={"If-None-Match": tag}).headers["ETag"] == tag


def test_what_is_new_is_what_the_page_shows(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    tag = tag_of(ben_client)
    offered(ana)
    status, part = asked(ben_client, tag)
    assert (status, b"Open to you" in part) == (200, True)
    shown, given = (PROOF.sub(r"\1", text) for text in (ben_client.get("/").content.decode(), part.decode()))
    assert given in shown
    assert asked(ben_client, tag_of(ben_client))[0] == 304
    assert b"Open to you" not in ana_client.get(reverse(NEWS)).content


def test_what_the_other_does_in_secret_is_no_news(ana: Partner, ben: Partner, ana_client: Client) -> None:
    slot, *_ = offered(ana)
    draft, *_ = drafted(ana, SUNDAY)
    tag = tag_of(ana_client)
    signed_in(ben.user).get("/")
    tuck_away(partner=ben, slot_id=slot.pk, now=NOW)
    say_yes(partner=ben, slot_id=draft.pk, revision=1, now=NOW)
    set_break(partner=ben, on=True)
    assert asked(ana_client, tag) == (304, b"")


def test_what_is_freed_is_news_for_both(ana: Partner, ben: Partner, ana_client: Client, ben_client: Client) -> None:
    slot = planned(ana)
    tags = tag_of(ana_client), tag_of(ben_client)
    free(partner=ben, slot_id=slot.pk, now=NOW)
    (mine, plain), (theirs, undo) = asked(ana_client, tags[0]), asked(ben_client, tags[1])
    assert (mine, theirs) == (200, 200)
    assert (b"Undo" in plain, b"Undo" in undo) == (False, True)


def test_each_day_says_what_lies_on_it(ana: Partner, ben: Partner, ana_client: Client, ben_client: Client) -> None:
    planned(ana, FRIDAY)
    offered(ana, wall("2026-03-08 01:00"))
    tuck_away(partner=ana, slot_id=offered(ben, SUNDAY)[0].pk, now=NOW)
    for name in ("agenda", "month"):
        assert day_of(ana_client, "2026-03-06", name) == "6 Planned, Friday, 6 March, 20:00"
        assert day_of(ana_client, "2026-03-08", name) == "8 Your offer, Sunday, 8 March, 01:00"
        assert day_of(ben_client, "2026-03-07", name) == "7 Offered to you, Saturday, 7 March, 19:00"
        assert 'aria-current="date"' in ana_client.get(reverse(name)).content.decode()


def test_no_week_that_is_over_is_shown(ana: Partner, clock: time_machine.Traveller) -> None:
    clock.move_to(wall("2026-03-25 12:00"))
    ana_client = signed_in(ana.user)
    for name in ("agenda", "month"):
        page = ana_client.get(reverse(name)).content.decode()
        assert '<time datetime="2026-03-23">' in page
        assert '<time datetime="2026-03-22">' not in page
    assert day_of(ana_client, "2026-04-01") == "1 Apr"


@pytest.mark.parametrize(
    ("asked_for", "title", "ways"),
    [
        ("", "March 2026", ["2026-04"]),
        ("2026-05", "May 2026", ["2026-04", "2026-06"]),
        ("1999-01", "March 2026", ["2026-04"]),
        ("9999-12", "August 2026", ["2026-07"]),
        ("2026-13", "March 2026", ["2026-04"]),
        ("\0", "March 2026", ["2026-04"]),
    ],
)
def test_months_lead_as_far_as_one_can_offer(
    ana: Partner, ana_client: Client, asked_for: str, title: str, ways: list[str]
) -> None:
    planned(ana, wall("2026-05-01 20:00"))
    page = ana_client.get(reverse("month"), {"month": asked_for}).content.decode()
    assert f"<h1>{title}</h1>" in page
    assert re.findall(r'href="/month/\?month=([\d-]+)"', page) == ways
    assert ("Planned, Friday, 1 May" in page) == (title == "May 2026")


def test_paper_says_days_and_times_alone(ana: Partner, ana_client: Client) -> None:
    assert "Nothing lined up." in text_of(ana_client, "plans")
    planned(ana, FRIDAY)
    offered(ana, SATURDAY)
    page = text_of(ana_client, "plans")
    assert "Friday, 6 March, 20:00–22:00 20:00 · 14:00 in New York" in page  # noqa: RUF001
    assert "Time together" not in page
    assert "Saturday" not in page


@pytest.mark.parametrize("name", [NEWS, "month", "plans"])
def test_whoever_is_linked_to_nobody_is_led_to_linking(cleo_client: Client, name: str) -> None:
    answer = cleo_client.get(reverse(name))
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("link"))


def test_each_key_that_is_listed_leads_somewhere(cleo_client: Client) -> None:
    page = cleo_client.get(reverse("keys")).content.decode()
    listed = re.findall(r"<kbd>([a-z?])</kbd>", page)
    assert sorted(listed) == sorted(re.findall(r'data-key="(.)"', page)) == ["?", "c", "o", "s", "t"]


@pytest.mark.parametrize("number", [1, 6])
def test_news_and_month_cost_the_same_with_one_time_and_with_many(
    ana: Partner, ben: Partner, ana_client: Client, number: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    fill(ana, number)
    offered(ben, *(FRIDAY + timedelta(hours=part * 3) for part in range(1 + number % 3)))
    for name in (NEWS, "month", "plans"):
        with django_assert_num_queries(6):  # type: ignore[attr-defined]
            assert len(ana_client.get(reverse(name)).content) < 60_000
