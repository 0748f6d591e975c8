"""The page of a rhythm through the front door."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Partner
from scheduler.domain.rhythm import AHEAD
from scheduler.models import Notice, Rhythm, Slot
from scheduler.operations.couples import set_break
from scheduler.operations.rhythm import put_rhythm_aside
from tests.cast import NOW
from tests.dump import dump
from tests.integration.test_pages import text_of, words
from tests.rhythm_scene import begun, proposed

pytestmark = pytest.mark.django_db
FORM = {
    "weeks": "1",
    "weekday": "4",
    "at": "20:00",
    "minutes": "120",
    "zone": "Europe/Berlin",
    "from_on": "2026-03-02",
    "lasts": "open",
}
OTHER_LOCK = {"accounts_couple": ("rev",)}


def put_forward(client: Client, **changes: str) -> Any:
    """Fill the form in and press its button."""
    return client.post(reverse("rhythm"), FORM | changes)


def press(client: Client, act: str, **fields: str) -> str:
    """Press a button of the page; returns what the page says afterwards."""
    answer = client.post(reverse(f"rhythm-{act}"), fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("rhythm"))
    return text_of(client, "rhythm")


def named(rhythm: Rhythm) -> dict[str, str]:
    return {"rhythm": str(rhythm.pk)}


def test_one_puts_it_forward_the_other_says_yes_and_either_stops(ana_client: Client, ben_client: Client) -> None:
    assert put_forward(ana_client).status_code == 303
    mine = text_of(ana_client, "rhythm")
    assert "Put forward. If it suits you both, it begins." in mine
    assert "Every Friday at 20:00, for 2 h" in mine
    assert "There is a rhythm for you to look at" in text_of(ben_client, "agenda")
    theirs = text_of(ben_client, "rhythm")
    assert "By the clocks in Berlin." in theirs
    assert "Next: Friday, 6 March, 14:00–16:00 20:00 in Berlin" in theirs  # noqa: RUF001
    assert not Slot.objects.exists()
    page = press(ben_client, "yes", **named(Rhythm.objects.get()))
    assert "You both said yes to this rhythm. Either of you can stop it, any time." in page
    assert "Until one of you stops it." in page
    assert "A time for you both, if you both like" in text_of(ana_client, "agenda")
    stopped = press(ana_client, "stop")
    assert "Done. No more times are drafted." in stopped
    assert "Stop the rhythm" not in text_of(ben_client, "rhythm")
    assert "for you both" not in text_of(ben_client, "agenda")
    assert "Done. No more times are drafted." in press(ben_client, "stop")
    assert not Notice.objects.exists()


def test_not_this_one_is_as_large_as_yes_and_tells_nobody(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    rhythm = proposed(ana)
    html = ben_client.get(reverse("rhythm")).content.decode()
    answers = re.search(r'<form class="answers".*?</form>', html, re.DOTALL)
    assert answers is not None
    assert answers[0].count('class="button"') == 2
    before = words(ana_client.get(reverse("rhythm")).content)
    page = press(ben_client, "aside", on="1", **named(rhythm))
    assert "That's fine. Nothing was sent." in page
    assert "A rhythm for you to look at" not in page
    assert "Only you see this." in page
    assert "look at" not in text_of(ben_client, "agenda")
    assert words(ana_client.get(reverse("rhythm")).content) == before
    assert "A rhythm for you to look at" in press(ben_client, "aside", on="0", **named(rhythm))


def test_a_trial_says_when_it_ends(ana: Partner, ana_client: Client) -> None:
    assert put_forward(ana_client, lasts="trial", weeks="2").status_code == 303
    page = text_of(ana_client, "rhythm")
    assert "Every other Friday at 20:00, for 2 h For four weeks, then it ends by itself." in page
    Rhythm.objects.all().delete()
    begun(ana, trial=True)
    assert "it ends by itself on Friday, 27 March" in text_of(ana_client, "rhythm")


def test_what_one_put_forward_is_taken_back(ana: Partner, ana_client: Client, ben_client: Client) -> None:
    rhythm = proposed(ana)
    assert "Done. It is taken back." in press(ana_client, "away", **named(rhythm))
    assert "look at" not in text_of(ben_client, "agenda")
    assert "That is no longer open." in press(ben_client, "yes", **named(rhythm))
    assert not Rhythm.objects.exists()


def test_an_old_page_of_a_changed_proposal_begins_nothing(
    ana: Partner, ana_client: Client, ben_client: Client
) -> None:
    old = proposed(ana)
    put_forward(ana_client, at="21:30")
    assert "That is no longer open. This is how it is now." in press(ben_client, "yes", **named(old))
    page = press(ben_client, "yes", **named(Rhythm.objects.get()))
    assert "Every Friday at 21:30" in page
    assert "You both said yes" in press(ben_client, "yes", **named(Rhythm.objects.get()))


def test_on_a_break_nothing_is_asked(ana: Partner, ben: Partner, ben_client: Client) -> None:
    proposed(ana)
    set_break(partner=ben, on=True)
    assert "look at" not in text_of(ben_client, "agenda")
    assert "A rhythm for you to look at" not in text_of(ben_client, "rhythm")


BAD = {
    "at": ["", "25:00", "soon"],
    "from_on": ["", "2026-13-01", "0001-01-01", "9999-12-31", "2027-03-05", "2025-06-01"],
    "weekday": ["", "7", "-1", "x", "٤"],
    "weeks": ["", "0", "3"],
    "minutes": ["", "1", "1500", "99999999999", "2.5"],
    "zone": ["", "Mars/Base", "../../etc/passwd", "Asia/Tokyo"],
    "lasts": ["", "forever"],
}


@pytest.mark.parametrize(("field", "typed"), [(field, typed) for field, all_ in BAD.items() for typed in all_])
def test_bad_input_is_said_at_its_place_and_keeps_what_was_typed(field: str, typed: str, ana_client: Client) -> None:
    answer = put_forward(ana_client, **({"at": "19:45", "from_on": "2026-03-09"} | {field: typed}))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Everything you chose is still here." in html
    assert 'aria-invalid="true"' in html or field in {"weeks", "zone", "lasts"}
    kept = {"at": 'value="19:45"', "from_on": 'value="2026-03-09"'}
    assert [each for name, each in kept.items() if name != field and each not in html] == []
    assert not Rhythm.objects.exists()


@pytest.mark.parametrize("typed", ["", "x", "0", "0" * 32, "é"])
@pytest.mark.parametrize("act", ["yes", "aside", "away"])
def test_a_made_up_id_changes_nothing(act: str, typed: str, ana: Partner, ana_client: Client) -> None:
    begun(ana)
    before = dump(masked=OTHER_LOCK)
    press(ana_client, act, rhythm=typed, on="1")
    press(ana_client, act)
    after = dump(masked=OTHER_LOCK)
    assert after["scheduler_rhythm"] == before["scheduler_rhythm"]


@pytest.mark.parametrize("act", ["yes", "aside", "away", "stop"])
def test_others_change_nothing(act: str, ana: Partner, dora_client: Client, cleo_client: Client) -> None:
    begun(ana)
    rhythm = proposed(ana, weeks=2)
    before = dump()["scheduler_rhythm"]
    press(dora_client, act, on="1", **named(rhythm))
    assert cleo_client.post(reverse(f"rhythm-{act}"), named(rhythm)).headers["Location"] == reverse("link")
    assert cleo_client.get(reverse(f"rhythm-{act}")).status_code == 405
    assert dump()["scheduler_rhythm"] == before
    assert "Every" not in words(dora_client.get(reverse("rhythm")).content).split("How often")[0]


def test_whoever_is_not_linked_is_led_there(cleo_client: Client) -> None:
    for answer in (cleo_client.get(reverse("rhythm")), put_forward(cleo_client)):
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("link"))
    assert not Rhythm.objects.exists()


def test_signed_out_nothing_is_shown(client: Client, ana: Partner) -> None:
    rhythm = begun(ana)
    for answer in (client.get(reverse("rhythm")), client.post(reverse("rhythm-stop"), named(rhythm))):
        assert answer.headers["Location"].startswith(reverse("account_login"))
    assert Rhythm.objects.exists()


@pytest.mark.parametrize("full", [False, True])
def test_the_page_costs_the_same_with_nothing_and_with_everything(
    full: bool,  # noqa: FBT001
    ana: Partner,
    ben: Partner,
    ana_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    if full:
        begun(ana)
        proposed(ana, weeks=2)
        put_rhythm_aside(partner=ana, rhythm_id=proposed(ben, at=dt.time(21)).pk, away=True, now=NOW)
    with django_assert_num_queries(4):  # session, reader with seat, both seats, rhythms
        page = ana_client.get(reverse("rhythm")).content
    assert (b"Stop the rhythm" in page) == full


def test_two_tabs_and_a_second_press_are_friendly(ana_client: Client, ben_client: Client) -> None:
    for _ in range(2):
        assert put_forward(ana_client).status_code == 303
    rhythm = Rhythm.objects.get()
    for _ in range(2):
        assert "You both said yes" in press(ben_client, "yes", **named(rhythm))
    assert Slot.objects.count() == 1
    assert put_forward(ana_client).status_code == 303
    assert Rhythm.objects.count() == 1


def test_its_times_come_by_the_readers_own_clocks(
    ana: Partner, ben_client: Client, clock: time_machine.Traveller
) -> None:
    """On 8 March New York changes its clocks, on 29 March Berlin does: until then ben's Friday is at 15:00."""
    begun(ana)
    clock.move_to(NOW + AHEAD)
    assert "Next: Friday, 13 March, 15:00–17:00 20:00 in Berlin" in text_of(ben_client, "rhythm")  # noqa: RUF001


def test_a_rhythm_is_put_forward_so_often_and_no_more(ana_client: Client, settings: Settings) -> None:
    """Each change of it comes into the other's sight once more."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"offer": "2/h/user"}
    answers = [put_forward(ana_client, at=f"{hour}:00") for hour in (18, 19, 21)]
    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert "That was a lot at once." in words(answers[-1].content)
    assert Rhythm.objects.get().at.hour == 19


def test_the_title_stays_neutral(ana: Partner, ana_client: Client) -> None:
    begun(ana)
    html = ana_client.get(reverse("rhythm")).content.decode()
    assert "<title>Pear</title>" in html
    assert django_settings.LANGUAGE_CODE.startswith("en")
