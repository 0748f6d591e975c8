"""Bad input through the front door: never a 500, a clear message, what was typed kept, and nothing changed."""

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Partner
from scheduler.models import KindNote, Offer, Slot
from tests.cast import NOW, signed_in
from tests.integration.test_pages import fields_of, press, text_of, words
from tests.integration.test_pages_offer import KEY, form, send
from tests.scenes import FRIDAY, offered, planned

DAY = {"t1_day": "2026-03-06", "t1_at": "20:00"}
HOURS_25 = [f"2026-03-{6 + hour // 24:02}T{hour % 24:02}:00Z" for hour in range(25)]
FOUR = [f"2026-03-0{day}T19:00Z" for day in (5, 6, 7, 8)]

WRONG_TIMES: dict[str, tuple[dict[str, Any], str]] = {
    "no time at all": ({}, "Choose at least one time"),
    "end at its start": (DAY | {"t1_minutes": "0"}, "A time lasts at least 15 minutes."),
    "end before its start": (DAY | {"t1_minutes": "-60"}, "A time lasts at least 15 minutes."),
    "too short": (DAY | {"t1_minutes": "14"}, "A time lasts at least 15 minutes."),
    "too long": (DAY | {"t1_minutes": "1500"}, "A time lasts at most 24 hours."),
    "25 boxes": ({"cell": HOURS_25}, "A time lasts at most 24 hours."),
    "length as a word": (DAY | {"t1_minutes": "abc"}, "Choose a length from the list."),
    "length as a fraction": (DAY | {"t1_minutes": "1e3"}, "Choose a length from the list."),
    "length of 10^12": (DAY | {"t1_minutes": "1000000000000"}, "A time lasts at most 24 hours."),
    "length of 5000 digits": (DAY | {"t1_minutes": "9" * 5000}, "Choose a length from the list."),
    "a minute ago": ({"t1_day": "2026-03-02", "t1_at": "09:59"}, "That time has passed by."),
    "a year ago": ({"t1_day": "2025-03-06", "t1_at": "20:00"}, "That time has passed by."),
    "a box that has passed": ({"cell": "2026-03-02T08:00Z"}, "That time has passed by."),
    "181 days ahead": ({"t1_day": "2026-08-30", "t1_at": "20:00"}, "more than 180 days ahead"),
    "year 1": ({"t1_day": "0001-01-01", "t1_at": "00:00"}, "That time has passed by."),
    "year 9999": ({"t1_day": "9999-12-31", "t1_at": "23:59"}, "more than 180 days ahead"),
    "year 10000": ({"t1_day": "10000-01-01", "t1_at": "00:00"}, "Write the day like"),
    "year -1": ({"t1_day": "-0001-01-01", "t1_at": "00:00"}, "Write the day like"),
    "a day that isn't": ({"t1_day": "2026-02-30", "t1_at": "20:00"}, "Write the day like"),
    "25 o'clock": ({"t1_day": "2026-03-06", "t1_at": "25:00"}, "Write the start like"),
    "no day": ({"t1_at": "20:00"}, "Which day?"),
    "no start": ({"t1_day": "2026-03-06"}, "Which start?"),
    "a skipped time": ({"t1_day": "2026-03-29", "t1_at": "02:30"}, "The clocks skip that time on this day."),
    "a box of year 1": ({"cell": "0001-01-01T00:00Z"}, "in the week any more"),
    "a box of year 9999": ({"cell": "9999-12-31T23:59Z"}, "in the week any more"),
    "a box between boxes": ({"cell": "2026-03-06T19:07Z"}, "in the week any more"),
    "a box of words": ({"cell": "1 OR 1=1"}, "in the week any more"),
    "four times": ({"cell": FOUR}, "An offer holds up to three times."),
    "the same time twice": (DAY | {"t2_day": "2026-03-06", "t2_at": "20:00"}, "The same time is there twice."),
    "an unknown kind": (DAY | {"kind": "<script>"}, "Choose one from the list."),
    "NUL in the kind": (DAY | {"kind": "bath\0"}, "Choose one from the list."),
    "NUL in the day": (DAY | {"t1_day": "2026-03-06\0"}, "Write the day like"),
    "NUL in a box": ({"cell": "2026-03-06T19:00Z\0"}, "in the week any more"),
    "NUL in the choice": (DAY | {"t1_meant": "\0"}, "Null characters are not allowed."),
    "no key": (DAY | {"key": ""}, "Please press the button once more."),
    "a cut key": (DAY | {"key": KEY[:-1]}, "Please press the button once more."),
}


