"""What the attackers meet: a couple whose every row exists, an ex, an outsider, and all that each of them knows."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts import codes, linking, outbox
from accounts.models import Invitation, Partner, User
from scheduler.models import Feed
from scheduler.operations.couples import leave
from scheduler.operations.feeds import create_feed, rotate_feed
from tests.cast import PASSWORD, make_couple, make_user, signed_in
from tests.dump import dump
from tests.faults.visitor import Door, Visitor
from tests.scenes import planned
from tests.services import Inbox
from tests.world import World, deliver_all, evening, links_in, whole_world

NOT_COMPARED = {"cache", "django_session", "accounts_letter", "usersessions_usersession", "accounts_breaker"}


@dataclass
class Scene:
    """The people by name, the ids and secrets that there are or were, and a way in."""

    door: Door
    inbox: Inbox
    people: dict[str, User]
    world: World
    couple_id: UUID
    ids: list[UUID]
    dead_feeds: list[str]  # tokens, after leaving and after rotation
    dead_links: list[str]  # paths from the ex's mails
    victim: Visitor
    quick: bool = False
    together: Callable[[Iterable[Callable[[], Any]]], list[Any]] = lambda calls: [call() for call in calls]
    _hosts: Any = field(default_factory=lambda: itertools.count(1))

    def visitor(self, name: str = "", *, address: str = "") -> Visitor:
        """Return a new browser, signed in as the one with this name, at an address of its own."""
        number = next(self._hosts)
        visitor = Visitor(self.door, address or f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}")
        if name:
            key = signed_in(self.people[name]).cookies[settings.SESSION_COOKIE_NAME].value
            visitor.cookies[settings.SESSION_COOKIE_NAME] = key
        return visitor

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row but those that tell of an attacker alone, and those that count tries and visits."""
        foreign = [str(user.pk) for name, user in self.people.items() if name not in {"ana", "ben"}]
        rows = dump(masked={"accounts_couple": ("rev",), "accounts_user": ("last_login", "browser_language")})
        return {
            table: [row for row in kept if not any(mark in _plain(row) for mark in _marks(foreign))]
            for table, kept in rows.items()
            if table not in NOT_COMPARED
        }


def _marks(ids: Iterable[str]) -> list[str]:
    return [form for each in ids for form in (each, each.replace("-", ""))]


def _plain(row: tuple[Any, ...]) -> str:
    return " ".join(map(str, row))


def make_scene(door: Door, inbox: Inbox, *, quick: bool) -> Scene:
    """Make everything; mails are delivered to `inbox` on the way."""
    now = outbox.database_now()
    people = {name: make_user(name, at=now) for name in ("ana", "ben", "cleo", "theo", "olga", "mona")}
    before, theo = make_couple(people["ana"], people["theo"], at=now)
    old = planned(before, evening(6, now), now=now)
    deliver_all()
    dead = [create_feed(user=people["theo"], label="Old", now=now)]
    old_ids = [old.pk, before.pk, theo.pk, before.couple_id]
    links = sorted({link for mail in inbox.to(people["theo"].email) for link in links_in(mail)})
    leave(partner=Partner.objects.get(pk=before.pk), tell_partner=False, now=now)
    ana, ben = make_couple(User.objects.get(pk=people["ana"].pk), User.objects.get(pk=people["ben"].pk), at=now)
    world = whole_world(ana=ana, ben=ben, cleo=people["cleo"], inbox=inbox)
    dead.append(create_feed(user=people["ana"], label="Laptop", now=now))
    rotated = Feed.objects.exclude(pk=str(world.feed_id)).filter(user=people["ana"]).latest("created_at")
    rotate_feed(user=people["ana"], feed_id=rotated.pk, now=now)
    ids = [*world.times.values(), world.feed_id, world.device_id, rotated.pk, ana.pk, ben.pk, ana.couple_id]
    known = [each for each in [*ids, *old_ids, *(user.pk for user in people.values())] if each]
    scene = Scene(
        door, inbox, people, world, ana.couple_id, known, dead, _paths(links), Visitor(door, "192.0.2.77"), quick
    )
    assert scene.victim.sign_in(people["ana"].email, PASSWORD).status == 302
    return scene


def fresh_code(scene: Scene, inviter: str) -> str:
    """Return a new open code of this person."""
    now = outbox.database_now()
    linking.revoke_invitation(user=scene.people[inviter])
    linking.open_invitation(user=scene.people[inviter], now=now)
    return codes.code_of(Invitation.objects.get(inviter=scene.people[inviter]).pk)


def _paths(links: Iterable[str]) -> list[str]:
    return [path for path in ("/" + link.split("/", 3)[3] for link in links if link.count("/") > 3) if "/m/" in path]
