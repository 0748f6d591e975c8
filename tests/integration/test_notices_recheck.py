"""At the moment of sending each notice is looked at again: what is no longer so, or no longer wanted, is dropped."""

import smtplib
import uuid
from dataclasses import dataclass

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction
from pytest_django import Settings

from accounts import outbox
from accounts.models import Partner
from accounts.operations import couple_locked
from scheduler import tasks
from scheduler.models import CalendarEntry, Notice, Preferences, Sentence, Slot
from scheduler.notifications.links import Topic
from scheduler.operations.couples import set_break
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.notices import drop_notices
from scheduler.operations.offers import send_kind_note
from scheduler.operations.slots import free, say_yes, tuck_away
from tests.integration.notice_scene import deliver, evening_in, make_due, plan, real_now
from tests.scenes import heard_of, offered
from tests.services import Inbox, free_port

Kind, State = Notice.Kind, Notice.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("smtp_sink")]


def states(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("state", flat=True))


def prefer(partner: Partner, **choices: object) -> None:
    Preferences.objects.update_or_create(user=partner.user, defaults=choices)


@pytest.fixture
def offer(ana: Partner) -> Slot:
    return offered(ana, evening_in(3), now=real_now())[0]


def test_no_offer_mail_for_what_was_tucked_away(ben: Partner, offer: Slot) -> None:
    tuck_away(partner=ben, slot_id=offer.pk, now=real_now())
    assert deliver() == 0
    assert states(Kind.OFFER) == {State.DROPPED}


def test_an_offer_mail_while_one_of_its_times_is_unanswered(ana: Partner, ben: Partner) -> None:
    first, _ = offered(ana, evening_in(3), evening_in(4), now=real_now())
    tuck_away(partner=ben, slot_id=first.pk, now=real_now())
    assert deliver() == 1


def test_no_offer_mail_on_a_break(ben: Partner, offer: Slot) -> None:
    set_break(partner=ben, on=True)
    assert deliver() == 0
    assert states(Kind.OFFER) == {State.DROPPED}
    assert Slot.objects.filter(pk=offer.pk).exists()


@pytest.mark.usefixtures("offer")
def test_no_offer_mail_that_is_not_wanted(ben: Partner) -> None:
    prefer(ben, mail_offers=False)
    assert deliver() == 0
    assert states(Kind.OFFER) == {State.DROPPED}


def test_no_offer_mail_for_what_was_answered_or_withdrawn(ana: Partner, ben: Partner, offer: Slot) -> None:
    say_yes(partner=ben, slot_id=offer.pk, revision=1, now=real_now())
    other = offered(ana, evening_in(4), now=real_now())[0]
    free(partner=ana, slot_id=other.pk, now=real_now())
    deliver()
    assert states(Kind.OFFER) == {State.DROPPED}


@pytest.mark.parametrize("kind", [Kind.CONFIRMED, Kind.REMINDER])
def test_nothing_about_a_plan_of_another_sequence(ana: Partner, kind: str) -> None:
    plan(ana)
    CalendarEntry.objects.update(sequence=7)
    make_due(kind=kind)
    Notice.objects.exclude(kind=kind).delete()
    assert deliver() == 0
    assert states(kind) == {State.DROPPED}


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Kind.CONFIRMED, "CANCELLED"), (Kind.REMINDER, "CANCELLED"), (Kind.FREED, "CONFIRMED")],
)
def test_nothing_about_a_plan_of_another_status(ana: Partner, kind: str, status: str) -> None:
    slot = plan(ana)
    if kind == Kind.FREED:
        heard_of(slot)
        free(partner=ana, slot_id=slot.pk, now=real_now())
    CalendarEntry.objects.update(status=status)
    Notice.objects.exclude(kind=kind).delete()
    make_due()
    assert deliver() == 0
    assert states(kind) == {State.DROPPED}


@pytest.mark.parametrize("kind", [Kind.CONFIRMED, Kind.FREED])
def test_no_mail_about_changes_that_is_not_wanted(ana: Partner, ben: Partner, kind: str) -> None:
    slot = plan(ana)
    if kind == Kind.FREED:
        heard_of(slot)
        free(partner=ana, slot_id=slot.pk, now=real_now())
    Notice.objects.exclude(kind=kind).delete()
    make_due()
    prefer(ben, mail_changes=False)
    assert deliver() == 1
    assert Notice.objects.get(recipient=ben).state == State.DROPPED


@pytest.mark.parametrize(("unwanted", "sent"), [("mail_offers", 0), ("mail_changes", 1)])
def test_mails_about_kind_notes_go_with_those_about_offers(
    ana: Partner, ben: Partner, offer: Slot, unwanted: str, sent: int
) -> None:
    prefer(ana, **{unwanted: False})
    send_kind_note(partner=ben, slot_id=offer.pk, sentence=Sentence.HOLD, now=real_now())
    Notice.objects.exclude(kind=Kind.NOTE).delete()
    assert deliver() == sent


def test_no_reminder_of_a_lead_that_was_given_up(ana: Partner) -> None:
    plan(ana)
    prefer(ana, reminder_leads=["15m"])
    Notice.objects.exclude(kind=Kind.REMINDER, recipient=ana).delete()
    make_due()
    assert deliver() == 0
    assert states(Kind.REMINDER) == {State.DROPPED}


def test_no_reminder_after_the_start(ana: Partner) -> None:
    plan(ana)
    Notice.objects.exclude(kind=Kind.REMINDER).delete()
    make_due()
    Notice.objects.update(expires_at=real_now())
    assert deliver() == 0
    assert states(Kind.REMINDER) == {State.EXPIRED}


