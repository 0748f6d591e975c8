"""The addresses of the scheduler. Every path is neutral: it may be seen over a shoulder or in a history."""

from django.urls import path

from scheduler.web.views import account, agenda, agreement, couple, feeds, links, machines, offers, settings, times
from scheduler.web.views import help as help_views

urlpatterns = [
    path("", agenda.page, name="agenda"),
    path("offers/new/", offers.new, name="offer-new"),
    path("times/<uuid:slot_id>/", times.detail, name="time-detail"),
    path("times/<uuid:slot_id>/yes/", times.yes, name="time-yes"),
    path("times/<uuid:slot_id>/tuck/", times.tuck, name="time-tuck"),
    path("times/<uuid:slot_id>/bring-back/", times.back, name="time-bring-back"),
    path("times/<uuid:slot_id>/note/", times.note, name="time-note"),
    path("times/<uuid:slot_id>/free/", times.free, name="time-free"),
    path("times/<uuid:slot_id>/undo/", times.undo, name="time-undo"),
    path("times/<uuid:slot_id>/change/", offers.change, name="time-change"),
    path("times/<uuid:slot_id>/move/", offers.move, name="time-move"),
    path("times/<uuid:slot_id>/suggest/", offers.suggest, name="time-suggest"),
    path("help/", help_views.page, name="help"),
    path("times/<uuid:slot_id>/time.ics", feeds.file, name="time-file"),
    path("calendar/", feeds.calendar, name="calendar"),
    path("calendar/new/", feeds.create, name="feed-create"),
    path("calendar/<uuid:feed_id>/change/", feeds.change, name="feed-change"),
    path("calendar/<uuid:feed_id>/address/", feeds.rotate, name="feed-rotate"),
    path("calendar/<uuid:feed_id>/away/", feeds.revoke, name="feed-revoke"),
    path("settings/", settings.page, name="settings"),
    path("settings/break/", couple.break_set, name="break-set"),
    path("settings/quiet/", agreement.quiet, name="quiet"),
    path("settings/agreement/", agreement.page, name="agreement"),
    path("settings/agreement/away/", agreement.withdraw, name="agreement-withdraw"),
    path("leave/", couple.leave, name="leave"),
    path("account/export/", account.export, name="account-export"),
    path("account/delete/", account.delete, name="account-delete"),
    path("m/<path:token>/", links.time, name="mail-link"),
    path("s/<path:token>/", links.stop, name="mail-stop"),
    path("robots.txt", machines.robots, name="robots"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
]
