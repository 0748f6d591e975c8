"""Web push end to end: acts of a couple on one side, on the other a push service that opens what it gets."""

import datetime as dt

import pytest
from django.core.exceptions import ObjectDoesNotExist
from pytest_django import Settings

from accounts import outbox
from accounts.models import Partner
from scheduler.models import Notice, Preferences, PushDevice
from scheduler.notifications.push_payload import LENGTH
from scheduler.operations.offers import send_kind_note
from scheduler.operations.preferences import Choices, change_preferences
from scheduler.operations.push_devices import ask_for_test, deliver_tests, switch_off
from scheduler.operations.slots import free
from scheduler.tasks import deliver as deliver_task
from scheduler.web.settings_form import stored_settings
from tests.integration.notice_scene import deliver, evening_in, make_due, plan, real_now
from tests.integration.push_scene import device_of, without_mail
from tests.push_service import PushService
from tests.scenes import offered
from tests.services import Inbox
from tests.world import awake_now

Kind, State = Notice.Kind, Notice.State
pytestmark = pytest.mark.django_db
PUSHES = {"channel": Notice.Channel.PUSH}


@pytest.fixture(autouse=True)
def _by_push_alone(ana: Partner, ben: Partner) -> None:
    """No mails: each test is about devices."""
    without_mail(ana.user, ben.user)


def test_a_plan_reaches_each_device_as_one_neutral_sentence(
    ana: Partner, ben: Partner, push_service: PushService
) -> None:
    devices = [device_of(ana.user, push_service) for _ in range(2)]
    _, bens = device_of(ben.user, push_service)
    slot = plan(ana)
    assert deliver() == 2
    assert push_service.problems == []
    for browser in [browser for _, browser in devices] + [bens]:
        [pushed] = push_service.to(browser)
        assert pushed.said["title"] == "You have a note."
        assert pushed.said["open"] == {"title": "Open", "url": "/"}
        assert {name: pushed.said["free"][name] for name in ("title", "url", "done")} == {
            "title": "Free this time",
            "url": "/p/",
            "done": "Done.",
        }
        text = pushed.text.decode().lower()
        told = ("ana", "ben", "20:00", "together", str(slot.pk), f"{slot.starts_at:%A}".lower())
        assert [word for word in told if word in text] == []
    assert {device.pk for device, _ in devices} <= set(
        PushDevice.objects.filter(last_delivered_at__isnull=False).values_list("pk", flat=True)
    )
    assert deliver() == 0


def test_headers_say_how_long_it_is_worth_and_what_it_replaces(ana: Partner, push_service: PushService) -> None:
    _, browser = device_of(ana.user, push_service)
    slot = plan(ana)
    make_due(kind=Kind.REMINDER, recipient=ana)
    awake_now(ana.user, real_now())
    deliver()
    confirmed, reminder = sorted(push_service.to(browser), key=lambda each: each.headers["Topic"])
    left = (slot.starts_at - real_now()).total_seconds()
    for pushed in (confirmed, reminder):
        assert left - 60 <= int(pushed.headers["TTL"]) <= left + 60
        assert pushed.headers["Urgency"] == "normal"
        assert pushed.headers["Topic"] == pushed.said["tag"]
        assert len(pushed.headers["Topic"]) <= 32
        assert pushed.claims["sub"] == "mailto:calendar@localhost"
    assert confirmed.headers["Topic"] != reminder.headers["Topic"]


