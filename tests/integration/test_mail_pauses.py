"""An address that takes no mail pauses the mails about times, and says so to its owner alone."""

from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import outbox
from accounts.letters import deliver_letters
from accounts.models import Breaker, Letter, Partner, User
from scheduler.models import Notice
from tests.integration.mail_scene import Moody, moody_mail_server
from tests.integration.notice_scene import deliver, plan
from tests.integration.provider_scene import INACTIVE, provider_running

pytestmark = pytest.mark.django_db
PAUSED = "Your mails are paused"


class Choosy(Moody):
    """A mail server that takes no mail for the addresses in `unknown`."""

    unknown: tuple[str, ...] = ()
    word: str = "550 5.1.1 no such mailbox"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say whether there is such a mailbox (the name is aiosmtpd's)."""
        if address in self.unknown:
            return self.word
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def server(settings: Settings, ana: Partner) -> Iterator[Choosy]:
    """Run a mail server that does not know ana's address."""
    choosy = Choosy()
    choosy.unknown = (ana.user.email,)
    with moody_mail_server(settings, choosy):
        yield choosy


def settings_page(client: Client) -> str:
    return client.get(reverse("settings")).content.decode()


def is_paused(user: User) -> bool:
    user.refresh_from_db()
    return user.mail_is_paused


def test_an_address_that_takes_no_mail_is_left_in_peace(ana: Partner, ben: Partner, server: Choosy) -> None:
    plan(ana)
    assert deliver() == 1
    assert (is_paused(ana.user), is_paused(ben.user)) == (True, False)
    assert Notice.objects.get(kind="confirmed", recipient=ana).state == "failed"
    server.unknown = ()
    plan(ana, days=4)
    assert deliver() == 1
    assert {mail["To"] for mail in server.mails} == {ben.user.email}
    assert not Breaker.objects.exists()


def test_its_owner_reads_so_and_one_press_tries_again(
    ana: Partner, ana_client: Client, ben_client: Client, server: Choosy
) -> None:
    before = settings_page(ben_client)
    assert PAUSED not in settings_page(ana_client)
    plan(ana)
    deliver()
    page = settings_page(ana_client)
    assert PAUSED in page
    assert f"The last mail to {ana.user.email} was not taken there" in page
    assert PAUSED not in settings_page(ben_client)
    assert PAUSED not in before
    server.unknown = ()
    for _ in range(2):
        assert ana_client.post(reverse("mails-again"), follow=True).status_code == 200
    assert "Mails are sent again" in ana_client.post(reverse("mails-again"), follow=True).content.decode()
    assert PAUSED not in settings_page(ana_client)
    plan(ana, days=4)
    assert deliver() == 2


def test_only_ones_own_mails_are_sent_again(ana: Partner, ben_client: Client, cleo_client: Client) -> None:
    User.objects.filter(pk=ana.user_id).update(paused_email=ana.user.email)
    for client in (ben_client, cleo_client):
        client.post(reverse("mails-again"))
    assert is_paused(ana.user)
    assert Client().post(reverse("mails-again")).status_code == 302


@pytest.mark.usefixtures("server")
def test_another_address_starts_afresh(ana: Partner) -> None:
    plan(ana)
    deliver()
    ana.user.email = "ana@elsewhere.example.org"
    ana.user.save(update_fields=["email"])
    assert not is_paused(ana.user)
    plan(ana, days=4)
    assert deliver() == 2


@pytest.mark.parametrize("word", ["550 5.7.1 your host is on a list", "554 5.7.1 relay access denied", "450 later"])
def test_what_is_said_of_the_sender_pauses_nobody(ana: Partner, server: Choosy, word: str) -> None:
    server.word = word
    plan(ana)
    deliver()
    assert not is_paused(ana.user)


def test_a_message_that_was_not_liked_pauses_nobody(ana: Partner, server: Choosy) -> None:
    server.unknown, server.replies = (), ("550 not this one",)
    plan(ana)
    deliver()
    assert not is_paused(ana.user)


def test_mails_about_the_account_are_still_tried(ana: Partner, server: Choosy) -> None:
    plan(ana)
    deliver()
    server.unknown = ()
    now = outbox.database_now()
    facts = {"subject": "Your code", "text": "12345", "due_at": now, "expires_at": now.replace(year=now.year + 1)}
    Letter.objects.create(recipient=ana.user.email, **facts)
    assert deliver_letters(now=outbox.database_now()) == 1


def test_a_provider_that_knows_an_address_as_dead_pauses_it_too(
    ana: Partner, ben: Partner, settings: Settings
) -> None:
    with provider_running(settings) as provider:
        provider.answers = (INACTIVE,)
        plan(ana)
        Notice.objects.filter(recipient=ben).delete()
        assert deliver() == 0
        assert len(provider.taken) == 1
    assert is_paused(ana.user)
    assert not Breaker.objects.exists()
