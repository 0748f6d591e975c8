"""Two copies of one world that differ only in what the receiver of offers did in secret, and all that its sender gets.

The copies are savepoints of the same rows, so that ids are equal and bytes can be. A new view is looked at by default:
its row in tests/routes.py puts it into `World.addresses`. A new private act gets a line in SECRETS.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.test import Client

from accounts import outbox
from accounts.models import Partner, User
from accounts.operations import close_first_steps
from scheduler.domain.problem import Problem
from scheduler.domain.reminders import Lead
from scheduler.domain.talk import Card
from scheduler.models import Feed, Jotting, Notice, PushDevice, Rhythm, RoomLine, Slot
from scheduler.notifications.links import Topic
from scheduler.operations.couples import set_break
from scheduler.operations.delivery import deliver_notices
from scheduler.operations.feeds import (
    FeedSettings,
    change_feed,
    create_feed,
    note_fetch,
    revoke_feed,
    rotate_feed,
)
from scheduler.operations.jottings import jot_down, tear_out
from scheduler.operations.mail_pauses import pause_mails, resume_mails
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.offer_notes import switch_notes
from scheduler.operations.push_devices import ask_for_test, switch_off, switch_on
from scheduler.operations.quiet import go_quiet
from scheduler.operations.rhythm import put_rhythm_aside
from scheduler.operations.room import add_lines, raise_line, remind_of_room, remove_line, tick_line, untick_all
from scheduler.operations.slots import bring_back, free, say_yes, take_back, tuck_away
from scheduler.operations.windows import forget_windows
from scheduler.web.feed import _BODIES
from tests.cast import signed_in
from tests.mark_scene import marked_everything
from tests.scenes import offered
from tests.services import Inbox
from tests.talk_scene import answered, shared_alone, shared_and_deleted, shared_and_stopped
from tests.windows_scene import HOUR, marked
from tests.world import World, evening

T = TypeVar("T")
ONCE = re.compile(rb'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]+')  # proofs and keys that differ each time
# What differs without telling: a savepoint's name, and how many rows one INSERT of notices carries (a yes also plans
# the receiver's own reminders; a row more or less there takes microseconds).
INCIDENTAL = re.compile(r"s\d+_x\d+|(VALUES |SELECT \* FROM UNNEST\()\(%s.*?(?=$| ON CONFLICT| RETURNING)", re.DOTALL)
VOLATILE = {"Set-Cookie", "Expires", "Date"}
OF_ONE_MAIL = {"Date", "Message-ID", "X-Peer", "Content-Type"}


@dataclass(frozen=True)
class Side:
    """One of the two as the sender: their seat, their browser, and the world as far as its addresses are theirs."""

    sender: Partner
    receiver: Partner
    client: Client
    world: World
    now: datetime

    def open_times(self) -> list[Slot]:
        """Return the open times that the sender has offered."""
        return list(Slot.objects.filter(offer__author=self.sender, confirmed_at=None).order_by("starts_at"))

    def draft(self) -> Slot:
        """Return a drafted time to which nobody has said yes yet."""
        return Slot.objects.get(pk=self.world.times["draft"])


def side_of(sender: Partner, receiver: Partner, world: World, *, now: datetime) -> Side:
    """Return the world as one of the two sees it: with feeds of their own, and the links of their own mails."""
    User.objects.filter(pk=sender.user_id).update(lock_minutes=0)  # the clock will jump; an idle session would lock
    token = create_feed(user=sender.user, label="Phone", now=now)
    feed = Feed.objects.filter(user=sender.user).latest("created_at")
    mails = [mail for mail in world.mails if sender.user.email in str(mail["To"])]
    times = {name: world.times[name] for name in ("plan", "open", "theirs", "draft")}  # one of each sort
    own = replace(world, feed_id=feed.pk, feed_token=token, mails=mails, times=times)
    return Side(sender, receiver, signed_in(sender.user), own, now)


# What the receiver may do in secret, by the operation that does it. The walk over operations in test_two_keys.py fails
# for one that is the actor's own and has no line here; windows, cards, kinds and needs come in like that.
Secret = Callable[[Side], object]


def _tuck_all(side: Side) -> None:
    for slot in side.open_times():
        tuck_away(partner=side.receiver, slot_id=slot.pk, now=side.now)


def _tuck_and_bring_back(side: Side) -> None:
    _tuck_all(side)
    for slot in side.open_times():
        bring_back(partner=side.receiver, slot_id=slot.pk, now=side.now)


def _say_yes_to_the_draft(side: Side) -> None:
    assert not say_yes(partner=side.receiver, slot_id=side.draft().pk, revision=1, now=side.now)


def _tuck_the_draft_away_and_say_yes(side: Side) -> None:
    tuck_away(partner=side.receiver, slot_id=side.draft().pk, now=side.now)
    _say_yes_to_the_draft(side)


def _put_the_rhythm_aside(side: Side) -> None:
    for away in (True, False, True):
        rhythm = Rhythm.objects.get(proposer=side.sender)
        put_rhythm_aside(partner=side.receiver, rhythm_id=rhythm.pk, away=away, now=side.now)


def _take_back(side: Side) -> None:
    _say_yes_to_the_draft(side)
    take_back(partner=side.receiver, slot_id=side.draft().pk, now=side.now)


def _look(side: Side) -> None:
    client = signed_in(side.receiver.user)
    for path in ("/", *(f"/times/{slot.pk}/" for slot in side.open_times()), "/calendar/", "/settings/", "/week/"):
        assert client.get(path).status_code == 200


def _fetch(side: Side) -> None:
    token = create_feed(user=side.receiver.user, label="Phone", now=side.now)
    assert Client().get(f"/cal/{token}.ics").status_code == 200


def _newest_feed(side: Side) -> Feed:
    create_feed(user=side.receiver.user, label="Tablet", now=side.now)
    return Feed.objects.filter(user=side.receiver.user, ended_at=None).latest("created_at")


def _change_settings(side: Side) -> None:
    page = {
        "name": side.receiver.user.name,
        "time_zone": side.receiver.user.time_zone,
        "language": "",
        "cover_title": "Choir",
        "partner_label": "Dear",
        "reminder_leads": [Lead.EVENING_BEFORE.value],
        "quiet_from": "21:00",
        "quiet_until": "09:00",
    }
    assert signed_in(side.receiver.user).post("/settings/", page).status_code == 303


def _mark_the_week(side: Side) -> None:
    marked(side.receiver, (1, 20, 2), (4, 19, 3), (5, 10, 2), shortest=2 * HOUR, now=side.now)


def _mark_and_forget(side: Side) -> None:
    _mark_the_week(side)
    forget_windows(partner=side.receiver)


def _switch_on(side: Side) -> PushDevice:
    keys = {"endpoint": f"https://push.example/{side.receiver.pk}", "p256dh": "x", "auth": "x", "label": "x"}
    switch_on(user=side.receiver.user, now=side.now, **keys)
    return PushDevice.objects.get(endpoint=keys["endpoint"])


def _write_lines(side: Side) -> UUID:
    lines = ["Dishes before eight", "Phones in the hall"]
    add_lines(user=side.receiver.user, lines=lines)
    return RoomLine.objects.filter(user=side.receiver.user).latest("place").pk


def _write_and_tear_out(side: Side) -> None:
    jot_down(user=side.receiver.user, text="x", now=side.now)
    tear_out(user=side.receiver.user, jotting_id=Jotting.objects.filter(user=side.receiver.user)[0].pk)


def _turn_the_key_to_notes(side: Side) -> None:
    for on in (True, False, True):
        switch_notes(partner=side.receiver, on=on)


SECRETS: dict[str, Secret] = {
    "views: looked at everything": _look,
    "feeds.create_feed": _fetch,
    "feeds.note_fetch": lambda side: note_fetch(feed_id=_newest_feed(side).pk, client="x", now=side.now),
    "feeds.rotate_feed": lambda side: rotate_feed(
        user=side.receiver.user, feed_id=_newest_feed(side).pk, now=side.now
    ),
    "feeds.revoke_feed": lambda side: revoke_feed(
        user=side.receiver.user, feed_id=_newest_feed(side).pk, now=side.now
    ),
    "preferences.change_settings": _change_settings,
    "operations.close_first_steps": lambda side: close_first_steps(user=side.receiver.user),
    "room.add_lines": _write_lines,
    "room.tick_line": lambda side: tick_line(user=side.receiver.user, line_id=_write_lines(side), ticked=True),
    "room.raise_line": lambda side: raise_line(user=side.receiver.user, line_id=_write_lines(side)),
    "room.untick_all": lambda side: untick_all(user=side.receiver.user),
    "room.remind_of_room": lambda side: remind_of_room(user=side.receiver.user, lead=Lead.SAME_MORNING, now=side.now),
    "room.remove_line": lambda side: remove_line(user=side.receiver.user, line_id=_write_lines(side)),
    "jottings.jot_down": lambda side: jot_down(user=side.receiver.user, text="A long quiet talk", now=side.now),
    "jottings.tear_out": _write_and_tear_out,
    "windows.mark_windows": _mark_the_week,
    "windows.forget_windows": _mark_and_forget,
    "mail_pauses.resume_mails": lambda side: resume_mails(user=side.receiver.user),
    "mail_pauses.pause_mails": lambda side: pause_mails(
        user_id=side.receiver.user_id, address=side.receiver.user.email
    ),
    "mail_stops.stop_mails": lambda side: [
        stop_mails(user_id=side.receiver.user_id, topic=topic, now=side.now) for topic in Topic
    ],
    "feeds.change_feed": lambda side: change_feed(
        user=side.receiver.user,
        feed_id=_newest_feed(side).pk,
        chosen=FeedSettings(label="x", calendar_name="x", title="cover", alarm_minutes=5, link=True),
        now=side.now,
    ),
    "preferences.change_preferences": _change_settings,
    "push_devices.switch_on": _switch_on,
    "push_devices.ask_for_test": lambda side: ask_for_test(
        user=side.receiver.user, device_id=_switch_on(side).pk, now=side.now
    ),
    "push_devices.switch_off": lambda side: switch_off(user=side.receiver.user, device_id=_switch_on(side).pk),
    "marks.change_marks": lambda side: marked_everything(side.receiver, now=side.now),
    "offer_notes.switch_notes": _turn_the_key_to_notes,
    "quiet.go_quiet": lambda side: go_quiet(user=User.objects.get(pk=side.receiver.user_id), now=side.now),
    "rhythm.put_rhythm_aside": _put_the_rhythm_aside,
    "slots.take_back": _take_back,
    "a draft, tucked away": lambda side: tuck_away(partner=side.receiver, slot_id=side.draft().pk, now=side.now),
    "slots.say_yes": _say_yes_to_the_draft,
    "a draft, tucked away before the yes": _tuck_the_draft_away_and_say_yes,
    "talk.keep_answer": lambda side: answered(side.receiver.user, Card.WHEN, "2 19:00 21:00"),
    "talk.delete_answer": lambda side: shared_and_deleted(side.receiver.user),
    "talk.share_card": lambda side: shared_alone(side.receiver.user),
    "talk.stop_sharing": lambda side: shared_and_stopped(side.receiver.user),
    "slots.bring_back": _tuck_and_bring_back,
    "slots.tuck_away": _tuck_all,
    "couples.set_break": lambda side: set_break(partner=side.receiver, on=True),
}


def did_everything(side: Side) -> None:
    """Let the receiver do all of it, one after the other, and lastly take a break."""
    for act in SECRETS.values():
        act(side)


def in_a_copy(side: Side, secret: Secret | None, look: Callable[[Side], T]) -> T:
    """Return what `look` finds in a copy of the world in which the receiver did `secret`, or never came."""
    cookies = copy.deepcopy(side.client.cookies)
    try:
        with transaction.atomic():
            if secret:
                secret(side)
            _BODIES.clear()  # what one process remembers of a feed must not differ either
            found = look(side)
            transaction.set_rollback(True)
    finally:
        side.client.cookies = cookies
    return found


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the text of every statement, without its values: as many and the same cost the same time."""
    told: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        told.append(INCIDENTAL.sub("...", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield told


def answer_of(request: Callable[[], Any]) -> tuple[Any, ...]:
    """Return status, headers, size and body of an answer, and the statements that it took."""
    with statements() as told:
        answer = request()
    headers = {name: value for name, value in answer.headers.items() if name not in VOLATILE}
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return (answer.status_code, headers, len(body), ONCE.sub(rb"\1", body), told)


def every_page(side: Side) -> dict[str, Any]:
    """Return what the sender gets from every address there is."""
    return {path: answer_of(partial(side.client.get, path)) for path in side.world.addresses()}


def pages_of_times(side: Side) -> dict[str, Any]:
    """Return what the sender gets from the pages on which an answer could show."""
    paths = ["/", "/offers/new/", f"/cal/{side.world.feed_token}.ics", f"/times/{side.open_times()[0].pk}/"]
    paths += [f"/times/{side.draft().pk}/", "/rhythm/"]
    return {path: answer_of(partial(side.client.get, path)) for path in paths}


def every_press(side: Side, forms: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return what the sender gets for pressing each button of every own time; each press is taken back again."""
    pressed = {}
    for path, values in forms.items():
        cookies = copy.deepcopy(side.client.cookies)
        with transaction.atomic():
            pressed[path] = answer_of(partial(side.client.post, path, values))
            transaction.set_rollback(True)
        side.client.cookies = cookies
    return pressed


def quota(side: Side) -> list[str]:
    """Return what the rules say to each further offer, the sender's very own times included."""
    days = [15, 16, 17, 18]
    starts = [evening(day, side.now) for day in days] + [slot.starts_at for slot in side.open_times()]
    said = []
    for start in starts:
        try:
            offered(side.sender, start, now=side.now)
            said.append("offered")
        except Problem as problem:
            said.append(problem.reason)
    return said


def messages(side: Side, inbox: Inbox) -> tuple[list[Any], list[str]]:
    """Return the notices that wait for the sender, and the mails that leave when all of them are due."""
    free(partner=side.sender, slot_id=side.world.times["plan"], now=side.now)
    # `freed` is due by the database's own clock, which runs on between the two copies
    Notice.objects.filter(recipient=side.sender, kind=Notice.Kind.FREED).update(due_at=side.now)
    columns = [field.attname for field in Notice._meta.concrete_fields if field.name != "id"]
    rows = sorted(map(repr, Notice.objects.filter(recipient=side.sender).values_list(*columns)))
    Notice.objects.filter(recipient=side.sender, state="pending").update(due_at=outbox.database_now())
    inbox.mails.clear()
    deliver_notices(now=outbox.database_now())
    return rows, sorted(bare(mail) for mail in inbox.to(side.sender.user.email))


def bare(mail: EmailMessage) -> str:
    """Return a mail as it is read, without its date, ids, boundary, signed links, and when it was written."""
    headers = [f"{name}: {value}" for name, value in mail.items() if name not in OF_ONE_MAIL]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    bodies = [f"{part.get_content_type()}\n{part.get_content()}" for part in parts]
    text = re.sub(r"/[msp]/[^\s\"'<>]+", "", "\n".join([*headers, *bodies]))
    return re.sub(r"(DTSTAMP|LAST-MODIFIED|CREATED):\w+", "", text)