@pytest.mark.parametrize("case", WRONG_TIMES)
def test_a_wrong_time_is_said_in_plain_words_and_everything_is_kept(ana_client: Client, case: str) -> None:
    fields, message = WRONG_TIMES[case]
    response = send(ana_client, **{"t3_minutes": "45"} | fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in words(response.content)
    assert 'value="45" selected' in page
    for name, value in fields.items():
        if re.fullmatch(r"t\d_(day|at)", name):
            assert f'value="{escape(value)}"' in page
    assert not Offer.objects.exists()


def test_the_key_after_a_bad_one_works(ana_client: Client) -> None:
    page = send(ana_client, **DAY, key="x").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    assert send(ana_client, **DAY, key=key[1]).status_code == 303


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("zone", ["../../etc/passwd", "A" * 64, "UTC+99", ""])
def test_with_a_zone_that_is_none_the_clocks_are_utc(ana: Partner, ben: Partner, zone: str) -> None:
    for partner in (ana, ben):
        partner.user.time_zone = zone
        partner.user.save(update_fields=["time_zone"])
    client = signed_in(ana.user)
    for path in ("/", reverse("offer-new")):
        assert client.get(path).status_code == 200
    assert send(client, **DAY).status_code == 303
    assert "20:00–22:00" in text_of(client, "agenda")  # noqa: RUF001


def test_back_to_back_is_fine_and_a_second_of_overlap_is_not(ana: Partner, ana_client: Client) -> None:
    planned(ana)
    assert send(ana_client, t1_day="2026-03-06", t1_at="22:00").status_code == 303
    response = send(ana_client, t1_day="2026-03-06", t1_at="21:59", key=str(uuid.uuid4()))
    assert response.status_code == 422
    assert "You already have a plan at that time." in words(response.content)


def test_what_is_offered_already_and_a_fourth_offer_are_said_at_the_form(ana: Partner, ana_client: Client) -> None:
    offered(ana)
    again = send(ana_client, **DAY)
    assert (again.status_code, "You are offering this time already." in words(again.content)) == (422, True)
    for days in (1, 2):
        offered(ana, FRIDAY + timedelta(days=days))
    fourth = send(ana_client, t1_day="2026-03-10", t1_at="20:00")
    assert (fourth.status_code, "You have three open offers." in words(fourth.content)) == (422, True)


@pytest.mark.parametrize(
    "tail", ["0", "-1", str(2**63), "1%20OR%201=1", KEY[:-1], KEY + "0", "%00", "..%2f", "%ff%fe"]
)
@pytest.mark.parametrize("act", ["", "yes/", "free/"])
def test_an_id_that_is_none_is_not_found(ana_client: Client, tail: str, act: str) -> None:
    ask: Any = ana_client.post if act else ana_client.get
    assert ask(f"/times/{tail}/{act}").status_code == 404


@pytest.mark.parametrize("ref", ["", "x", "\0", "é" * 43, "A" * 43, "A" * 20_000])
def test_a_made_up_reference_opens_nothing(ana_client: Client, ref: str) -> None:
    for act in ("yes", "free", "tuck", "note"):
        path = reverse(f"time-{act}", args=[uuid.uuid4()])
        assert ana_client.post(path, {"ref": ref, "revision": "1", "sentence": "hold"}).status_code == 404


@pytest.mark.parametrize("size", [0, 1, 20, 21, 60_000])
def test_a_note_is_one_of_ours_whatever_its_length(ana: Partner, ben_client: Client, size: int) -> None:
    slot, *_ = offered(ana)
    assert press(ben_client, "note", slot, sentence="x" * size)[0] == 422
    assert not KindNote.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "{{7*7}}",
        "%s%(x)s",
        "${1}",
        "\r\nBcc: x",
        "\u202e\u2028",
        "👩‍👩‍👧",
        "a\u0301" * 1000,
    ],
)
@pytest.mark.parametrize("name", ["kind", "t1_day", "t1_at", "t1_meant", "cell", "week", "shown", "key"])
def test_strange_text_is_shown_as_text(ana_client: Client, name: str, value: str) -> None:
    response = send(ana_client, **DAY | {name: value})
    page = response.content.decode()
    assert response.status_code in {200, 303, 422}
    assert "<script>alert" not in page
    assert ">49<" not in page


