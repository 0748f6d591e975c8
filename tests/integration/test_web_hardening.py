"""What every answer carries on a site with HTTPS, whatever is asked and whoever asks; and what no site has."""

import re
import runpy
from collections.abc import Iterator
from http import HTTPStatus
from http.cookies import Morsel
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from accounts.models import Letter, Partner, User
from accounts.operations import change_personal_settings
from tests.cast import PASSWORD, make_user, signed_in
from tests.routes import names
from tests.services import ROOT
from tests.world import World

pytestmark = pytest.mark.walk

HOST = "pear.example"
STRICT = re.compile(
    r"(SECURE|SESSION_COOKIE|CSRF_COOKIE|DEVICE_COOKIE|MESSAGE_COOKIE|LANGUAGE_COOKIE|SITE)_|ALLOWED_HOSTS$"
)
EVERYWHERE = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
KEYS_IN_THE_ADDRESS = re.compile(r"/(m|s|l/stop)/")
NEITHER_KEPT_NOR_SHOWN = ("/static/", "/cal/")  # the same for everybody, or for programs: tests of their own


@pytest.fixture
def https(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What config/settings/base.py makes of a SITE_URL that begins with https."""
    monkeypatch.setenv("SITE_URL", f"https://{HOST}")
    monkeypatch.delenv("SECRET_KEY")
    read = runpy.run_path(str(ROOT / "config/settings/base.py"))
    for name, value in read.items():
        if STRICT.match(name):
            setattr(settings, name, value)


def browser(user: User | None = None) -> Client:
    """Return a browser at the site, signed in or not."""
    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"})
    return signed_in(user, client=client) if user else client


def lacking(path: str, response: HttpResponseBase) -> Iterator[str]:
    """Yield what this answer should carry and does not."""
    headers = response.headers
    for name, value in EVERYWHERE.items():
        if headers.get(name) != value:
            yield f"{path}: {name} is {headers.get(name)}"
    if not headers["Content-Security-Policy"].startswith("default-src 'self'; "):
        yield f"{path}: its policy is {headers['Content-Security-Policy']}"
    if "unsafe" in headers["Content-Security-Policy"]:
        yield f"{path}: unsafe"
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        yield f"{path}: no Permissions-Policy"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield f"{path}: may be kept: {headers.get('Cache-Control')}"
    opened = KEYS_IN_THE_ADDRESS.match(path) and response.status_code == HTTPStatus.OK
    told = "no-referrer" if opened else "same-origin"
    if headers.get("Referrer-Policy") not in {told, "no-referrer"}:
        yield f"{path}: Referrer-Policy is {headers.get('Referrer-Policy')}"


@pytest.mark.parametrize("reader", ["ana", "nobody"])
def test_every_answer_carries_what_keeps_it_to_its_reader(
    reader: str,
    world: World,
    ana: Partner,
    https: None,  # noqa: ARG001
) -> None:
    """Every address with everything there is, read and pressed, pages and errors alike."""
    client = browser(ana.user if reader == "ana" else None)
    found, seen = list[str](), set[int]()
    for path in world.addresses():
        if path.startswith(NEITHER_KEPT_NOR_SHOWN):
            continue
        answers = [client.get(path)] if reader == "ana" else [client.get(path), client.post(path)]
        for answer in answers:
            seen.add(answer.status_code)
            found += lacking(path, answer)
    assert found == []
    assert seen >= {200, 302, 404, 405}


@pytest.mark.django_db
@pytest.mark.usefixtures("https")
def test_every_cookie_is_bound_to_its_host_and_read_by_no_script() -> None:
    """Through the whole of signing in, a form with a sentence after it, and each way out."""
    change_personal_settings(user=make_user("ana"), name="", time_zone="UTC", language="de", clock="")
    client, baked = browser(), list[Morsel[Any]]()
    for method, path, form in (
        ("get", "/account/login/", {}),
        ("post", "/account/login/", {"login": "ana@example.org", "password": PASSWORD}),
        ("post", "/settings/quiet/", {}),
        ("get", "/settings/", {}),
        ("post", "/link/open/", {}),
        ("post", "/link/revoke/", {}),
        ("post", "/account/logout/", {}),
        ("post", "/account/login/code/", {"email": "ana@example.org"}),
        ("post", "/away/", {}),
    ):
        baked += getattr(client, method)(path, form).cookies.values()
    assert {each.key for each in baked} == {f"__Host-{name}" for name in ("sid", "csrf", "device", "said", "language")}
    for each in baked:
        assert (each["path"], each["domain"], each["samesite"]) == ("/", "", "Lax"), each.key
        assert each["secure"], each.key
        assert each["httponly"] or not each.value, each.key
    gone = {each.key for each in baked if not each.value}
    assert gone >= {"__Host-sid", "__Host-device", "__Host-said", "__Host-language"}


@pytest.mark.usefixtures("https")
def test_without_https_a_page_only_leads_there(db: None) -> None:  # noqa: ARG001
    answer = Client(headers={"host": HOST}).get("/settings/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/settings/")


@pytest.mark.django_db
@pytest.mark.usefixtures("https")
@pytest.mark.parametrize("path", ["/", "/settings/", "/account/login/", "/help/"])
def test_under_another_name_nothing_answers(path: str) -> None:
    """Nor does a name beside the host's own change where a link in an answer or a mail leads."""
    for name in ("evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", ""):
        assert browser().get(path, headers={"host": name}).status_code == 400
    spoofed = browser().get(path, headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in spoofed.content.decode() + str(spoofed.headers)
    browser().post(
        "/account/login/code/", {"email": "nobody@example.org"}, headers={"x-forwarded-host": "evil.example"}
    )
    letter = Letter.objects.latest("due_at")
    assert set(re.findall(r"https?://[^/\s\"]+", letter.text + letter.html)) == {f"https://{HOST}"}


def test_there_is_no_admin(client: Client, db: None) -> None:  # noqa: ARG001
    """Neither installed nor at any address: what people write is shown on their own pages alone."""
    assert not apps.is_installed("django.contrib.admin")
    assert [name for name in names() if "admin" in name] == []
    assert get_resolver().app_dict.get("admin") is None
    for path in ("/admin/", "/admin/login/", "/django-admin/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["account_login", "help", "agenda", "link"])
def test_no_page_lets_a_stranger_frame_or_time_it_from_another_site(name: str, ana_client: Client) -> None:
    """Without HTTPS too, as on a machine at home."""
    headers = ana_client.get(reverse(name), follow=True).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert django_settings.SECURE_REFERRER_POLICY == "same-origin"
