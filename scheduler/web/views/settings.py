"""One's own settings, on one page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.requests import user_of
from scheduler.operations.preferences import change_settings
from scheduler.web.responses import see_other
from scheduler.web.settings_form import SettingsForm
from scheduler.web.settings_page import settings_page


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the reader's own settings; store what they changed."""
    if request.method != "POST":
        return settings_page(request)
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return settings_page(request, form=form, status=422)
    change_settings(user=user_of(request), person=form.person(), choices=form.choices(), now=timezone.now())
    messages.success(request, gettext("Saved."))
    return see_other("settings")
