"""What a person takes along, and how they go for good. Both ask once more who it is."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from scheduler.operations.account import delete_account
from scheduler.queries.calendar_mails import gets_calendar_mails
from scheduler.queries.export import export_of
from scheduler.web.responses import see_other


@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponse:
    """Give the reader everything of their own as one JSON file with a neutral name."""
    response = JsonResponse(export_of(user=user_of(request)), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="export.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def delete(request: HttpRequest) -> HttpResponse:
    """Show what goes; a POST deletes it at once and signs out."""
    if request.method != "POST":
        by_mail = gets_calendar_mails(user_of(request))
        return render(request, "scheduler/account_delete.html", {"by_mail": by_mail})
    delete_account(user=user_of(request), now=timezone.now())
    logout(request)
    messages.success(request, gettext("Done. Your account and everything in it are deleted."))
    return see_other("agenda")
