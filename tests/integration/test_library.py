"""The library: every card with its sources, and its words nowhere else."""

import html
import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner
from scheduler.web.library import LIBRARY, SPECIAL
from scheduler.web.sources import SOURCES
from tests.cast import signed_in
from tests.scenes import FRIDAY, SATURDAY, offered, planned
from tests.world import World

FOLDED = re.compile(r"<details[^>]*>(.*?)</details>", re.DOTALL)


def words() -> set[str]:
    """Return every sentence of the library but for the ideas that a plan offers as well."""
    found = {str(text) for card in LIBRARY for text in (*card.text, card.other, *card.ideas, card.title) if text}
    return found - {str(idea) for idea in SPECIAL}


def read(client: Client, path: str) -> str:
    return html.unescape(client.get(path).content.decode())


def test_every_card_stands_there_with_its_sources(cleo_client: Client) -> None:
    page = read(cleo_client, "/talk/library/")
    assert [text for text in [*words(), *map(str, SPECIAL)] if text not in page] == []
    for card in LIBRARY:
        section = page.split(f'id="{card.key}"')[1].split("</section>")[0]
        assert card.cites
        for source in card.sources:
            assert f"{source.authors} ({source.year})" in section
            assert source.title in section
            assert source.where in section


def test_every_source_is_cited_somewhere_or_by_a_card_of_the_deck() -> None:
    assert {key for card in LIBRARY for key in card.cites} <= {*SOURCES}
    assert all(2000 <= source.year <= 2025 for source in SOURCES.values())


def test_where_the_sources_differ_both_views_stand(cleo_client: Client) -> None:
    both = [card.key for card in LIBRARY if card.other]
    assert {"appetites", "planned", "comes-later", "once-a-week", "small-step", "slow-hour"} <= {*both}
    assert read(cleo_client, "/talk/library/").count("Another view:") == len(both)


def test_the_library_speaks_german(cleo_client: Client) -> None:
    with translation.override("en"):
        english = words()
    page = html.unescape(cleo_client.get("/talk/library/", headers={"accept-language": "de"}).content.decode())
    with translation.override("de"):
        assert [text for text in words() if text not in page] == []
        assert words() & english == set()


def test_the_page_costs_what_a_page_costs(
    ana_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        ana_client.get("/talk/library/")


def test_its_words_stand_nowhere_else(world: World, ana: Partner, ben: Partner) -> None:
    """Not beside an answer, a reminder or a notice: on no other page, nor on one of a time for ben, and in no mail."""
    sentences, library, plan = words(), reverse("library"), reverse("time-detail", args=[world.times["plan"]])
    pages = [path for path in world.addresses() if not path.endswith((".ics", ".css"))]
    of_times = [path for path in pages if path == "/" or path.startswith("/times/")]
    for user, paths, with_ideas in ((ana.user, pages, {library, plan}), (ben.user, of_times, {plan})):
        client = signed_in(user)
        shown = {path: read(client, path) for path in paths}
        for path in shown.keys() - {library}:
            assert [text for text in sentences if text in shown[path]] == [], path
        assert {path for path, page in shown.items() if str(SPECIAL[0]) in page} == with_ideas
    mails = [part.get_content() for mail in world.mails for part in mail.walk() if not part.is_multipart()]
    assert mails
    for text in [*sentences, *map(str, SPECIAL)]:
        assert not [mail for mail in mails if text in html.unescape(str(mail))]


@pytest.mark.parametrize("reader", ["ana", "ben"])
def test_ideas_lie_folded_on_a_plan_and_on_no_page_with_an_answer(
    reader: str, ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    client = {"ana": ana_client, "ben": ben_client}[reader]
    open_time, plan = offered(ana, FRIDAY)[0], planned(ana, SATURDAY)
    [folded] = [part for part in FOLDED.findall(read(client, f"/times/{plan.pk}/")) if "making it special" in part]
    assert [idea for idea in map(str, SPECIAL) if idea not in folded] == []
    assert "<details open" not in read(client, f"/times/{plan.pk}/")
    assert 'href="/room/"' in read(client, f"/times/{plan.pk}/")
    for path in (f"/times/{open_time.pk}/", "/"):
        page = read(client, path)
        assert [text for text in [*words(), *map(str, SPECIAL)] if text in page] == []


def test_a_time_is_planned_without_a_card_a_list_or_a_mark(ana: Partner, ana_client: Client) -> None:
    """A small step before everything is said: nothing is filled in first, and nothing on the way asks for it."""
    slot = planned(ana, SATURDAY)
    assert slot.confirmed_at is not None
    for label in ("CardAnswer", "CardShare", "RoomLine", "Jotting"):
        assert not apps.get_model("scheduler", label)._default_manager.exists()
    overview, plan, form = (read(ana_client, path) for path in ("/", f"/times/{slot.pk}/", "/offers/new/"))
    assert f"/times/{slot.pk}/" in overview
    for page in (overview, plan, form):
        main = page.split("<main", 1)[1].split("</main>")[0]
        assert "/talk/cards/" not in main