def test_every_sort_of_message_is_of_one_length(ana: Partner, ben: Partner, push_service: PushService) -> None:
    """Whatever it is about, and whichever language it is in: the push service learns nothing from its size."""
    anas = device_of(ana.user, push_service)
    device_of(ben.user, push_service)
    ben.user.language = "de"
    ben.user.save(update_fields=["language"])
    awake_now(ana.user, real_now())
    noted = offered(ana, evening_in(6), now=real_now())[0]
    deliver()
    send_kind_note(partner=ben, slot_id=noted.pk, sentence="hold", now=real_now())
    slot = plan(ana)
    deliver()
    make_due(kind=Kind.REMINDER, recipient=ana)
    deliver()
    free(partner=ana, slot_id=slot.pk, now=real_now())
    make_due(kind=Kind.FREED)
    ask_for_test(user=ana.user, device_id=anas[0].pk, now=real_now())
    deliver()
    assert deliver_tests(now=real_now()) == 1
    sent = Notice.objects.filter(state=State.SENT, **PUSHES).values_list("kind", flat=True)
    assert set(sent) == {Kind.OFFER, Kind.NOTE, Kind.CONFIRMED, Kind.REMINDER, Kind.FREED}
    assert {len(pushed.text) for pushed in push_service.pushed} == {LENGTH}
    assert len({len(pushed.body) for pushed in push_service.pushed}) == 1
    assert {pushed.said["title"] for pushed in push_service.pushed} == {"You have a note.", "Du hast eine Nachricht."}
    about_plans = [pushed for pushed in push_service.to(anas[1]) if pushed.said["free"]]
    assert len(about_plans) == 2


def test_each_sort_comes_on_the_ways_that_were_chosen(
    ana: Partner, ben: Partner, push_service: PushService, smtp_sink: Inbox
) -> None:
    device_of(ana.user, push_service)
    awake_now(ana.user, real_now())
    stored = Preferences.objects.filter(user=ana.user)
    stored.update(mail_changes=True, push_changes=False, mail_reminders=True, push_reminders=True)
    plan(ana)
    make_due(kind=Kind.REMINDER, recipient=ana)
    deliver()
    left = Notice.objects.filter(recipient=ana, state=State.SENT).values_list("kind", "channel")
    assert set(left) == {(Kind.CONFIRMED, "email"), (Kind.REMINDER, "email"), (Kind.REMINDER, "push")}
    assert len(smtp_sink.to(ana.user.email)) == 2
    assert smtp_sink.to(ben.user.email) == []


def test_reminders_follow_the_ways_and_the_devices(ana: Partner, push_service: PushService) -> None:
    """A device switched on after the plan was made is reminded too; one that is taken away is not."""
    plan(ana)
    mine = Notice.objects.filter(kind=Kind.REMINDER, recipient=ana, state=State.PENDING)
    assert not mine.exists()
    device, _ = device_of(ana.user, push_service)
    assert list(mine.values_list("channel", flat=True)) == ["push"]
    chosen = stored_settings(user=ana.user, preferences=Preferences.objects.get(user=ana.user))
    choices = {key: chosen[key] for key in Choices.__dataclass_fields__} | {"reminder_leads": ()}
    change_preferences(user=ana.user, choices=Choices(**choices), now=real_now())
    assert not mine.exists()
    Preferences.objects.filter(user=ana.user).update(reminder_leads=["2h"])
    switch_off(user=ana.user, device_id=device.pk)
    device_of(ana.user, push_service)
    assert mine.count() == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_noted_and_holds_up_no_other(
    status: int, ana: Partner, push_service: PushService
) -> None:
    gone, lost = device_of(ana.user, push_service)
    _, alive = device_of(ana.user, push_service)
    push_service.statuses[lost.path] = status
    plan(ana)
    assert deliver() == 1
    assert len(push_service.to(alive)) == 1
    gone.refresh_from_db()
    assert gone.gone_at is not None
    push_service.asked.clear()
    offered(ana, evening_in(8), now=real_now())
    make_due(kind=Kind.REMINDER, recipient=ana)
    deliver()
    assert lost.path not in push_service.asked


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 413])
def test_what_will_never_pass_ends_for_that_device_only(status: int, ana: Partner, push_service: PushService) -> None:
    """Nor is anybody followed to another address."""
    device, browser = device_of(ana.user, push_service)
    push_service.statuses[browser.path] = status
    push_service.headers["Location"] = push_service.origin + "/elsewhere"
    plan(ana)
    assert deliver() == 0
    [row] = Notice.objects.filter(recipient=ana, kind=Kind.CONFIRMED, **PUSHES)
    assert (row.state, row.last_error_class) == (State.FAILED, "Undeliverable")
    device.refresh_from_db()
    assert device.gone_at is None
    assert push_service.asked == [browser.path]


