"""The settings page, which several forms lead back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from accounts.middleware import seat_of
from accounts.reading import instant_text
from accounts.requests import user_of
from accounts.zones import places
from scheduler.models.preferences import Preferences
from scheduler.models.push import MOST_DEVICES
from scheduler.notifications.push_keys import public_key
from scheduler.queries.calendar_mails import fetches_plans
from scheduler.queries.push_devices import DeviceView, devices_of
from scheduler.web.settings_form import SettingsForm, stored_settings


def settings_page(
    request: HttpRequest, *, form: SettingsForm | None = None, device_problem: str | Promise = "", status: int = 200
) -> HttpResponse:
    """Show the reader's own settings: what `form` holds, or what is stored."""
    user = user_of(request)
    if form is None:
        preferences = Preferences.objects.filter(user=user).first() or Preferences()
        form = SettingsForm(initial=stored_settings(user=user, preferences=preferences))
    devices = devices_of(user)
    context = {
        "form": form,
        "zones": places(),
        "partner": seat_of(user),
        "fetches_plans": fetches_plans(user),
        "devices": [(device, _last_message(device)) for device in devices],
        "device_problem": device_problem,
        "has_room": sum(not device.is_gone for device in devices) < MOST_DEVICES,
        "push_key": public_key(),
    }
    return render(request, "scheduler/settings.html", context, status=status)


def _last_message(device: DeviceView) -> str:
    """Return when the device last took a message; empty for never."""
    return instant_text(device.last_delivered_at) if device.last_delivered_at else ""
