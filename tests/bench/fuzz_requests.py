"""Random requests for the fuzz: every address, every field that a page of Pear shows, and what does not belong."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, urlencode
from uuid import uuid4

from django.urls import NoReverseMatch, reverse

from scheduler.domain.talk import Card
from tests.routes import REACH

METHODS = ("GET",) * 44 + ("POST",) * 46 + ("HEAD",) * 4 + ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
UNSHOWN = ("next", "again", "minutes", "user", "partner", "couple", "status", "confirmed", "_method", "id", "proposer")
KEPT = ("label", "name", "partner_label")  # what is written there stays
FORM = re.compile(r'<form[^>]* action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'name="([^"]+)"(?:[^>]*? value="([^"]*)")?')
STRANGE = (
    *(
        "",
        "0",
        "-1",
        "1",
        "x",
        "on",
        "null",
        "NaN",
        "1e9",
        str(2**31),
        str(2**63),
        "9" * 400,
        "1 OR 1=1",
        "'",
        '"',
        "\\",
    ),
    *("\0", "a\0b", "\r\nSet-Cookie: a=b", "\x85", "\u2028", "\u202e", "😀"),
    *("<script>alert(1)</script>", "{{7*7}}", "%s%(x)s", "../../etc/passwd", "//evil.example", "javascript:alert(1)"),
    *(
        "2026-03-29",
        "02:30",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "9999-12-31T23:59Z",
        "0001-01-01T00:00Z",
        "25:00",
    ),
    *(
        "Europe/Berlin",
        "UTC+99",
        "A" * 300,
        "a\u0301" * 400,
        "ana@example.org",
        "a@b\nBcc: x@y",
        '"a b"@x',
        "é@ü.example",
    ),
    *(
        "\u0663",
        "\u0661\u0662:\u0660\u0660",
        "\u0968\u0966-\u0966\u0969",
        "\uff11",
        "\xb2",
        "\xbd",
        "\u01c5",
        "ß",
        "İ",
        "💥" * 60,
    ),
)
TAILS = (
    "..",
    "%00",
    "%ff%fe",
    "%2e%2e%2f",
    "times/0/",
    "cal/.ics",
    "static/../manage.py",
    "l//",
    "%F0%9F%8D%90/",
    "?" * 9,
)
HEADERS = {
    "If-None-Match": ("*", '"x"', 'W/"', ",".join(['"a"'] * 500), "\x00"),
    "If-Modified-Since": ("0", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 32 Foo 99999 00:00:00 GMT", "9" * 60),
    "Accept-Language": ("de", "*" * 300, "../../de", "de;q=9e9"),
    "Accept-Encoding": ("gzip", "gzip;q=x", "identity;q=0, *;q=0"),
    "Range": ("bytes=0-1", "bytes=-"),
    "Host": ("evil.example", "testserver:99999", "a b", "[::1"),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-For": ("1.2.3.4", "x", "::ffff:1.2.3.4, ,"),
    "X-Request-ID": ("x" * 64, "\r\n"),
    "Cookie": ("sessionid=x; csrftoken=", "a=" + "x" * 5000, "\xff", ";=;=", "device=.....", "messages=x:y:z"),
    "Content-Type": (
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/\xff",
        "a; charset=x",
    ),
    "Content-Length": ("-1", "0"),  # one that is no number ends at the web server; tests/faults/attack.py sends it
    "Referer": ("http://[", "x"),
    "Origin": ("null", "http://evil.example", "http://["),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request to be made."""

    method: str
    path: str
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return everything in it, to tell an echo from a leak."""
        return f"{self.path} {self.body.decode(errors='replace')} {self.headers}"


class Generator:
    """Draws requests from what exists: `ids` by use, secrets of addresses, and fields with the values they had."""

    def __init__(
        self, seed: int, *, ids: Sequence[str], secrets: Sequence[str], feeds: Sequence[str], unsaid: Sequence[str]
    ) -> None:
        self._draw = random.Random(seed)  # noqa: S311  (a fuzz that can be repeated)
        self._ids, self._secrets, self._feeds = ids, secrets, feeds
        self._known: dict[str, set[str]] = {name: set() for name in UNSHOWN}
        self._unsaid = unsaid
        self._names = sorted(REACH)
        self._forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._seen: set[tuple[str, ...]] = set()

    def learn(self, page: str) -> None:
        """Take in the forms of a page, and each field with a few of the values that it had."""
        for action, inside in FORM.findall(page):
            fields = [(name, "" if self._is_unsaid(value) else value) for name, value in FIELD.findall(inside)]
            kind = (action, *(name for name, _ in fields))
            if kind not in self._seen:
                self._seen.add(kind)
                self._forms.append((unescape(action) or "/", fields))
        for name, value in FIELD.findall(page):
            values = self._known.setdefault(name, set())
            if len(values) < 40 and not self._is_unsaid(value):
                values.add(value)

    def _is_unsaid(self, value: str) -> bool:
        """Whether this would put a secret into somebody's own rows, to be found there as if it had leaked."""
        return any(word in value for word in self._unsaid)

    def next(self) -> Asked:
        """Return another request."""
        draw, method = self._draw, self._draw.choice(METHODS)
        if method == "POST" and draw.random() < 0.6:
            return self._nearly_right()
        path = self._path()
        if draw.random() < 0.2:
            path += "?" + self._encoded(self._fields(3))
        body, kind = self._body() if method not in {"GET", "HEAD", "TRACE"} else (b"", "")
        headers = self._headers() if draw.random() < 0.15 else {}
        return Asked(method=method, path=path, body=body, content_type=kind, headers=headers)

    def _nearly_right(self) -> Asked:
        """Fill a form in as its page has it, but for a field or two."""
        action, fields = self._draw.choice(self._forms)
        spoiled = set(self._draw.sample(range(len(fields)), k=min(len(fields), self._draw.randint(0, 2))))
        sent = [(name, self._value(name) if at in spoiled else value) for at, (name, value) in enumerate(fields)]
        body = self._encoded([*sent, *self._fields(1)]).encode()
        return Asked(method="POST", path=action, body=body, content_type="application/x-www-form-urlencoded")

    def _path(self) -> str:
        draw = self._draw.random()
        if draw < 0.04:
            return "/" + self._draw.choice(TAILS)
        if draw < 0.12:
            token = self._draw.choice([*self._feeds, *self._feeds, "x" * 43, "%00", quote(self._value("token"))])
            return f"/cal/{token}.ics"
        name = self._draw.choice(self._names)
        try:
            return reverse(name)
        except NoReverseMatch:
            return self._with_argument(name)

    def _with_argument(self, name: str) -> str:
        ids = [*self._ids, str(uuid4())]
        for argument in (self._draw.choice(self._secrets), self._draw.choice(ids), self._draw.choice(list(Card))):
            try:
                return reverse(name, args=[argument])
            except NoReverseMatch:
                continue
        return "/"

    def _fields(self, most: int) -> list[tuple[str, str]]:
        names = self._draw.choices(sorted(self._known), k=self._draw.randint(0, most))
        return [(name, self._value(name)) for name in names]

    def _value(self, name: str) -> str:
        had = self._known.get(name)
        if had and self._draw.random() < 0.6:
            return self._draw.choice(sorted(had))
        kept = name in KEPT or self._draw.random() < 0.9
        return self._draw.choice(STRANGE) if kept else self._draw.choice(self._ids)

    def _body(self) -> tuple[bytes, str]:
        draw = self._draw.random()
        if draw < 0.02:
            return b"x=" + b"y" * self._draw.choice((65_000, 66_000, 200_000)), "application/x-www-form-urlencoded"
        if draw < 0.04:
            return urlencode([(f"f{n}", "x") for n in range(2_000)]).encode(), "application/x-www-form-urlencoded"
        if draw < 0.1:
            return self._draw.randbytes(self._draw.randint(0, 300)), self._draw.choice(HEADERS["Content-Type"])
        return self._encoded(self._fields(12)).encode(), "application/x-www-form-urlencoded"

    def _encoded(self, fields: Iterable[tuple[str, str]]) -> str:
        return urlencode(list(fields), errors="surrogatepass")

    def _headers(self) -> dict[str, str]:
        return {name: self._draw.choice(HEADERS[name]) for name in self._draw.sample(sorted(HEADERS), k=2)}
