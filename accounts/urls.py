"""The addresses of linking and of leaving in a hurry. Every path is neutral."""

from django.urls import path

from accounts.views import away, invited, link

urlpatterns = [
    path("link/", link.page, name="link"),
    path("link/open/", link.open_invitation, name="link-open"),
    path("link/revoke/", link.revoke, name="link-revoke"),
    path("link/redeem/", link.redeem, name="link-redeem"),
    path("link/press/", link.press, name="link-press"),
    path("link/undo/", link.undo, name="link-undo"),
    path("link/mail/", link.mail, name="link-mail"),
    path("l/stop/<str:token>/", invited.not_for_me, name="link-not-for-me"),
    path("l/<str:code>/", invited.page, name="link-invited"),
    path("away/", away.away, name="quick-exit"),
]
