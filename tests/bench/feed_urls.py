"""Every address of Pear, and one view that does nothing behind all middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def noop(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return two bytes."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("noop/", noop), path("", include("config.urls"))]
