"""By which clocks the reader is shown time: one question, apart from all other settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.requests import user_of
from accounts.zones import city_of
from scheduler.operations.preferences import change_zone
from scheduler.web.own_zone import ZoneForm
from scheduler.web.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the zone, with the present one chosen; a POST stores another and leads back to the times."""
    user = user_of(request)
    form = ZoneForm(request.POST if request.method == "POST" else None, initial={"time_zone": user.time_zone})
    if form.is_valid():
        name = form.cleaned_data["time_zone"]
        change_zone(user=user, time_zone=name, now=timezone.now())
        messages.success(request, gettext("Saved. You go by the clocks of %(place)s now.") % {"place": city_of(name)})
        return see_other("agenda")
    return render(request, "scheduler/zone.html", {"form": form}, status=422 if form.is_bound else 200)
