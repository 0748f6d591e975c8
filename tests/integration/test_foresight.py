"""Reminders that are read ahead: what their couple does meanwhile counts, and then they go the long way."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts import outbox
from accounts.models import Couple, Partner
from scheduler.models import Notice, Preferences, Slot
from scheduler.operations.foresight import Foreseen, Foresight, begin_foreseen
from scheduler.operations.notices import plan_reminders_of_user
from scheduler.operations.slots import free
from tests.integration.notice_scene import deliver, make_due, plan, real_now
from tests.services import Inbox
from tests.world import awake_now

Kind, State = Notice.Kind, Notice.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot(ana: Partner, ben: Partner) -> Slot:
    """A plan whose reminders are due, and nothing else."""
    for partner in (ana, ben):
        awake_now(partner.user, real_now())
    slot = plan(ana)
    Notice.objects.exclude(kind=Kind.REMINDER).delete()
    make_due(kind=Kind.REMINDER)
    return slot


def claimed() -> list[Notice]:
    return outbox.claim_due(Notice, now=outbox.database_now())


def foreseen(notices: list[Notice]) -> list[Foreseen]:
    """Return what is known of them; on SQLite that is nothing, and the rest of the test has no subject."""
    foresight = Foresight()
    foresight.look_at(notices)
    known = [foresight.of(notice) for notice in notices]
    if connection.vendor == "sqlite":
        assert known == [None] * len(notices)
        return []
    return [each for each in known if each is not None]


@pytest.mark.usefixtures("slot")
def test_what_has_not_changed_begins_once() -> None:
    notices = claimed()
    seen = foreseen(notices)
    assert [begin_foreseen(*each) for each in zip(notices, seen, strict=False)] == [True] * len(seen)
    for notice, known in zip(notices, seen, strict=False):
        assert (notice.attempts, notice.send_started_at is not None) == (1, True)
        assert not begin_foreseen(notice, known)


def test_a_time_that_is_freed_meanwhile_is_not_begun(slot: Slot, ana: Partner) -> None:
    notices = claimed()
    seen = foreseen(notices)
    free(partner=ana, slot_id=slot.pk, now=real_now())
    assert not any(begin_foreseen(*each) for each in zip(notices, seen, strict=False))
    assert set(Notice.objects.filter(kind=Kind.REMINDER).values_list("state", flat=True)) == {State.DROPPED}


@pytest.mark.usefixtures("slot")
def test_a_lead_that_is_given_up_meanwhile_is_not_begun(ana: Partner) -> None:
    notices = claimed()
    seen = foreseen(notices)
    Preferences.objects.filter(user=ana.user).update(reminder_leads=[])
    ana.user.refresh_from_db()
    plan_reminders_of_user(user=ana.user, now=real_now())
    assert not any(begin_foreseen(*each) for each in zip(notices, seen, strict=False))


@pytest.mark.usefixtures("slot")
def test_a_lease_that_lapsed_begins_nothing() -> None:
    notices = claimed()
    seen = foreseen(notices)
    Notice.objects.update(lease_until=real_now() - dt.timedelta(seconds=1))
    assert not any(begin_foreseen(*each) for each in zip(notices, seen, strict=False))


@pytest.mark.usefixtures("slot")
def test_a_time_that_has_begun_meanwhile_begins_nothing() -> None:
    notices = claimed()
    seen = foreseen(notices)
    Notice.objects.update(expires_at=real_now() - dt.timedelta(seconds=1))
    assert not any(begin_foreseen(*each) for each in zip(notices, seen, strict=False))


@pytest.mark.usefixtures("slot")
def test_a_couple_in_the_middle_of_something_is_not_waited_for(couple: Couple) -> None:
    notices = claimed()
    seen = foreseen(notices)

    def begin() -> list[bool]:
        try:
            return [begin_foreseen(*each) for each in zip(notices, seen, strict=False)]
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor() as other:
        Couple.objects.select_for_update().get(pk=couple.pk)
        assert not any(other.submit(begin).result(30))


@pytest.mark.usefixtures("slot")
def test_a_batch_needs_few_questions(smtp_sink: Inbox, django_assert_max_num_queries) -> None:  # noqa: ANN001
    """Two for each reminder on PostgreSQL, once its batch is claimed, with one look for each kind, and read."""
    with django_assert_max_num_queries(25 + 2 * 2 if connection.vendor == "postgresql" else 25 + 2 * 10):
        assert deliver() == 2
    assert len(smtp_sink.mails) == 2
