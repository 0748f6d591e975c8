"""What people and machines get when something isn't there, isn't theirs, or doesn't work just now."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from config.middleware import DatabaseBusyMiddleware


def breaks(request: HttpRequest) -> HttpResponse:
    """Raise what the query asks for."""
    raise {"denied": PermissionDenied, "busy": OperationalError, "bad": BadRequest, "bug": ZeroDivisionError}[
        request.GET["with"]
    ]("a secret detail")


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


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
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
