"""Each reader is spoken to in their own language: on pages, in mails, messages and calendars, whoever's act it was."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS

from accounts.models import Letter, Partner, User
from tests.cast import BERLIN, make_user, signed_in
from tests.catalogues import entries_of
from tests.gates.words import Reader
from tests.integration.feed_scene import HOUR, fetch, make_entry, make_feed, properties
from tests.integration.notice_scene import deliver, make_due, part, plan
from tests.scenes import FRIDAY
from tests.services import Inbox
from tests.world import World, awake_now

OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
SPOKEN = {"aria-label", "title", "placeholder", "alt"}
CODES_MAILED = "/account/login/code/"
pytestmark = pytest.mark.django_db


def reads(user: User, **wish: str) -> User:
    """Let the user have wished for this."""
    for name, value in wish.items():
        setattr(user, name, value)
    user.save(update_fields=list(wish))
    return user


def said(code: str, text: str) -> str:
    with translation.override(code):
        return translation.gettext(text)


@pytest.mark.parametrize("code", OTHERS)
def test_notices_and_reminders_are_in_the_readers_language(
    code: str, ana: Partner, ben: Partner, smtp_sink: Inbox
) -> None:
    """The worker knows what the browser asked for when the reader signed in."""
    reads(ana.user, browser_language=code, clock="24")
    awake_now(ana.user, timezone.now())
    slot = plan(ana)
    with translation.override(code):
        day = str(WEEKDAYS[slot.starts_at.astimezone(BERLIN).weekday()])
    when = {"day": day, "time": "20:00"}
    deliver()
    make_due(kind="reminder")
    deliver()
    told, reminded = smtp_sink.to(ana.user.email)
    assert told["Subject"] == said(code, "%(day)s, %(time)s") % when
    assert said(code, "%(day)s, %(time)s is in your calendar now.") % when in part(told, "plain")
    assert said(code, "You have something planned on %(day)s at %(time)s.") % when in part(reminded, "plain")
    assert said(code, "No more reminders:") in part(reminded, "plain")
    direction = "rtl" if code == "ar" else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in part(reminded, "html")
    assert "is in your calendar now." in part(smtp_sink.to(ben.user.email)[0], "plain")


def test_a_notice_shows_the_hour_by_the_readers_clock(ana: Partner, smtp_sink: Inbox) -> None:
    reads(ana.user, clock="12")
    plan(ana)
    deliver()
    assert "8:00 PM" in smtp_sink.to(ana.user.email)[0]["Subject"]


@pytest.mark.parametrize("code", OTHERS)
def test_account_mails_are_in_the_language_of_the_page(code: str) -> None:
    Client(headers={"accept-language": code}).post(CODES_MAILED, {"email": "nobody@example.org"})
    letter = Letter.objects.get()
    assert letter.subject == said(code, "About your address")
    assert f'lang="{code}"' in letter.html


def test_account_mails_are_in_the_language_that_their_reader_chose() -> None:
    """Also where they are asked for on somebody else's browser, by whoever knows the address."""
    ana = reads(make_user("ana"), language="ar")
    Client(headers={"accept-language": "de"}).post(CODES_MAILED, {"email": ana.email})
    letter = Letter.objects.get()
    assert letter.subject == said("ar", "Your code")
    assert '<html lang="ar" dir="rtl">' in letter.html


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("wish", ["language", "browser_language"])
def test_a_feed_has_the_words_of_its_owner(wish: str, code: str, ana: Partner) -> None:
    reads(ana.user, **{wish: code})
    make_entry(ana, starts_at=FRIDAY, ends_at=FRIDAY + HOUR)
    make_entry(ana, starts_at=FRIDAY + HOUR, status="CANCELLED")
    path, _feed = make_feed(ana.user)
    busy = said(code, "Busy")
    connected, cancelled = said(code, "Calendar connected"), said(code, "Cancelled: {}").format(busy)
    assert properties(fetch(path).content, "SUMMARY") == [connected, busy, " ".join(cancelled.split())]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("pt-PT", "pt-br"),
        ("pt", "pt-br"),
        ("fr-CA, en;q=0.5", "fr"),
        ("es-MX", "es"),
        ("ar-EG", "ar"),
        ("nl, de;q=0.7", "de"),
        ("nl", "en"),
    ],
)
def test_the_browser_is_asked_first(asked: str, given: str, client: Client, cleo: User) -> None:
    direction = "rtl" if given == "ar" else "ltr"
    assert f'<html lang="{given}" dir="{direction}">' in client.get("/", headers={"accept-language": asked}).text
    assert f'<html lang="{given}"' in signed_in(cleo).get("/link/", headers={"accept-language": asked}).text


