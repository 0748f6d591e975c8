"""A reader of German is spoken to in German: on pages, in mails and in calendars, whoever's act it was."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Letter, Partner
from tests.cast import BERLIN, signed_in
from tests.integration.feed_scene import HOUR, fetch, make_entry, make_feed, properties
from tests.integration.notice_scene import deliver, make_due, part, plan
from tests.scenes import FRIDAY
from tests.services import Inbox
from tests.world import awake_now

DAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(ana: Partner) -> Partner:
    """Return ana, who reads German; ben reads English."""
    ana.user.language = "de"
    ana.user.save(update_fields=["language"])
    return ana


def test_notices_and_reminders_are_in_the_readers_language(anna: Partner, ben: Partner, smtp_sink: Inbox) -> None:
    awake_now(anna.user, timezone.now())
    slot = plan(anna)
    here = slot.starts_at.astimezone(BERLIN)
    deliver()
    make_due(kind="reminder")
    deliver()
    day = DAYS[here.weekday()]
    told, reminded = smtp_sink.to(anna.user.email)
    assert told["Subject"] == f"{day}, 20:00"
    assert f"{day}, 20:00 steht jetzt in deinem Kalender." in part(told, "plain")
    assert f"Du hast etwas vor: {day}, 20:00." in part(reminded, "plain")
    assert "Keine Erinnerungen mehr:" in part(reminded, "plain")
    assert 'lang="de"' in part(reminded, "html")
    assert "is in your calendar now." in part(smtp_sink.to(ben.user.email)[0], "plain")


def test_account_mails_are_in_the_language_of_the_page() -> None:
    Client(headers={"accept-language": "de"}).post("/account/login/code/", {"email": "nobody@example.org"})
    letter = Letter.objects.get()
    assert letter.subject == "Zu deiner Adresse"
    assert "dazu gibt es kein Konto" in letter.text
    assert 'lang="de"' in letter.html


@pytest.mark.usefixtures("clock")
def test_a_feed_has_the_words_of_its_owner(anna: Partner) -> None:
    make_entry(anna, starts_at=FRIDAY, ends_at=FRIDAY + HOUR)
    make_entry(anna, starts_at=FRIDAY + HOUR, status="CANCELLED")
    path, _feed = make_feed(anna.user)
    titles = properties(fetch(path).content, "SUMMARY")
    assert titles == ["Kalender verbunden", "Beschäftigt", "Abgesagt: Beschäftigt"]


def test_pages_are_in_german_with_german_dates(anna: Partner) -> None:
    page = signed_in(anna.user).get("/offers/new/").content.decode()
    assert '<html lang="de"' in page
    assert "Diese Zeit anbieten" in page
    assert "Woche ab Montag, " in page
    signed_out = Client(headers={"accept-language": "de"}).get("/").content.decode()
    assert "Zeit für euch zwei" in signed_out
