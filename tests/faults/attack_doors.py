"""Attacks on the front door itself: hosts, redirects, sizes, forms without proof, methods, sessions and caches."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from tests.cast import PASSWORD
from tests.faults.attack_scene import Scene
from tests.faults.visitor import CUT_OFF, FORM, Answer, Visitor
from tests.routes import REACH, Reach, with_reach
from tests.world import CARDS

EVIL = "evil.example"
ELSEWHERE = (
    f"//{EVIL}/",
    f"https://{EVIL}/",
    f"/\\{EVIL}",
    f"https:{EVIL}",
    "javascript:alert(1)",
    f"\t//{EVIL}",
    f"///{EVIL}",
)
EXEMPT = {
    "mail-link",
    "mail-stop",
    "link-not-for-me",
    "push-free",
    "quick-exit",
}  # the address is the key, or it leads away
OVERRIDES = ("X_HTTP_Method_Override", "X_Method_Override", "X_HTTP_Method")
METHODS = ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND")
READ = (HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)
Tries = Iterator[str | None]  # one for each try: None when it was refused, else what got through


def paths_of(name: str, scene: Scene) -> list[str]:
    """Return the paths of this route for what there is."""
    try:
        return [reverse(name)]
    except NoReverseMatch:
        pass
    if REACH[name] is Reach.SECRET:
        return [reverse(name, args=[scene.world.code])]
    return [reverse(name, args=[each]) for each in _objects(name, scene)]


def _objects(name: str, scene: Scene) -> list[object]:
    world = scene.world
    named: dict[Reach, list[object]] = {
        Reach.FEED: [world.feed_id],
        Reach.DEVICE: [world.device_id],
        Reach.CARD: list(CARDS),
    }
    return named.get(REACH[name], [*world.times.values()])[: 1 if scene.quick else None]


def every_path(scene: Scene) -> list[tuple[str, str]]:
    """Return every route's name with every path of it."""
    return [(name, path) for name in REACH for path in paths_of(name, scene)]


def foreign_hosts(scene: Scene) -> Tries:
    """Name another host: nothing is answered under it, and nothing that is answered names it."""
    visitor = scene.visitor("cleo")
    for path in ("/", "/settings/", "/account/login/", "/cal/" + "x" * 43 + ".ics", "/healthz"):
        wrong = visitor.get(path, Host=EVIL)
        allowed = path == "/healthz"  # asked of the machine itself, under whatever name
        yield (
            None if allowed or wrong.status == HTTPStatus.BAD_REQUEST else f"{path} answered {wrong.status} as {EVIL}"
        )
        for header in ("X_Forwarded_Host", "Forwarded", "X_Host", "X_Original_URL"):
            answer = visitor.get(path, **{header: EVIL})
            yield _named(answer, path)
    yield _named(
        visitor.post("/account/password/reset/", {"email": "cleo@example.org"}, X_Forwarded_Host=EVIL), "reset"
    )


def _named(answer: Answer, path: str) -> str | None:
    return f"{path} named {EVIL}" if EVIL in answer.body + str(answer.headers) else None


def open_redirects(scene: Scene) -> Tries:
    """Ask to be led elsewhere, from every page, and after signing in."""
    names = [name for name in REACH if name not in {"quick-exit", "account-delete"}]
    visitors = (scene.visitor("olga"), scene.visitor())
    for to in ELSEWHERE[: 1 if scene.quick else None]:
        query = "?" + urlencode({"next": to, "again": to, "week": to})
        for path in (paths_of(name, scene)[0] for name in names):
            for visitor in visitors:
                yield _leads_away(visitor.get(path + query), path)
        signing = scene.visitor()
        fields = {"login": "cleo@example.org", "password": PASSWORD, "next": to}
        yield _leads_away(signing.post("/account/login/" + query, fields), "signing in")
        yield _leads_away(signing.post("/account/logout/" + query, {"next": to}), "signing out")


def _leads_away(answer: Answer, path: str) -> str | None:
    to = answer.location
    away = urlsplit(to.replace("\\", "/").strip())
    own = urlsplit(settings.SITE_URL).netloc
    fine = not to or (away.scheme in {"", "http", "https"} and away.netloc in {"", own, "testserver"})
    return None if fine and EVIL not in away.netloc else f"{path} leads to {to}"


def without_proof(scene: Scene) -> Tries:
    """Send every form as her browser would for another site: with her session, no proof, or a foreign origin."""
    visitor = scene.visitor("ana")
    for name, path in every_path(scene):
        if name in EXEMPT or REACH[name] is Reach.SECRET:
            continue
        for headers in ({}, {"Origin": f"http://{EVIL}"}):
            body = b"" if not headers else urlencode({"csrfmiddlewaretoken": "k" * 32}).encode()
            answer = visitor.ask("POST", path, body, Content_Type=FORM, **headers)
            taken = answer.status in READ
            yield f"POST {name} was taken without proof ({answer.status})" if taken else None
    victim = scene.visitor("ana")
    victim.post("/away/", Sec_Fetch_Site="cross-site")
    yield None if victim.is_signed_in() else "another site signed the victim out"


