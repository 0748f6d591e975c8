"""Nobody can tell from a row, a message or a log line which of the two freed a time, or that it was on a phone."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Partner
from scheduler.models import Notice
from tests.cast import signed_in
from tests.dump import dump
from tests.integration.notice_scene import deliver, make_due, plan
from tests.integration.push_scene import device_of, token_in, without_mail
from tests.integration.test_secret_differences import WHO_MAY_UNDO, in_two_worlds
from tests.push_service import PushBrowser, Pushed, PushService

pytestmark = pytest.mark.django_db
EACH_TIME_ANEW = {
    "scheduler_notice": ("id", "due_at", "claim", "send_started_at", "sent_at", "lease_until"),
    "scheduler_pushdevice": ("last_delivered_at",),
    "scheduler_calendarentry": ("changed_at",),
    "accounts_couple": ("rev",),
    "scheduler_undo": (*WHO_MAY_UNDO["scheduler_undo"], "expires_at"),
    "django_session": ("session_key", "session_data", "expire_date"),
}


def said(pushed: Pushed) -> tuple[str, dict[str, Any]]:
    """Return a message without what is random in each."""
    return pushed.path, {name: value for name, value in pushed.said.items() if name != "tag"}


@pytest.mark.parametrize("way", ["page", "phone"])
def test_who_freed_a_plan_shows_nowhere(
    way: str, ana: Partner, ben: Partner, push_service: PushService, caplog: pytest.LogCaptureFixture
) -> None:
    without_mail(ana.user, ben.user)
    browsers: dict[Any, PushBrowser] = {who.pk: device_of(who.user, push_service)[1] for who in (ana, ben)}
    slot = plan(ana)
    deliver()
    tokens = {key: token_in(push_service.to(browser)[0]) for key, browser in browsers.items()}
    clients = {who.pk: signed_in(who.user) for who in (ana, ben)}
    caplog.set_level(logging.INFO)

    def after(partner: Partner) -> tuple[Any, ...]:
        push_service.pushed.clear()
        caplog.clear()
        if way == "page":
            assert clients[partner.pk].post(reverse("time-free", args=[slot.pk])).status_code == 200
        else:
            assert Client().post("/p/", {"token": tokens[partner.pk]}).status_code == 200
        lines = list(caplog.messages)
        rows = dump(masked=EACH_TIME_ANEW)
        make_due(kind=Notice.Kind.FREED)
        assert deliver() == 2
        return rows, lines, sorted((said(each) for each in push_service.pushed), key=repr)

    one, other = in_two_worlds(ana, ben, after)
    assert one == other
    assert len(one[2]) == 2


def test_a_device_is_nothing_that_the_partner_can_see(
    ana: Partner, ben: Partner, push_service: PushService, ana_client: Client
) -> None:
    """Ben's devices, his choices and what became of his messages change no byte of what ana sees."""
    paths = [reverse(name) for name in ("agenda", "settings", "calendar", "offer-new")]

    def seen() -> list[str]:
        pages = [ana_client.get(path).content.decode() for path in paths]
        return ["\n".join(line for line in page.splitlines() if "value=" not in line) for page in pages]

    before = seen()
    device, browser = device_of(ben.user, push_service)
    without_mail(ben.user)
    assert seen() == before
    push_service.statuses[browser.path] = 410
    plan(ana)
    with_plan = seen()
    deliver()
    device.refresh_from_db()
    assert device.gone_at is not None
    assert seen() == with_plan
