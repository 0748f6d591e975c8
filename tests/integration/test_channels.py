"""The contract of every channel, held against a real server at its far side. A new channel adds one line to SIDES."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest

from accounts import outbox
from accounts.failures import Fate, verdict_on
from accounts.mail_ids import message_id, thread_id
from accounts.models import Breaker, Partner
from scheduler.models import Notice
from scheduler.notifications.channels import CHANNELS
from scheduler.notifications.messages import Message, Telling, compose
from tests.cast import BERLIN
from tests.integration.channel_scene import SIDES, FarSide
from tests.integration.notice_scene import deliver, plan
from tests.scenes import FRIDAY

State = Notice.State
pytestmark = pytest.mark.django_db


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest, ana: Partner) -> Iterator[FarSide]:
    with SIDES[request.param](request, ana.user) as far:
        yield far


@pytest.fixture
def message(ana: Partner, side: FarSide) -> Message:
    """A reminder for ana, as its channel gets it."""
    now = outbox.database_now()
    rows = {"recipient": ana, "cause": uuid.uuid4(), "due_at": now, "expires_at": now + dt.timedelta(hours=1)}
    notice = Notice.objects.create(kind=Notice.Kind.REMINDER, channel=side.channel, starts_at=FRIDAY, **rows)
    telling = Telling(
        notice_id=notice.pk,
        message_id=message_id(notice),
        kind=notice.kind,
        address=ana.user.email,
        user_id=ana.user_id,
        zone=BERLIN,
        language="en",
        starts_at=FRIDAY,
        expires_at=notice.expires_at,
        thread_id=thread_id(notice.pk),
    )
    return compose(telling, now=now)


def hand_over(side: FarSide, message: Message) -> None:
    with CHANNELS[side.channel].line() as line:
        line.ready()
        line.send(message)


def fate_of(side: FarSide, message: Message) -> Fate:
    """Return what becomes of a message that is not taken; it has begun to leave once the line is ready."""
    has_begun = False
    with CHANNELS[side.channel].line() as line:
        try:
            line.ready()
            has_begun = True
            line.send(message)
        except Exception as error:  # noqa: BLE001  (which one is the channel's own affair)
            return verdict_on(error, has_begun=has_begun).fate
    raise AssertionError("the message was taken")


def test_every_channel_has_a_far_side() -> None:
    """Or it is under no contract."""
    assert {"smtp", "provider", "push"} == {*SIDES}
    assert {*CHANNELS} == {*Notice.Channel} == {"email", "push"}


def test_a_message_is_taken(side: FarSide, message: Message) -> None:
    hand_over(side, message)
    assert len(side.left()) == 1


def test_the_same_message_twice_is_known_by_the_same_name(side: FarSide, message: Message) -> None:
    with CHANNELS[side.channel].line() as line:
        line.ready()
        line.send(message)
        Notice.objects.update(reached=[])  # as if nobody could tell whether it arrived
        line.send(message)
    names = [name for name, _ in side.left()]
    assert len(names) == 2
    assert len({*names}) == 1


def test_nothing_private_leaves(side: FarSide, message: Message, ana: Partner, ben: Partner) -> None:
    hand_over(side, message)
    [(_, text)] = side.left()
    text = text.lower()
    private = [str(ben.pk), str(ana.pk), str(ana.couple_id), ben.user.email, "ben", "together", "pear", "partner"]
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize(("word", "fate"), [("never", Fate.FINAL), ("later", Fate.LATER), ("cut", Fate.UNSURE)])
def test_what_the_far_side_says_decides(side: FarSide, message: Message, word: str, fate: Fate) -> None:
    side.say(word)
    assert fate_of(side, message) is fate
    if fate is not Fate.FINAL:
        side.say("taken")
        hand_over(side, message)


def test_what_is_said_of_one_message_says_nothing_of_the_server(side: FarSide, message: Message) -> None:
    side.say("never")
    with pytest.raises(Exception) as raised:  # noqa: PT011
        hand_over(side, message)
    assert not verdict_on(raised.value, has_begun=True).is_away


def test_a_server_that_is_away_takes_nothing_and_loses_nothing(side: FarSide, message: Message) -> None:
    side.go_away()
    assert fate_of(side, message) is Fate.LATER
    assert side.left() == []


def test_mail_finds_out_before_a_message_counts_as_begun(side: FarSide) -> None:
    """Push has no server that could be asked beforehand: each device has one of its own."""
    side.go_away()
    with CHANNELS[side.channel].line() as line:
        if side.channel == Notice.Channel.PUSH:
            line.ready()
        else:
            with pytest.raises(OSError):  # noqa: PT011
                line.ready()


@pytest.mark.parametrize(("word", "state"), [("taken", State.SENT), ("never", State.FAILED), ("later", State.PENDING)])
def test_the_row_ends_as_the_far_side_says(side: FarSide, ana: Partner, word: str, state: str) -> None:
    plan(ana)
    side.say(word)
    Notice.objects.exclude(channel=side.channel, recipient=ana, kind=Notice.Kind.CONFIRMED).delete()
    deliver()
    row = Notice.objects.get()
    assert (row.state, row.attempts) == (state, 1)
    assert not Breaker.objects.exclude(failures=0).exists()