@pytest.mark.parametrize(
    ("status", "headers"), [(429, {"Retry-After": "600"}), (500, {}), (503, {"Retry-After": "x"})]
)
def test_a_push_service_that_says_later_is_asked_later_and_nobody_is_told_twice(
    status: int, headers: dict[str, str], ana: Partner, push_service: PushService
) -> None:
    _, slow = device_of(ana.user, push_service)
    _, quick = device_of(ana.user, push_service)
    push_service.statuses[slow.path], push_service.headers = status, headers
    plan(ana)
    assert deliver() == 0
    [row] = Notice.objects.filter(recipient=ana, kind=Kind.CONFIRMED, **PUSHES)
    assert row.state == State.PENDING
    assert row.due_at > real_now() + dt.timedelta(seconds=500 if status == 429 else 10)
    push_service.statuses.clear()
    make_due(pk=row.pk)
    assert deliver() == 1
    assert len(push_service.to(slow)) == len(push_service.to(quick)) == 1
    assert push_service.asked.count(quick.path) == 1


def test_a_push_service_that_is_away_is_asked_once_for_a_batch(
    ana: Partner, push_service: PushService, settings: Settings
) -> None:
    """A hang costs its time once, and what may have arrived of a reminder is not sent again."""
    settings.PUSH_TIMEOUT = 2
    device_of(ana.user, push_service)
    device_of(ana.user, push_service)
    awake_now(ana.user, real_now())
    plan(ana)
    Notice.objects.filter(kind=Kind.CONFIRMED).delete()
    make_due(kind=Kind.REMINDER, recipient=ana)
    push_service.hangs.set()
    assert deliver() == 0
    push_service.hangs.clear()
    assert len(push_service.asked) == 1
    [row] = Notice.objects.filter(recipient=ana, kind=Kind.REMINDER, **PUSHES)
    assert row.state == State.PENDING


def test_a_cut_line_is_unsure(ana: Partner, push_service: PushService) -> None:
    device_of(ana.user, push_service)
    awake_now(ana.user, real_now())
    plan(ana)
    push_service.cuts = True
    for kind, state in ((Kind.CONFIRMED, State.PENDING), (Kind.REMINDER, State.UNKNOWN)):
        make_due(recipient=ana, kind=kind)
        assert deliver() == 0
        assert Notice.objects.get(recipient=ana, kind=kind, **PUSHES).state == state
    assert len(push_service.asked) == 2


def test_an_address_that_is_no_longer_public_is_never_called(
    ana: Partner, push_service: PushService, settings: Settings
) -> None:
    """What was let in may lead inside later: it is looked at again at the moment of connecting."""
    device_of(ana.user, push_service)
    settings.PUSH_LOOPBACK = False
    plan(ana)
    assert deliver() == 0
    assert push_service.asked == []
    assert Notice.objects.get(recipient=ana, kind=Kind.CONFIRMED, **PUSHES).state == State.FAILED


def test_a_test_message_is_sent_once_by_the_worker(ana: Partner, ben: Partner, push_service: PushService) -> None:
    device, browser = device_of(ana.user, push_service)
    with pytest.raises(ObjectDoesNotExist):
        ask_for_test(user=ben.user, device_id=device.pk, now=real_now())
    ask_for_test(user=ana.user, device_id=device.pk, now=real_now())
    deliver_task()
    deliver_task()
    [pushed] = push_service.to(browser)
    assert (pushed.said["title"], pushed.said["free"]) == ("You have a note.", None)


def test_one_offer_a_day_on_each_way(ana: Partner, ben: Partner, push_service: PushService, smtp_sink: Inbox) -> None:
    _, browser = device_of(ben.user, push_service)
    Preferences.objects.filter(user=ben.user).update(mail_offers=True)
    for days in (3, 4):
        offered(ana, evening_in(days), now=real_now())
        deliver()
    assert len(push_service.to(browser)) == len(smtp_sink.to(ben.user.email)) == 1
    assert outbox.database_now() > real_now() - dt.timedelta(minutes=1)