def test_signing_in_tells_which_language_mails_are_in(client: Client) -> None:
    cleo = make_user("cleo")
    typed = {"login": cleo.email, "password": "a-quiet-evening-for-two"}
    cleo.set_password(typed["password"])
    cleo.save()
    client.post("/account/login/", typed, headers={"accept-language": "ar-EG, en"})
    cleo.refresh_from_db()
    assert (cleo.language, cleo.browser_language) == ("", "ar")


def test_what_was_chosen_holds_on_every_device_and_on_signed_out_pages(cleo: User) -> None:
    here, elsewhere = signed_in(cleo), signed_in(cleo)
    page = here.get("/settings/")
    assert all(f">{name}</option>" in page.text for _code, name in settings.LANGUAGES)
    form = page.context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in (None, False)}
    assert here.post("/settings/", typed | {"language": "ar", "clock": "24"}).status_code == 303
    assert '<html lang="ar" dir="rtl">' in elsewhere.get("/link/", headers={"accept-language": "de"}).text
    here.post("/account/logout/")
    assert '<html lang="ar" dir="rtl">' in here.get("/", headers={"accept-language": "de"}).text
    assert '<html lang="de" dir="ltr">' in Client().get("/", headers={"accept-language": "de"}).text


def test_who_chose_no_language_is_not_spoken_to_in_that_of_somebody_else(cleo: User, ana: Partner) -> None:
    """The two may well share a browser."""
    reads(cleo, language="ar")
    browser = signed_in(cleo)
    browser.get("/settings/")
    assert browser.cookies["language"].value == "ar"
    signed_in(ana.user, client=browser)
    assert '<html lang="fr"' in browser.get("/settings/", headers={"accept-language": "fr"}).text
    assert browser.cookies["language"].value == ""


def test_dates_and_weeks_are_as_the_language_has_them(ana: Partner) -> None:
    client = signed_in(ana.user)
    pages = {code: client.get("/offers/new/", headers={"accept-language": code}).text for code in ("de", "pt", "ar")}
    assert "Woche ab Montag, " in pages["de"]
    assert "Domingo" in pages["pt"]
    assert "أسبوع السبت، " in pages["ar"]


@pytest.mark.walk
@pytest.mark.parametrize("reader", ["ana", "nobody"])
def test_every_page_is_arabic_from_right_to_left_with_no_english_left(reader: str, world: World, ana: Partner) -> None:
    client = signed_in(reads(ana.user, language="ar")) if reader == "ana" else Client()
    pages = 0
    for path in world.addresses():
        response = client.get(path, headers={"accept-language": "ar-EG"})
        if response.headers.get("Content-Type", "").startswith("text/html") and b"<html" in response.content:
            pages += 1
            assert '<html lang="ar" dir="rtl">' in response.text, path
            assert sorted(set(_texts(response.text)) & ENGLISH) == [], path
    assert pages > 25


ENGLISH = {
    source
    for entry in entries_of("ar")
    for source, text in zip(entry.sources, entry.translations, strict=False)
    if source != text and len(source) > 1
}


def _texts(page: str) -> Iterator[str]:
    reader = Reader(SPOKEN)
    reader.feed(page)
    yield from (" ".join(text.split()) for text in reader.texts)
