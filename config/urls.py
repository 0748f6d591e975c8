"""Every address of Pear."""

from django.conf import settings
from django.urls import URLPattern, include, path

from scheduler.web.views import styleguide

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"


def workbench(*, debug: bool) -> list[URLPattern]:
    """Return what exists only for those who work on Pear: the page of components."""
    return [path("styleguide/", styleguide.page, name="styleguide")] if debug else []


urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("scheduler.web.urls")),
    *workbench(debug=settings.DEBUG),
]
