"""What people and machines get when something isn't there, isn't theirs, or doesn't work just now."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from pytest_django import Settings

from accounts.models import Partner, User
from config.middleware import DatabaseBusyMiddleware


def breaks(request: HttpRequest) -> HttpResponse:
    """Raise what the query asks for."""
    raise {"denied": PermissionDenied, "busy": OperationalError, "bad": BadRequest, "bug": ZeroDivisionError}[
        request.GET["with"]
    ]("a secret detail")


handler400, handler500 = "config.errors.bad_request", "config.errors.server_error"
urlpatterns = [path("breaks/", breaks), path("", include("config.urls"))]


@pytest.mark.parametrize("address", ["/nope", "/times/0/", "/times/1%20OR%201=1/", "/%F0%9F%8D%90"])
def test_a_page_that_is_not_there(ana_client: Client, client: Client, address: str) -> None:
    for someone in (ana_client, client):
        response = someone.get(address)
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_proof() -> None:
    response = Client(enforce_csrf_checks=True).post("/settings/break/", {"on": "1"})
    assert response.status_code == 403
    assert "Please send that once more" in response.content.decode()


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("cause", "status", "words"),
    [
        ("denied", 403, "isn't yours to open"),
        ("busy", 503, "Nothing was lost"),
        ("bad", 400, "couldn't be read"),
        ("bug", 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_its_friendly_page_without_details(
    ana_client: Client, cause: str, status: int, words: str
) -> None:
    ana_client.raise_request_exception = False
    response = ana_client.get("/breaks/", {"with": cause})
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "secret detail" not in page
    assert "<title>Pear</title>" in page


@pytest.mark.parametrize("name", ["400.html", "413.html", "500.html", "503.html"])
def test_the_pages_for_worse_need_neither_request_nor_database(name: str) -> None:
    page = get_template(name).render()
    assert "<h1>" in page
    assert 'href="/static/scheduler/app.css"' in page


def test_a_busy_database_says_when_to_come_back(rf: RequestFactory) -> None:
    middleware = DatabaseBusyMiddleware(lambda _: HttpResponse())
    response = middleware.process_exception(rf.get("/"), OperationalError())
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert middleware.process_exception(rf.get("/"), ValueError()) is None


@pytest.mark.parametrize(
    ("status", "request_of"),
    [
        (413, {"path": "/settings/", "data": {"name": "x" * 70_000}}),
        (400, {"path": "/settings/", "CONTENT_LENGTH": "many"}),
        (400, {"path": "/settings/", "HTTP_HOST": "elsewhere.example"}),
        (503, {"path": "/breaks/?with=busy"}),
        (500, {"path": "/breaks/?with=bug"}),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_whatever_goes_wrong_is_said_in_the_language_of_this_reader(
    cleo_client: Client, status: int, request_of: dict[str, Any]
) -> None:
    """Whoever the thread has answered before, and however early it went wrong."""
    cleo_client.raise_request_exception = False
    for language, other in (("de", "en"), ("ar", "de"), ("en", "ar")):
        cleo_client.get("/help/", headers={"Accept-Language": other})
        answer = cleo_client.post(**request_of, headers={"Accept-Language": language})
        page = answer.content.decode()
        assert answer.status_code == status
        assert f'<html lang="{language}"' in page
        assert [word for word in ("<form", "<script", "session") if word in page] == []


@override_settings(ROOT_URLCONF=__name__)
def test_ones_own_language_counts_where_something_goes_wrong(ana: Partner, ana_client: Client) -> None:
    User.objects.filter(pk=ana.user_id).update(language="fr")
    ana_client.raise_request_exception = False
    for way in ("/breaks/?with=busy", "/breaks/?with=denied", "/breaks/?with=bad", "/settings/break/", "/nope/"):
        assert '<html lang="fr"' in ana_client.get(way, headers={"Accept-Language": "de"}).content.decode(), way


def test_too_much_at_once_has_a_page_too(client: Client, db: None, settings: Settings) -> None:  # noqa: ARG001
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/m/ip"}
    answers = [client.post("/account/signup/", {}, headers={"Accept-Language": "en"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 429]
    page = answers[1].content.decode()
    assert "<h1>That was a lot at once</h1>" in page
    assert 'class="button" href="/"' in page


def test_robots_may_read_the_feeds_and_nothing_else(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Allow: /cal/" in response.content.decode()
    assert "Disallow: /\n" in response.content.decode()


@pytest.mark.parametrize("address", ["/robots.txt", "/healthz", "/readyz"])
def test_machines_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_coming_back_by_sign_in_to_where_a_form_went_leads_on(ana_client: Client) -> None:
    response = ana_client.get("/settings/break/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Nothing was sent" in response.content.decode()