def test_a_form_of_2000_fields_or_of_10_mb_is_turned_away(ana_client: Client) -> None:
    many = "&".join(f"field{number}=x" for number in range(2000))
    form_type = "application/x-www-form-urlencoded"
    assert ana_client.post(reverse("offer-new"), many, content_type=form_type).status_code == 400
    assert send(ana_client, kind="x" * 10_000_000).status_code == 413
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("length", "status"), [("-1", 400), ("x", 400), ("\u0661", 400), ("65537", 413), ("9" * 5000, 413)]
)
def test_a_length_that_is_none_or_too_much_is_turned_away_unread(ana_client: Client, length: str, status: int) -> None:
    response = ana_client.post(reverse("offer-new"), {}, headers={"content-length": length})
    said = {400: "That couldn't be read", 413: "That was too long"}[status]
    assert (response.status_code, said in words(response.content)) == (status, True)


def test_no_file_is_taken(ana_client: Client) -> None:
    file = io.BytesIO(b"x" * 66_000)
    assert ana_client.post(reverse("offer-new"), {"file": file}).status_code == 413


def test_bytes_that_are_no_text_are_no_trouble(ana: Partner, ana_client: Client) -> None:
    path, kind = reverse("offer-new"), "application/x-www-form-urlencoded"
    assert ana_client.post(path, b"kind=\xff\xfe&cell=\xc3\x28&t1-day=%ff", content_type=kind).status_code == 422
    assert ana_client.get(path + "?week=%ff%fe&again=%c3%28").status_code == 200
    ana_client.cookies["strange"] = "\xff\xfe"
    assert ana_client.get("/").status_code == 200
    slot, *_ = offered(ana)
    body = b"\x00\xff" * 100
    assert ana_client.post(reverse("time-free", args=[slot.pk]), body, content_type="text/plain").status_code == 200


@pytest.mark.parametrize("size", [8_000, 64_000])
def test_a_huge_header_is_no_trouble(ana_client: Client, size: int) -> None:
    assert ana_client.get("/", headers={"x-strange": "x" * size, "cookie": "a=" + "x" * size}).status_code < 500


@pytest.mark.parametrize("language", ["", "xx", "../../de", "de;q=9999", "*" * 5000, "\x00", "de, en;q=0.5"])
def test_any_language_header_gives_a_page(ana_client: Client, language: str) -> None:
    assert ana_client.get("/", headers={"accept-language": language}).status_code == 200


@pytest.mark.parametrize("to", ["//evil.example", "javascript:alert(1)", "https://evil.example/"])
def test_an_address_to_go_on_to_is_not_taken_from_strangers(ana: Partner, ana_client: Client, to: str) -> None:
    slot, *_ = offered(ana)
    answer = ana_client.post(reverse("time-tuck", args=[slot.pk]) + f"?next={to}", {"next": to})
    assert "evil" not in answer.headers.get("Location", "")
    sent = send(ana_client, **DAY, next=to, key=str(uuid.uuid4()))
    assert "evil" not in sent.headers.get("Location", "")


@pytest.mark.parametrize("revision", ["", "0", "-1", "abc", "9" * 40, "2147483648"])
def test_a_change_with_a_strange_revision_changes_nothing(ana: Partner, ana_client: Client, revision: str) -> None:
    slot, *_ = offered(ana)
    response = send(ana_client, "time-change", slot.pk, revision=revision, t1_day="2026-03-07", t1_at="20:00")
    assert response.status_code == 422
    assert Slot.objects.get().starts_at == FRIDAY


def test_pressing_free_on_an_open_time_of_the_partner_changes_nothing(ana: Partner, ben_client: Client) -> None:
    slot, *_ = offered(ana, now=NOW)
    status, page = press(ben_client, "free", slot, **fields_of(ben_client, slot))
    assert (status, "no longer open" in page) == (200, True)
    assert Slot.objects.exists()


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "multipart/form-data", "x"])
def test_a_body_of_another_kind_is_a_form_without_fields(ana_client: Client, content_type: str) -> None:
    response = ana_client.post(reverse("offer-new"), '{"kind": NaN, "kind": [[[[', content_type=content_type)
    assert response.status_code in {400, 422}
    assert form()["key"] == KEY