def test_a_late_reminder_waits_for_the_end_of_quiet_hours(ana: Partner) -> None:
    plan(ana)
    Notice.objects.exclude(kind=Kind.REMINDER, recipient=ana).delete()
    make_due()
    now = real_now()
    utc = now.replace(tzinfo=None)
    ana.user.time_zone = "UTC"
    ana.user.save(update_fields=["time_zone"])
    begins = utc.replace(minute=0, second=0).time().replace(hour=(utc.hour - 2) % 24)
    ends = begins.replace(hour=(utc.hour + 2) % 24)
    prefer(ana, quiet_from=begins, quiet_until=ends)
    assert deliver() == 0
    row = Notice.objects.get()
    assert (row.state, row.attempts, row.due_at.time()) == (State.PENDING, 0, ends)
    assert row.due_at > now


def test_no_mail_to_a_closed_account(ana: Partner, ben: Partner) -> None:
    plan(ana)
    ben.user.is_active = False
    ben.user.save(update_fields=["is_active"])
    assert deliver() == 1


def test_nothing_is_left_to_send_when_the_couple_has_ended(ana: Partner) -> None:
    plan(ana)
    claimed = outbox.claim_due(Notice, now=outbox.database_now())
    ana.couple.delete()
    assert claimed
    assert deliver() == 0


def test_what_has_begun_is_not_dropped_and_what_was_dropped_does_not_begin(ana: Partner, ben: Partner) -> None:
    slot = plan(ana)
    claimed = {row.recipient_id: row for row in outbox.claim_due(Notice, now=outbox.database_now())}
    with couple_locked(ana.couple_id):
        assert outbox.mark_started(claimed[ana.pk], now=outbox.database_now())
    with couple_locked(ana.couple_id):
        drop_notices(causes=[slot.pk], kind=Kind.CONFIRMED)
    with transaction.atomic():
        assert not outbox.mark_started(claimed[ben.pk], now=outbox.database_now())
    assert outbox.mark_sent(claimed[ana.pk], now=outbox.database_now())


def test_a_mail_server_that_is_away_costs_no_attempt(ana: Partner, smtp_sink: Inbox, settings: Settings) -> None:
    plan(ana)
    settings.EMAIL_PORT = free_port()
    assert deliver() == 0
    rows = Notice.objects.filter(kind=Kind.CONFIRMED)
    assert {(row.state, row.attempts, row.claim) for row in rows} == {(State.PENDING, 0, None)}
    settings.EMAIL_PORT = smtp_sink.port
    assert deliver() == 2


def test_a_sender_that_must_stop_gives_back_what_it_has_not_begun(ana: Partner) -> None:
    plan(ana)
    answers = iter([True, False])
    assert deliver_notices(now=outbox.database_now(), keep_going=lambda: next(answers)) == 1
    rows = Notice.objects.filter(kind=Kind.CONFIRMED, state=State.PENDING)
    assert [(row.claim, row.attempts) for row in rows] == [(None, 0)]
    assert deliver() == 1


def test_a_poisoned_row_holds_up_no_other(ana: Partner, ben: Partner) -> None:
    plan(ana)
    ana.user.email = "ana\n@example.org"
    ana.user.save(update_fields=["email"])
    assert deliver() == 1
    row = Notice.objects.get(kind=Kind.CONFIRMED, recipient=ana)
    assert (row.state, row.attempts, row.last_error_class) == (State.PENDING, 1, "ValueError")
    assert Notice.objects.get(kind=Kind.CONFIRMED, recipient=ben).state == State.SENT


def test_an_unsure_reminder_stays_unknown_and_a_freed_notice_goes_again(ana: Partner) -> None:
    slot = plan(ana)
    heard_of(slot)
    free(partner=ana, slot_id=slot.pk, now=real_now())
    cut = smtplib.SMTPServerDisconnected("in the middle of it")
    make_due(kind=Kind.FREED)
    Notice.objects.filter(kind=Kind.REMINDER).update(state=State.PENDING, due_at=real_now())
    for row in outbox.claim_due(Notice, now=outbox.database_now()):
        assert outbox.mark_started(row, now=outbox.database_now())
        outbox.settle(row, now=outbox.database_now(), error=cut)
    assert states(Kind.REMINDER) == {State.UNKNOWN}
    assert states(Kind.FREED) == {State.PENDING}


@dataclass
class Refusing(Inbox):
    """A mail server that takes nothing."""

    answer: str = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Say no (the name is aiosmtpd's)."""
        return self.answer


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such reader", State.FAILED), ("451 come back later", State.PENDING)]
)
def test_what_the_mail_server_says_decides(ana: Partner, settings: Settings, answer: str, state: str) -> None:
    plan(ana)
    server = Controller(Refusing(answer=answer), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        settings.EMAIL_PORT = server.port
        assert deliver() == 0
    finally:
        server.stop()
    rows = Notice.objects.filter(kind=Kind.CONFIRMED)
    assert {(row.state, row.attempts, row.last_error_class) for row in rows} == {(state, 1, "SMTPDataError")}


def test_the_tasks_do_their_sweeps(ana: Partner, smtp_sink: Inbox) -> None:
    plan(ana)
    tasks.deliver()
    tasks.fade()
    tasks.purge()
    assert len(smtp_sink.mails) == 2
    assert Slot.objects.exists()


def test_nobody_s_mails_cannot_be_stopped() -> None:
    assert not stop_mails(user_id=uuid.uuid4(), topic=Topic.OFFERS, now=real_now())
