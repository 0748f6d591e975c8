"""Attacks by people who know a lot: the outsider, the ex and the coercive partner."""

import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus
from urllib.parse import quote

from django.urls import reverse

from accounts import linking, outbox
from accounts.models import Invitation, Partner
from scheduler.models import Jotting, PushDevice, RoomLine
from tests.cast import PASSWORD
from tests.faults.attack_doors import Tries, paths_of
from tests.faults.attack_scene import Scene, fresh_code
from tests.faults.visitor import Answer, Visitor
from tests.routes import Reach, with_reach

REFUSED = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
LINES = "\r\nBEGIN:VEVENT\r\nX-EVIL:1\x85X-EVIL:2\u2028X-EVIL:3\u202e\x0bX-EVIL:4"
PASSWORD_TRIES, CODE_TRIES = 5, 10  # before the next one is turned away unread


def every_id(scene: Scene) -> Tries:
    """Ask for every id there is or was on every route that takes one, as the outsider and as the ex."""
    for who in ("cleo", "theo"):
        visitor = scene.visitor(who)
        for path in _with_ids(scene, Reach.TIME, Reach.FEED, Reach.DEVICE):
            yield from _asked(visitor, path)
    partner, visitor = scene.visitor("ben"), scene.visitor()
    for path in _with_ids(scene, Reach.FEED, Reach.DEVICE):
        yield from _asked(partner, path)
    for path in _with_ids(scene, Reach.TIME, Reach.FEED, Reach.DEVICE):
        answers = [visitor.get(path), visitor.post(path, _everything(scene))]
        yield None if all("/account/login/" in each.location for each in answers) else f"{path} opened for nobody"


def _with_ids(scene: Scene, *reaches: Reach) -> Iterator[str]:
    ids = scene.ids[::12] if scene.quick else scene.ids
    return (reverse(name, args=[each]) for name in with_reach(*reaches) for each in ids)


def _asked(visitor: Visitor, path: str) -> Tries:
    for answer in (visitor.get(path), visitor.post(path, {"revision": "1", "sentence": "hold", "ref": "x" * 43})):
        yield None if answer.status in REFUSED else f"{path} answered {answer.status}"


def _everything(scene: Scene) -> dict[str, object]:
    """Return fields by which somebody might try to act for somebody else."""
    ana, world = scene.people["ana"], scene.world
    ids = {"couple": scene.couple_id, "slot": world.times["open"], "slot_id": world.times["open"], "id": ana.pk}
    people = dict.fromkeys(
        ("user", "user_id", "partner", "partner_id", "author", "proposer", "inviter", "owner"), ana.pk
    )
    acts = {"status": "confirmed", "state": "confirmed", "on": "1", "tell": "1", "agree": "on", "revision": "1"}
    things = {"feed": world.feed_id, "device": world.device_id, "key": uuid.uuid4(), "words": "a b c", "is_staff": "1"}
    own = {
        "do": "remove",
        "line": RoomLine.objects.filter(user=ana)[0].pk,
        "note": Jotting.objects.filter(user=ana)[0].pk,
    }
    return {**ids, **people, **acts, **things, **own, "email": "olga@example.org", "label": "x", "kind": "together"}


def others_in_the_form(scene: Scene) -> Tries:
    """Name other people's rows in the fields of every page about oneself; the state afterwards is the judge."""
    for who in ("theo", "olga"):
        for name in with_reach(Reach.OWN, Reach.CARD):
            if name in {"account-delete", "leave"} and who == "theo":
                continue
            answer = scene.visitor(who).post(paths_of(name, scene)[0], _everything(scene))
            yield f"{name} failed with {answer.status}" if answer.status >= 500 else None


def dead_secrets(scene: Scene) -> Tries:
    """Use again what was used, replaced, or ended by leaving: feeds, mail links, codes, push tokens, sessions."""
    visitor, times = scene.visitor("theo"), [str(each) for each in scene.world.times.values()]
    for token in scene.dead_feeds:
        body = visitor.get(f"/cal/{token}.ics").body
        yield (
            "an ended feed still has times"
            if body.count("BEGIN:VEVENT") > 1 or any(t in body for t in times)
            else None
        )
    for path in scene.dead_links:
        for answer in (visitor.get(path), visitor.post(path), visitor.post(path[:-2] + "x/")):
            yield None if answer.status in {404, 410} else f"a dead mail link answered {answer.status}"
    for token in (scene.world.feed_token, scene.world.code, "x" * 43, *scene.dead_feeds):
        yield None if visitor.post("/p/", {"token": token}).status == 404 else "a push token was made up"
    revoked = fresh_code(scene, "mona")
    linking.revoke_invitation(user=scene.people["mona"])
    yield _redeemed(scene, "olga", revoked)
    code = scene.world.code.swapcase()
    yield _redeemed(scene, "theo", code[:-1] + ("1" if code.endswith("0") else "0"))
    device = PushDevice.objects.get(pk=str(scene.world.device_id))
    visitor.post(reverse("push-away", args=[device.pk]))
    yield None if PushDevice.objects.filter(pk=device.pk).exists() else "a device was taken away"


