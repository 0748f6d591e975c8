"""What a message on a device can do: free its one time, once, for the device it was given to, and for nobody else."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Partner, User
from scheduler.models import CalendarEntry, Notice, PushDevice, Slot
from scheduler.notifications.links import Topic, free_token, stop_link, time_link
from scheduler.operations.push_devices import switch_off, switch_on
from scheduler.operations.slots import free
from scheduler.operations.undo import undo_free
from scheduler.queries.push_devices import pushed_time
from tests.cast import signed_in
from tests.dump import dump
from tests.integration.notice_scene import deliver, plan, real_now
from tests.integration.push_scene import device_of, token_in, without_mail
from tests.push_service import PushService
from tests.scenes import offered

pytestmark = pytest.mark.django_db
PATH = "/p/"


@pytest.fixture
def told(ana: Partner, ben: Partner, push_service: PushService) -> tuple[Slot, str, PushDevice]:
    """A plan of which ana's phone has been told; with the token that stood in the message."""
    without_mail(ana.user, ben.user)
    device, browser = device_of(ana.user, push_service)
    slot = plan(ana)
    deliver()
    return slot, token_in(push_service.to(browser)[0]), device


def answer(token: str, client: Client | None = None) -> int:
    """Post a token as the service worker does; returns the status."""
    client = client or Client(enforce_csrf_checks=True)
    return client.post(PATH, {"token": token}).status_code


def test_one_post_frees_the_plan_signed_out(told: tuple[Slot, str, PushDevice]) -> None:
    slot, token, _ = told
    assert answer(token) == 200
    assert not Slot.objects.filter(pk=slot.pk).exists()
    entries = CalendarEntry.objects.filter(slot_id=slot.pk).values_list("status", flat=True)
    assert set(entries) == {CalendarEntry.Status.CANCELLED}
    freed = Notice.objects.filter(kind=Notice.Kind.FREED, channel=Notice.Channel.EMAIL)
    assert freed.count() == 2


def test_a_second_press_is_friendly_and_does_nothing(told: tuple[Slot, str, PushDevice]) -> None:
    token = told[1]
    answer(token)
    before = dump(masked={"accounts_couple": ("rev",)})
    assert answer(token) == 200
    assert dump(masked={"accounts_couple": ("rev",)}) == before


def test_a_token_that_was_used_frees_nothing_again(ana: Partner, told: tuple[Slot, str, PushDevice]) -> None:
    """Not even the same plan, once its owner has taken the press back."""
    slot, token, _ = told
    answer(token)
    assert undo_free(partner=ana, slot_id=slot.pk, now=real_now())
    before = dump()
    assert answer(token) == 404
    assert dump() == before
    assert Slot.objects.get(pk=slot.pk).confirmed_at is not None


def test_the_second_of_both_counts(ben: Partner, told: tuple[Slot, str, PushDevice]) -> None:
    """Ben frees on the page, then ana on her phone: ben's undo would take her press away, and so is over."""
    slot, token, _ = told
    free(partner=ben, slot_id=slot.pk, now=real_now())
    assert answer(token) == 200
    assert not undo_free(partner=ben, slot_id=slot.pk, now=real_now())


def test_a_plan_that_is_over_is_not_freed(told: tuple[Slot, str, PushDevice]) -> None:
    slot, _, device = told
    notice = Notice.objects.get(channel=Notice.Channel.PUSH, kind=Notice.Kind.CONFIRMED)
    found = [
        pushed_time(device_id=device.pk, notice_id=notice.pk, now=moment)
        for moment in (slot.ends_at - dt.timedelta(seconds=1), slot.ends_at)
    ]
    assert [one is not None for one in found] == [True, False]


