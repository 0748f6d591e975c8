"""From signing up to the first offer: whose clocks, what to read at most once, and the overview with made-up times."""

import re
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Partner, User
from accounts.operations import close_first_steps
from accounts.zones import places, places_by_region
from scheduler.models import Notice
from scheduler.operations.couples import set_break
from scheduler.operations.feeds import create_feed
from scheduler.operations.slots import free, tuck_away
from scheduler.web.sample_overview import inert
from tests.cast import NEW_YORK, make_couple, make_user, signed_in
from tests.dump import dump
from tests.scenes import FRIDAY, SUNDAY, offered, planned

SAMPLE = reverse("sample")
CARD = "How it works, in a minute"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def newcomer(name: str) -> User:
    """Make somebody who has closed nothing yet."""
    user = make_user(name)
    User.objects.filter(pk=user.pk).update(shows_first_steps=True)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def finn(db: None, clock: time_machine.Traveller) -> User:  # noqa: ARG001  (the clock stands)
    """Somebody new, linked to nobody."""
    return newcomer("finn")


@pytest.fixture
def new_couple(db: None, clock: time_machine.Traveller) -> tuple[Partner, Partner]:  # noqa: ARG001
    """Two new people who have just linked."""
    return make_couple(newcomer("gil"), newcomer("hao"))


