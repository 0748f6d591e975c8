"""Two keys to open, one to close, for every operation there is; and each close within two taps of the overview."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import codes, linking
from accounts.invitation_mail import stop_mails as stop_invitation_mails
from accounts.models import ClosedInvitation, Couple, Invitation, MailStop, Partner, User
from scheduler.domain.talk import Card
from scheduler.models import Feed, Offer, OfferNote, Preferences, PushDevice, Rhythm, Slot, Window, Yes
from scheduler.notifications.links import Topic
from scheduler.operations.account import delete_account
from scheduler.operations.agreement import withdraw_agreement
from scheduler.operations.couples import leave, set_break
from scheduler.operations.feeds import create_feed, revoke_feed
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.offer_notes import switch_notes
from scheduler.operations.offers import send_kind_note
from scheduler.operations.push_devices import switch_off
from scheduler.operations.quiet import go_quiet
from scheduler.operations.rhythm import agree_to_rhythm, propose_rhythm, stop_rhythm, withdraw_rhythm
from scheduler.operations.slots import free, say_yes, take_back
from scheduler.operations.talk import delete_answer, stop_sharing
from scheduler.operations.windows import forget_windows
from tests.cast import NOW
from tests.keys import KEYS, Key, public_operations, with_key
from tests.mark_scene import MARKING, TURNING_KEYS_TO_NOTES, is_in_common, noted, notes_on, welcomes
from tests.rhythm_scene import begun, fridays, proposed
from tests.scenes import FRIDAY, SATURDAY, drafted, in_common, offered, other_of, planned
from tests.talk_scene import answered, is_shared, shared
from tests.taps import Page, presses
from tests.twins import SECRETS
from tests.windows_scene import marked

NO_ROW = (
    "{} has no row in KEYS of tests/keys.py: say there whether it takes two keys (opens), one (closes), or neither."
)
NO_LINE = "{} is secret by tests/keys.py and has no line in SECRETS of tests/twins.py."


def test_every_operation_says_how_many_keys_it_takes() -> None:
    for name in sorted(public_operations()):
        assert name in KEYS, NO_ROW.format(name)
    assert [name for name in KEYS if name not in public_operations() and KEYS[name] is not Key.SERVER] == []


def test_every_secret_act_is_among_those_that_nobody_notices() -> None:
    for name in sorted(with_key(Key.SECRET)):
        assert name in SECRETS, NO_LINE.format(name)


# Two keys: each act is done by one person; nothing may be open before the last.
def _yes(partner: Partner) -> None:
    slot = Slot.objects.get()
    say_yes(partner=partner, slot_id=slot.pk, revision=slot.revision, now=NOW)


def _yes_to_a_draft(partner: Partner) -> None:
    drafted(partner, FRIDAY)
    _yes(partner)


def _plan_from_a_draft(partner: Partner) -> None:
    _yes_to_a_draft(partner)
    _yes(other_of(partner))


def _propose(partner: Partner) -> None:
    propose_rhythm(partner=partner, pattern=fridays(), now=NOW)


def _agree(partner: Partner) -> None:
    agree_to_rhythm(partner=partner, rhythm_id=Rhythm.objects.get().pk, now=NOW)


def _is_on(_: Partner) -> bool:
    return Rhythm.objects.filter(proposer=None).exists()


def _is_planned(_: Partner) -> bool:
    return _plans() == 1


def _plans() -> int:
    return Slot.objects.filter(confirmed_at__isnull=False).count()


OPENING: dict[str, list[Callable[[Partner], object]]] = {
    "slots.say_yes": [lambda me: offered(me, FRIDAY), _yes, lambda me: _yes(other_of(me))],
    "slots.say_yes (to a draft)": [lambda me: drafted(me, FRIDAY), _yes, _yes, lambda me: _yes(other_of(me))],
    "talk.share_card": [
        lambda me: answered(other_of(me).user),
        lambda me: shared(me.user),
        lambda me: shared(me.user),
        lambda me: shared(other_of(me).user),
    ],
    "marks.change_marks": MARKING,
    "offer_notes.switch_notes": TURNING_KEYS_TO_NOTES,
    "rhythm.agree_to_rhythm": [proposed, lambda me: proposed(me, weeks=2), lambda me: _agree(other_of(me))],
    "rhythm.propose_rhythm": [proposed, proposed, lambda me: _propose(other_of(me))],
    "offers.make_offer": [
        lambda me: offered(me, FRIDAY),
        lambda me: offered(me, SATURDAY),
        lambda me: offered(other_of(me), FRIDAY),
    ],
}


# What stands open after the last act, where that is no plan.
IS_OPEN: dict[str, Callable[[Partner], bool]] = {
    "talk.share_card": is_shared,
    "marks.change_marks": is_in_common,
    "offer_notes.switch_notes": notes_on,
}


IS_OPEN |= dict.fromkeys(("rhythm.agree_to_rhythm", "rhythm.propose_rhythm"), _is_on)


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("name", OPENING)
def test_it_takes_two_to_open(name: str, who: str, ana: Partner, ben: Partner) -> None:
    me = ana if who == "ana" else ben
    is_open = IS_OPEN.get(name, _is_planned)
    for act in OPENING[name]:
        assert not is_open(me), name
        act(me)
    assert is_open(me)


def test_it_takes_two_to_link(cleo: User, dora: Partner) -> None:
    Couple.objects.all().delete()
    pairing = paired(cleo, dora.user)
    for user, linked in ((cleo, False), (cleo, False), (dora.user, True)):
        assert not Couple.objects.exists()
        assert linking.press(user=user, words=pairing.words, now=NOW) is linked
    assert Couple.objects.count() == 1


def test_whatever_opens_has_a_scene() -> None:
    assert with_key(Key.OPENS) == {*(name.split(" ")[0] for name in OPENING), "linking.press"}


def paired(inviter: User, redeemer: User) -> Invitation:
    linking.open_invitation(user=inviter, now=NOW)
    code = codes.code_of(Invitation.objects.get(inviter=inviter).pk)
    assert linking.redeem(user=redeemer, code=code, now=NOW)
    return Invitation.objects.get()


# One key: `open` makes it, `close` is the act of one of the two, `is_closed` asks right after.
@dataclass(frozen=True)
class Closing:
    """One thing that either of the two can end alone, and where the button for it is."""

    close: Callable[[Partner], object]
    is_closed: Callable[[Partner], bool]
    open: Callable[[Partner], object] = lambda _: None
    url: str = ""
    button: dict[str, str] = field(default_factory=dict)


def _feed(me: Partner) -> Feed:
    return Feed.objects.get(user=me.user)


def _push(me: Partner) -> None:
    PushDevice.objects.create(user=me.user, place=1, endpoint=f"https://push/{me.pk}", label="x", created_at=NOW)


def _is_silent(me: Partner) -> bool:
    chosen = Preferences.objects.get(user=me.user)
    return not (chosen.mail_offers or chosen.mail_changes or chosen.reminder_leads)


def _stop_all(me: Partner) -> None:
    for topic in Topic:
        stop_mails(user_id=me.user_id, topic=topic, now=NOW)


def _share_a_card(me: Partner) -> None:
    shared(me.user)
    shared(other_of(me).user)


def _no_card_shows(me: Partner) -> bool:
    return not (is_shared(me) or is_shared(other_of(me)))


def _gone(_: Partner) -> bool:
    return not Couple.objects.exists() and not Slot.objects.exists()


CLOSING: dict[str, Closing] = {
    "slots.free": Closing(
        open=lambda me: planned(other_of(me), FRIDAY),
        close=lambda me: free(partner=me, slot_id=Slot.objects.get().pk, now=NOW),
        is_closed=lambda _: not Slot.objects.exists(),
        url="time-free",
    ),
    "slots.free (an offer of one's own)": Closing(
        open=lambda me: offered(me, FRIDAY),
        close=lambda me: free(partner=me, slot_id=Slot.objects.get().pk, now=NOW),
        is_closed=lambda _: not Offer.objects.exists(),
        url="time-free",
    ),
    "rhythm.stop_rhythm": Closing(
        open=lambda me: begun(other_of(me)),
        close=lambda me: stop_rhythm(partner=me),
        is_closed=lambda _: not Rhythm.objects.exists() and not Offer.objects.exists(),
        url="rhythm-stop",
    ),
    "rhythm.withdraw_rhythm": Closing(
        open=proposed,
        close=lambda me: withdraw_rhythm(partner=me, rhythm_id=Rhythm.objects.get().pk, now=NOW),
        is_closed=lambda _: not Rhythm.objects.exists(),
        url="rhythm-away",
    ),
    "slots.take_back": Closing(
        open=_yes_to_a_draft,
        close=lambda me: take_back(partner=me, slot_id=Slot.objects.get().pk, now=NOW),
        is_closed=lambda _: not Yes.objects.exists() and Slot.objects.exists(),
        url="time-take-back",
    ),
    "slots.take_back (of what has become a plan)": Closing(
        open=_plan_from_a_draft,
        close=lambda me: take_back(partner=me, slot_id=Slot.objects.get().pk, now=NOW),
        is_closed=lambda _: not Slot.objects.exists(),
    ),
    "marks.change_marks": Closing(
        open=lambda me: in_common(me, "bath"),
        close=welcomes,
        is_closed=lambda me: not is_in_common(me),
    ),
    "offer_notes.switch_notes": Closing(
        open=lambda me: noted(other_of(me)),
        close=lambda me: switch_notes(partner=me, on=False),
        is_closed=lambda me: not notes_on(me) and not OfferNote.objects.exists(),
        url="notes-set",
    ),
    "offers.send_kind_note": Closing(
        open=lambda me: offered(other_of(me), FRIDAY),
        close=lambda me: send_kind_note(partner=me, slot_id=Slot.objects.get().pk, sentence="hold", now=NOW),
        is_closed=lambda _: not Offer.objects.exists(),
    ),
    "couples.set_break": Closing(
        close=lambda me: set_break(partner=me, on=True),
        is_closed=lambda me: Partner.objects.get(pk=me.pk).on_break,
        url="break-set",
    ),
    "talk.stop_sharing": Closing(
        open=_share_a_card,
        close=lambda me: stop_sharing(user=me.user, card=Card.MEANING),
        is_closed=_no_card_shows,
        url="card-stop",
    ),
    "talk.delete_answer": Closing(
        open=_share_a_card,
        close=lambda me: delete_answer(user=me.user, card=Card.MEANING),
        is_closed=_no_card_shows,
    ),
    "couples.leave": Closing(
        open=lambda me: planned(me, FRIDAY),
        close=lambda me: leave(partner=me, tell_partner=False, now=NOW),
        is_closed=_gone,
        url="leave",
    ),
    "agreement.withdraw_agreement": Closing(
        open=lambda me: planned(me, FRIDAY),
        close=lambda me: withdraw_agreement(user=me.user, now=NOW),
        is_closed=_gone,
        url="agreement-withdraw",
    ),
    "account.delete_account": Closing(  # the one that asks who it is first: it can't be made good again
        open=lambda me: planned(me, FRIDAY),
        close=lambda me: delete_account(user=me.user, now=NOW),
        is_closed=lambda me: _gone(me) and not User.objects.filter(pk=me.user_id).exists(),
    ),
    "feeds.revoke_feed": Closing(
        open=lambda me: create_feed(user=me.user, label="Phone", now=NOW),
        close=lambda me: revoke_feed(user=me.user, feed_id=_feed(me).pk, now=NOW),
        is_closed=lambda me: _feed(me).ended_at is not None,
        url="feed-revoke",
    ),
    "push_devices.switch_off": Closing(
        open=_push,
        close=lambda me: switch_off(user=me.user, device_id=PushDevice.objects.get().pk),
        is_closed=lambda _: not PushDevice.objects.exists(),
        url="push-away",
    ),
    "windows.forget_windows": Closing(
        open=lambda me: marked(me, (4, 19, 2)),
        close=lambda me: forget_windows(partner=me),
        is_closed=lambda _: not Window.objects.exists(),
        url="windows-forget",
    ),
    "quiet.go_quiet": Closing(close=lambda me: go_quiet(user=me.user, now=NOW), is_closed=_is_silent, url="quiet"),
    "mail_stops.stop_mails": Closing(close=_stop_all, is_closed=_is_silent),
    "linking.close_invitation": Closing(
        close=lambda me: linking.close_invitation(inviter_id=other_of(me).user_id, invited_id=me.user_id, now=NOW),
        is_closed=lambda me: linking.is_closed(inviter_id=other_of(me).user_id, invited_id=me.user_id),
    ),
    "invitation_mail.stop_mails": Closing(
        close=lambda me: stop_invitation_mails(address_hash=codes.address_hash(me.user.email), now=NOW),
        is_closed=lambda _: MailStop.objects.exists(),
    ),
}


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("name", CLOSING)
def test_it_takes_one_to_close(name: str, who: str, ana: Partner, ben: Partner) -> None:
    me, scene = (ana if who == "ana" else ben), CLOSING[name]
    scene.open(me)
    scene.close(me)
    assert scene.is_closed(me)


@pytest.mark.parametrize("by", [0, 1])
def test_one_ends_a_pairing_or_takes_an_invitation_back(by: int, cleo: User, dora: Partner) -> None:
    Couple.objects.all().delete()
    paired(cleo, dora.user)
    linking.end_pairing(user=(cleo, dora.user)[by])
    linking.open_invitation(user=cleo, now=NOW)
    linking.revoke_invitation(user=cleo)
    assert not Invitation.objects.exists()


def test_whatever_closes_has_a_scene() -> None:
    scenes = {name.split(" ")[0] for name in CLOSING}
    assert with_key(Key.CLOSES) == scenes | {"linking.end_pairing", "linking.revoke_invitation"}


# Within two taps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, scene in CLOSING.items() if scene.url])
def test_what_closes_is_two_taps_away_and_asks_nothing(name: str, ana: Partner, ana_client: Client) -> None:
    scene = CLOSING[name]
    scene.open(ana)
    client = Client(enforce_csrf_checks=True)
    client.cookies = ana_client.cookies
    action, values = next(presses(client, scene.url))
    answer: Any = client.post(action, values)
    assert answer.status_code in {200, 303}
    assert not re.search("login|reauthenticate", answer.headers.get("Location", ""))
    assert scene.is_closed(ana)


def test_quick_exit_is_one_tap_away_on_every_page(ana: Partner, ana_client: Client) -> None:
    planned(ana, FRIDAY)
    for path in ("/", "/settings/", "/calendar/", "/leave/", reverse("agreement")):
        forms = Page(ana_client.get(path).content.decode()).forms
        assert forms[0].action == reverse("quick-exit")


def test_what_is_left_of_leaving_is_a_keyed_hash(ana: Partner, ben: Partner) -> None:
    leave(partner=ana, tell_partner=False, now=NOW)
    row = ClosedInvitation.objects.get()
    assert row.pair_hash == codes.pair_hash(inviter_id=ben.user_id, invited_id=ana.user_id)
    assert {column.attname for column in ClosedInvitation._meta.fields} == {"pair_hash", "created_at"}
    linking.open_invitation(user=ben.user, now=NOW)
    code = codes.code_of(Invitation.objects.get().pk)
    assert not linking.redeem(user=ana.user, code=code, now=NOW + dt.timedelta(hours=1))


@pytest.mark.django_db
def test_the_hash_of_a_pair_needs_the_servers_key(settings: Settings) -> None:
    pair = {"inviter_id": User().pk, "invited_id": User().pk}
    before = codes.pair_hash(**pair)
    settings.SECRET_KEY = "another"
    assert codes.pair_hash(**pair) != before