def test_a_device_that_was_taken_away_answers_nothing(ana: Partner, told: tuple[Slot, str, PushDevice]) -> None:
    slot, token, device = told
    switch_off(user=ana.user, device_id=device.pk)
    assert answer(token) == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_a_device_in_other_hands_answers_nothing(cleo: User, told: tuple[Slot, str, PushDevice]) -> None:
    """Cleo signs in on ana's old phone and switches messages on: what ana was sent there is worth nothing."""
    slot, token, device = told
    keys = {"endpoint": device.endpoint, "p256dh": device.p256dh, "auth": device.auth}
    switch_on(user=cleo, label="Chrome, Android", now=real_now(), **keys)
    assert PushDevice.objects.get().user_id == cleo.pk
    assert answer(token) == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


FORGERIES: dict[str, Callable[[Notice, PushDevice, PushDevice], str]] = {
    "cleo's device, ana's message": lambda notice, mine, theirs: free_token(device_id=theirs.pk, notice_id=notice.pk),
    "a message that never was": lambda notice, mine, theirs: free_token(device_id=mine.pk, notice_id=uuid.uuid4()),
    "the two in the wrong order": lambda notice, mine, theirs: free_token(device_id=notice.pk, notice_id=mine.pk),
    "a link from a mail": lambda notice, mine, theirs: time_link(notice.pk).split("/")[-2],
    "a link that stops mails": lambda notice, mine, theirs: stop_link(Topic.OFFERS, mine.user_id).split("/")[-2],
    "one letter changed": lambda notice, mine, theirs: (
        "A" + free_token(device_id=mine.pk, notice_id=notice.pk)[1:][::-1]
    ),
    "cut short": lambda notice, mine, theirs: free_token(device_id=mine.pk, notice_id=notice.pk)[:-1],
    "nothing": lambda notice, mine, theirs: "",
    "very long": lambda notice, mine, theirs: "x" * 10_000,
    "nul": lambda notice, mine, theirs: "\0",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_nobody_else_gets_anywhere(
    forgery: str, cleo: User, push_service: PushService, told: tuple[Slot, str, PushDevice]
) -> None:
    """Signed in or out, with a device or without: one and the same empty answer, and nothing happens."""
    theirs, _ = device_of(cleo, push_service)
    notice = Notice.objects.get(channel=Notice.Channel.PUSH, kind=Notice.Kind.CONFIRMED)
    token = FORGERIES[forgery](notice, told[2], theirs)
    readers = [Client(), signed_in(cleo)]
    before = dump()
    answers = [reader.post(PATH, {"token": token}) for reader in readers]
    assert {(each.status_code, each.content) for each in answers} == {(404, b"")}
    assert dump() == before


def test_an_offer_cannot_be_freed_from_a_message(ana: Partner, ben: Partner, push_service: PushService) -> None:
    """A message about anything else carries no token, and one made for it does nothing."""
    without_mail(ana.user, ben.user)
    device, browser = device_of(ben.user, push_service)
    slot = offered(ana, real_now() + dt.timedelta(days=3), now=real_now())[0]
    deliver()
    assert push_service.to(browser)[0].said["free"] is None
    notice = Notice.objects.get(channel=Notice.Channel.PUSH)
    assert answer(free_token(device_id=device.pk, notice_id=notice.pk)) == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_only_a_post_answers(told: tuple[Slot, str, PushDevice]) -> None:
    token = told[1]
    before = dump()
    for method in ("get", "head", "put", "delete", "options"):
        assert getattr(Client(), method)(f"{PATH}?token={token}").status_code == 405
    assert Client().post(f"{PATH}?token={token}").status_code == 404
    assert dump() == before


def test_no_other_address_takes_a_form_without_its_proof(ana: Partner, told: tuple[Slot, str, PushDevice]) -> None:
    """The token stands for one act; everything else about devices asks for the page's own form."""
    device = told[2]
    client = signed_in(ana.user, client=Client(enforce_csrf_checks=True))
    for name, objects in (("push-add", []), ("push-away", [device.pk]), ("push-test", [device.pk])):
        assert client.post(reverse(name, args=objects), {"token": told[1]}).status_code == 403