def text_of(client: Client, path: str = "/") -> str:
    """Return the page's markup between the navigation and the foot."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = MAIN.search(answer.content.decode())
    assert found
    return found.group()


def place_of(user: User) -> str:
    """Return by whose clocks the user goes."""
    return User.objects.get(pk=user.pk).time_zone


def test_one_page_leads_to_a_code_and_to_all_that_can_be_prepared(finn: User) -> None:
    page = text_of(signed_in(finn))
    assert page.count(f'action="{reverse("link-open")}"') == 1
    ways = set(re.findall(r'href="([^"#]+)', page))
    for way in ways:
        assert signed_in(finn).get(way).status_code == 200, way
    assert {reverse(name) for name in ("link", "calendar", "settings", "kinds", "zone", "sample")} <= ways
    assert reverse("card", args=["when"]) in ways


def test_what_can_be_prepared_stands_beside_the_code_too(finn: User) -> None:
    client = signed_in(finn)
    assert client.post(reverse("link-open")).headers["Location"] == reverse("link")
    page = text_of(client, reverse("link"))
    for name in ("calendar", "settings", "kinds", "sample"):
        assert f'href="{reverse(name)}' in page
    [address] = re.findall(r'<input id="own-link" type="url" value="([^"]+)" readonly', page)
    assert re.search(r"/l/[0-9A-Z-]+/$", address)
    for button in ("copies", "shares"):
        assert f'data-{button}="own-link" hidden' in page


def test_linked_at_last_the_first_offer_is_one_press_away(new_couple: tuple[Partner, Partner]) -> None:
    page = text_of(signed_in(new_couple[0].user), reverse("link"))
    assert re.findall(r'class="button" href="([^"]+)"', page) == [reverse("offer-new"), "/"]


def test_the_line_says_whose_clocks_these_are(finn: User, ana_client: Client) -> None:
    for client in (signed_in(finn), ana_client):
        page = " ".join(text_of(client).split())
        assert "By the clocks of Berlin, where it is 10:00." in page
        assert 'data-zone-here="Europe/Berlin" hidden' in page


def test_another_zone_counts_at_once(ana: Partner, ana_client: Client) -> None:
    planned(ana, FRIDAY)
    assert "20:00–22:00" in text_of(ana_client)  # noqa: RUF001
    answer = ana_client.post(reverse("zone"), {"time_zone": NEW_YORK.key}, follow=True)
    assert answer.redirect_chain == [("/", 303)]
    page = " ".join(answer.content.decode().split())
    assert "You go by the clocks of New York now." in page
    assert "14:00–16:00" in page  # noqa: RUF001
    [reminder] = Notice.objects.filter(recipient=ana, kind=Notice.Kind.REMINDER)
    assert reminder.due_at < FRIDAY


@pytest.mark.parametrize("typed", ["", "No/Where", "Etc/GMT+3", "\0", "x" * 5000])
def test_what_is_no_place_changes_nothing(finn: User, typed: str) -> None:
    client = signed_in(finn)
    assert client.post(reverse("zone"), {"time_zone": typed}).status_code == 422
    assert place_of(finn) == "Europe/Berlin"


def test_the_list_has_the_present_zone_chosen_and_needs_no_script(finn: User) -> None:
    page = text_of(signed_in(finn), reverse("zone"))
    assert re.findall(r'<option value="([^"]*)" selected>', page) == ["Europe/Berlin"]
    assert page.count("<optgroup") == len(places_by_region())
    User.objects.filter(pk=finn.pk).update(time_zone="Etc/GMT+3")
    page = text_of(signed_in(finn), reverse("zone"))
    assert re.findall(r'<option value="([^"]*)" selected>', page) == []


def test_every_place_is_in_one_region_under_one_name() -> None:
    listed = [name for _, group in places_by_region() for name, _ in group]
    assert listed == list(places())
    cities = dict(pair for _, group in places_by_region() for pair in group)
    assert cities["America/New_York"] == "New York"
    assert cities["America/Argentina/Buenos_Aires"] == "Buenos Aires (Argentina)"
    assert cities["UTC"] == "UTC"


def test_nobody_but_oneself_moves_with_the_zone(ana: Partner, ben: Partner, ana_client: Client) -> None:
    ana_client.post(reverse("zone"), {"time_zone": "Asia/Tokyo"})
    assert (place_of(ana.user), place_of(ben.user)) == ("Asia/Tokyo", "America/New_York")


def test_signing_up_asks_for_the_zone_in_a_plain_list(client: Client, db: None) -> None:  # noqa: ARG001
    page = client.get(reverse("account_signup")).content.decode()
    [field] = re.findall(r'<select name="time_zone".*?</select>', page, re.DOTALL)
    assert '<option value="" selected>' in field
    assert '<option value="Asia/Kathmandu">Kathmandu</option>' in field


def test_of_the_rules_for_passwords_two_are_told_beforehand(client: Client, db: None) -> None:  # noqa: ARG001
    page = client.get(reverse("account_signup")).content.decode()
    [told] = re.findall(r'id="id_password1_helptext">\s*(.*?)\s*</div>', page, re.DOTALL)
    assert told == (
        "Your password must contain at least 12 characters. "
        "Three or four words that have nothing to do with you are good."
    )
    assert client.get(reverse("account_signup_by_passkey")).status_code == 200


def test_the_first_device_has_a_name_already(finn: User, now: datetime) -> None:
    client = signed_in(finn)
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
    shown = client.get(reverse("calendar"), headers={"User-Agent": agent}).content.decode()
    assert 'value="Chrome, Android"' in shown
    create_feed(user=finn, label="Phone", now=now)
    assert "Chrome, Android" not in client.get(reverse("calendar"), headers={"User-Agent": agent}).content.decode()


@pytest.mark.parametrize(
    ("name", "sentence", "action"),
    [
        ("calendar", "No device yet. Name one below, and you get its address.", "feed-create"),
        ("settings", "No device gets messages so far.", "push-add"),
        ("room", "Nothing on it yet.", "room"),
        ("kinds", "Nothing stands here at the moment.", "kinds"),
        ("needs", "Nothing stands here at the moment.", "needs"),
    ],
)
def test_where_there_is_nothing_yet_a_sentence_says_so_and_a_form_leads_on(
    name: str, sentence: str, action: str, ana_client: Client
) -> None:
    page = text_of(ana_client, reverse(name))
    assert sentence in " ".join(page.split())
    own = '<form class="card stack" method="post" novalidate>'
    assert f'action="{reverse(action)}"' in page or (name == action and own in page)


@pytest.mark.parametrize("name", ["agenda", "month", "plans"])
def test_where_nothing_is_planned_one_action_leads_on(
    name: str, ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    for client in (ana_client, ben_client):
        [empty] = re.findall(r'<div class="empty.*?</div>', text_of(client, reverse(name)), re.DOTALL)
        assert re.findall(r'href="([^"]+)"', empty) == [reverse("offer-new")]
    planned(ana, FRIDAY)
    assert 'class="empty' not in text_of(ana_client, reverse(name))


def test_the_card_is_there_until_it_is_closed(finn: User) -> None:
    client = signed_in(finn)
    for path in ("/", "/"):
        assert CARD in text_of(client, path)
    answer = client.post(reverse("first-steps-close"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.post(reverse("first-steps-close")).status_code == 303
    page = text_of(client)
    assert CARD not in page
    assert SAMPLE not in page
    assert client.get(SAMPLE).headers["Location"] == "/"


def test_closed_before_linking_it_stays_closed(finn: User) -> None:
    close_first_steps(user=finn)
    make_couple(finn, newcomer("ida"))
    assert CARD not in text_of(signed_in(User.objects.get(pk=finn.pk)))


def test_the_first_offer_of_either_takes_card_and_sample_from_both(new_couple: tuple[Partner, Partner]) -> None:
    gil, hao = new_couple
    for partner in new_couple:
        assert CARD in text_of(signed_in(partner.user))
        assert "Sample" in text_of(signed_in(partner.user), SAMPLE)
    slot, *_ = offered(gil)
    free(partner=gil, slot_id=slot.pk, now=slot.offer.created_at)
    for partner in new_couple:
        client = signed_in(User.objects.get(pk=partner.user_id))
        page = text_of(client)
        assert CARD not in page
        assert SAMPLE not in page
        assert client.get(SAMPLE).headers["Location"] == "/"
    assert not Partner.objects.exclude(pk__in=[gil.pk, hao.pk]).exists()


def test_on_a_break_neither_comes_or_goes(new_couple: tuple[Partner, Partner]) -> None:
    gil, hao = new_couple
    set_break(partner=hao, on=True)
    client = signed_in(User.objects.get(pk=hao.user_id))
    before = text_of(client)
    assert CARD not in before
    offered(gil)
    after = text_of(signed_in(User.objects.get(pk=hao.user_id)))
    proof = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
    assert proof.sub(r"\1", after) == proof.sub(r"\1", before)


def test_other_couples_keep_theirs(new_couple: tuple[Partner, Partner], ana: Partner) -> None:
    offered(ana)
    assert CARD in text_of(signed_in(new_couple[0].user))


def test_the_sample_shows_every_part_and_marks_each(finn: User) -> None:
    page = text_of(signed_in(finn), SAMPLE)
    headings = re.findall(r"<(h2|h3|summary)\b[^>]*>(.*?)</\1>", page.partition('class="sample')[2], re.DOTALL)
    assert len(headings) > 8
    assert [words for _, words in headings if "Sample</span>" not in words] == []
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for part in ("Planned", "Open to you", "Offered by you", "The coming weeks", "March 2026", "Yes, I'd like that"):
        assert part in words, part
    assert "All of this is made up." in words


def test_nothing_in_the_sample_leads_or_acts(finn: User) -> None:
    sample = text_of(signed_in(finn), SAMPLE).partition('class="sample')[2]
    for way in ("href=", "action=", "method=", "csrfmiddlewaretoken", 'type="hidden"', "hx-", "data-news"):
        assert way not in sample, way
    buttons = re.findall(r"<button\b[^>]*>", sample)
    assert len(buttons) > 4
    assert [button for button in buttons if " disabled" not in button] == []


def test_what_is_made_inert_stays_what_it_is() -> None:
    assert inert('<a class="x" href="/times/">A</a>') == '<a class="x" role="link" aria-disabled="true">A</a>'
    assert inert('<a\n  href="/"\n>A</a>') == '<a\n  role="link" aria-disabled="true"\n>A</a>'
    assert inert('<form method="post" action="/x/"><button name="a">B</button></form>') == (
        '<form><button disabled name="a">B</button></form>'
    )


def test_looking_at_the_sample_writes_nothing(finn: User, new_couple: tuple[Partner, Partner]) -> None:
    clients = [signed_in(finn), signed_in(new_couple[0].user)]
    before = dump()
    for client in clients:
        for _ in range(2):
            client.get(SAMPLE)
            client.head(SAMPLE)
        assert client.post(SAMPLE).status_code == 405
    assert dump() == before


def test_the_sample_shows_nothing_of_anybody(finn: User, ana: Partner, now: datetime) -> None:
    slot = planned(ana, FRIDAY)
    create_feed(user=ana.user, label="Device 4711", now=now)
    page = signed_in(finn).get(SAMPLE).content.decode()
    for secret in (str(slot.pk), str(ana.couple_id), "Ana", "Ben", "Device 4711", "example.org"):
        assert secret not in page
    assert Client().get(SAMPLE).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("plans", [0, 3])
def test_the_first_steps_cost_no_query(
    plans: int, new_couple: tuple[Partner, Partner], finn: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gil, _ = new_couple
    for number in range(plans):
        planned(gil, SUNDAY.replace(day=8 + number))
    Partner.objects.update(offers_began=False)
    client_of_finn, client_of_gil = signed_in(finn), signed_in(gil.user)
    for client in (client_of_finn, client_of_gil):
        with django_assert_num_queries(2):  # session, reader with seat
            assert client.get(SAMPLE).status_code == 200
        with django_assert_num_queries(2):
            assert client.get(reverse("zone")).status_code == 200
    with django_assert_num_queries(2):
        assert CARD in text_of(client_of_finn)


def test_no_secret_act_shows_in_the_marks(new_couple: tuple[Partner, Partner], now: datetime) -> None:
    gil, hao = new_couple
    slot, *_ = offered(gil)
    before = dump()["accounts_partner"]
    tuck_away(partner=hao, slot_id=slot.pk, now=now)
    close_first_steps(user=hao.user)
    assert dump()["accounts_partner"] == before
