"""One's own settings, on one page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.middleware import seat_of
from accounts.requests import user_of
from scheduler.models.preferences import Preferences
from scheduler.operations.preferences import change_settings
from scheduler.queries.calendar_mails import fetches_plans
from scheduler.web.responses import see_other
from scheduler.web.settings_form import SettingsForm, stored_settings
from scheduler.web.zones import places


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the reader's own settings; store what they changed."""
    user = user_of(request)
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            change_settings(user=user, person=form.person(), choices=form.choices(), now=timezone.now())
            messages.success(request, gettext("Saved."))
            return see_other("settings")
    else:
        preferences = Preferences.objects.filter(user=user).first() or Preferences()
        form = SettingsForm(initial=stored_settings(user=user, preferences=preferences))
    context = {"form": form, "zones": places(), "partner": seat_of(user), "fetches_plans": fetches_plans(user)}
    return render(request, "scheduler/settings.html", context, status=422 if form.errors else 200)
