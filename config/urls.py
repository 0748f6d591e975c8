"""Every address of Pear."""

from django.urls import include, path

handler500 = "config.errors.server_error"

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("scheduler.web.urls")),
]