def _redeemed(scene: Scene, who: str, code: str) -> str | None:
    answer = scene.visitor(who).post("/link/redeem/", {"code": code})
    return None if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY else f"a dead code answered {answer.status}"


def invite_races(scene: Scene) -> Tries:
    """Redeem one code by several at once: one wins. The ex reaches nobody who left, nor anybody who is linked."""
    code = fresh_code(scene, "mona")
    others = [scene.visitor(name) for name in ("cleo", "theo", "olga")]
    linking.revoke_invitation(user=scene.people["cleo"])
    answers = scene.together([_redeeming(visitor, code) for visitor in others])
    won = Invitation.objects.filter(inviter=scene.people["mona"], redeemer__isnull=False).count()
    taken = [answer for answer in answers if answer.status == HTTPStatus.SEE_OTHER]
    yield None if won == len(taken) == 1 else f"{len(taken)} redeemed one code"
    yield from (None if each.status in {303, 422} else f"a race answered {each.status}" for each in answers)
    linking.end_pairing(user=scene.people["mona"])
    yield from (_redeemed(scene, name, code) for name in ("cleo", "theo"))
    hers = fresh_code(scene, "theo")
    now = outbox.database_now()
    yield "the ex reached who had left" if linking.redeem(user=scene.people["ana"], code=hers, now=now) else None
    yield "a linked person was reached" if linking.redeem(user=scene.people["ben"], code=hers, now=now) else None
    yield None if Partner.objects.filter(couple_id=scene.couple_id).count() == 2 else "the couple has changed"


def _redeeming(visitor: Visitor, code: str) -> Callable[[], Answer]:
    return lambda: visitor.post("/link/redeem/", {"code": code})


def guesses(scene: Scene) -> Tries:
    """Guess codes and passwords: so many tries are read, and no more, from however many addresses."""
    guesser = [scene.visitor("olga") for _ in range(CODE_TRIES + 3)]
    fresh = [visitor.post("/link/redeem/", {"code": f"{n:010}"}).status for n, visitor in enumerate(guesser)]
    read = fresh.count(HTTPStatus.UNPROCESSABLE_ENTITY)
    yield None if read <= CODE_TRIES and fresh[-1] == 429 else f"{read} codes were read: {fresh}"
    yield None if scene.visitor("mona").post("/link/redeem/", {"code": "0" * 10}).status == 422 else "mona is kept out"
    for n in range(PASSWORD_TRIES):
        answer = scene.visitor().sign_in("ana@example.org", f"a wrong one {n}")
        yield "a wrong password opened" if answer.status == HTTPStatus.FOUND else None
    for _ in range(2):
        answer = scene.visitor().sign_in("ana@example.org", PASSWORD)
        yield "the right password was read after the lock" if answer.status == HTTPStatus.FOUND else None
    flood = 20 if scene.quick else 320
    for n in range(flood):
        scene.visitor().sign_in(f"nobody{n}@example.org", "x")
    late = [scene.visitor("olga").post("/link/redeem/", {"code": "1" * 10}).status, _as_ana(scene).status]
    yield None if late[0] == 429 and late[1] != 302 else f"a flood of other tries opened the locks: {late}"


def _as_ana(scene: Scene) -> Answer:
    return scene.visitor().sign_in("ana@example.org", PASSWORD)


def injected_lines(scene: Scene) -> Tries:
    """Put lines and headers into all that takes text; what comes out keeps its shape. Last, for it renames ben."""
    ben = scene.visitor("ben")
    settings_page = {"name": "Ben" + LINES, "time_zone": "Europe/Berlin", "language": "en", "partner_label": LINES}
    for path, fields in (("/settings/", settings_page), ("/calendar/new/", {"label": "x" + LINES})):
        answer = ben.post(path, fields)
        yield "a header was written" if "x-evil" in str(answer.headers).lower() else None
    for value in ("x\r\nX-Evil: 1", "x\nSet-Cookie: evil=1", "\x85X-Evil: 1"):
        for path in ("/account/login/?next=/" + quote(value), "/l/" + quote(value, safe="") + "/"):
            answer = scene.visitor().get(path)
            yield "a header was written" if "x-evil" in answer.headers or "evil" in answer.cookies else None
    feed = scene.victim.get(f"/cal/{scene.world.feed_token}.ics").body
    inside = [line for line in feed.splitlines() if line.startswith(("X-EVIL", "Set-Cookie"))]
    yield f"the feed has lines of an attacker: {inside}" if inside else None
    yield None if feed.count("BEGIN:VEVENT") == feed.count("END:VEVENT") > 0 else "the feed lost its shape"


def victim_is_well(scene: Scene) -> Tries:
    """See that the victim's session and her own browser still open, and that she can free a time."""
    yield None if scene.victim.is_signed_in() else "her open session was ended"
    scene.victim.post("/account/logout/")
    signed = scene.victim.sign_in("ana@example.org", PASSWORD)
    yield None if signed.status == HTTPStatus.FOUND else f"she can't sign in on her own browser ({signed.status})"
    yield None if scene.victim.is_signed_in() else "she is not signed in"
    path = reverse("time-free", args=[scene.world.times["plan"]])
    yield None if scene.victim.post(path).status == HTTPStatus.OK else "she can't free a time"