def other_methods(scene: Scene) -> Tries:
    """Say POST by other means on the victim's own pages; each must do no more than reading does."""
    visitor = scene.visitor("ana")
    for name, path in every_path(scene):
        if name in {"quick-exit", "account_logout"}:
            continue
        for header in OVERRIDES[: 1 if scene.quick else None]:
            answer = visitor.get(path + "?_method=POST&on=1", **{header: "POST"})
            yield _broke(answer, f"GET {name} as POST")
        for method in METHODS[: 1 if scene.quick else None]:
            yield _broke(visitor.ask(method, path, b"_method=POST", Content_Type=FORM), f"{method} {name}")


def _broke(answer: Answer, what: str) -> str | None:
    return f"{what} failed with {answer.status}" if answer.status >= 500 and answer.status != 503 else None


def sizes_and_shapes(scene: Scene) -> Tries:
    """Send too much, too many and what is no form."""
    visitor = scene.visitor("cleo")
    multipart = "multipart/form-data; boundary=x"
    file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"y" * 70_000 + b"\r\n--x--\r\n"
    for path in ("/offers/new/", "/settings/", "/account/login/", "/link/redeem/", "/m/x/", "/p/"):
        for body, kind in ((b"a=" + b"x" * 65_536, FORM), (file, multipart), (b"x" * 2_000_000, "text/plain")):
            yield _expect(visitor.ask("POST", path, body, Content_Type=kind), 413, f"{len(body)} bytes at {path}")
    many = urlencode([(f"f{number}", "x") for number in range(2_000)]).encode()
    yield _expect(visitor.ask("POST", "/link/redeem/", many, Content_Type=FORM), 400, "2,000 fields")
    for body, kind in ((b"\xff\xfe", FORM), (b"{" * 9_000, "application/json"), (b"--x", multipart), (b"", multipart)):
        yield _broke(visitor.ask("POST", "/link/redeem/", body, Content_Type=kind), f"a body of {kind}")
    for path in ("/%00", "/%ff%fe", "/times/%00/", "/m/%0d%0aX-Evil:1/", "/?week=%00", "/l/%F0%9F%8D%90/"):
        answer = visitor.get(path)
        yield _broke(answer, path) or (("x-evil" in answer.headers and f"{path} wrote a header") or None)


def _expect(answer: Answer, status: int, what: str) -> str | None:
    return None if answer.status in {status, CUT_OFF} else f"{what}: {answer.status} instead of {status}"


def fixed_sessions(scene: Scene) -> Tries:
    """Put a known session into the victim's browser before she signs in; nobody else may then be in it."""
    stranger = scene.visitor()
    stranger.get("/account/login/?next=/settings/")
    for planted in ("a" * 32, stranger.cookies.get(settings.SESSION_COOKIE_NAME, "b" * 32)):
        hers = scene.visitor()
        hers.cookies[settings.SESSION_COOKIE_NAME] = planted
        signed = hers.sign_in("mona@example.org", PASSWORD)
        got = hers.cookies[settings.SESSION_COOKIE_NAME]
        yield None if signed.status == 302 and got != planted else "the planted session was kept"
        spy = scene.visitor()
        spy.cookies[settings.SESSION_COOKIE_NAME] = planted
        yield "the planted session is signed in" if spy.is_signed_in() else None


def pages_after_sign_out(scene: Scene) -> Tries:
    """Look for what a shared machine keeps: every page says that it is not to be kept, and the old key opens none."""
    for leaving in ("/account/logout/", "/away/"):
        visitor = scene.visitor("ana")
        old = dict(visitor.cookies)
        for name, path in every_path(scene):
            if name in {"account_logout", "quick-exit", "time-file", "robots", "worker"}:
                continue
            kept = visitor.get(path).headers.get("cache-control", "")
            yield None if "no-store" in kept else f"{name} may be kept: {kept!r}"
        gone = visitor.post(leaving)
        cleared = leaving == "/account/logout/" or '"cache"' in gone.headers.get("clear-site-data", "")
        yield None if cleared else "quick exit leaves the cache"
        yield from _closed(scene, old)


def _closed(scene: Scene, cookies: dict[str, str]) -> Tries:
    for name in with_reach(Reach.OWN, Reach.TIME, Reach.CARD):
        visitor = Visitor(scene.door, "198.51.100.1", dict(cookies))
        answer = visitor.get(
            paths_of(name, scene)[0], If_None_Match="*", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT"
        )
        yield None if answer.status == HTTPStatus.FOUND else f"{name} still answers {answer.status} after signing out"
