"""One's own devices that take messages: on, tried out, off; and the one thing that a message itself can do."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from accounts.signin.device_names import device_name
from scheduler.domain.problem import Problem
from scheduler.models import PushDevice
from scheduler.operations.push_devices import ask_for_test, switch_off, switch_on
from scheduler.operations.slots import free as free_slot
from scheduler.web.links import pushed_time_behind
from scheduler.web.push_forms import NOT_USABLE, DeviceForm
from scheduler.web.responses import see_other
from scheduler.web.settings_page import settings_page


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Switch messages on for the browser that asks."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return settings_page(request, device_problem=NOT_USABLE, status=400)
    label = device_name(request.headers.get("User-Agent", "")) or gettext("A browser")
    try:
        switch_on(user=user_of(request), label=label, now=timezone.now(), **form.cleaned_data)
    except Problem:
        too_many = gettext("That is as many as there can be. Take one away first.")
        return settings_page(request, device_problem=too_many, status=400)
    messages.success(request, gettext("Done. Messages come to this device now."))
    return see_other("settings")


@require_POST
def away(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Take a device away."""
    try:
        switch_off(user=user_of(request), device_id=device_id)
    except PushDevice.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, gettext("Done. That device gets no more messages."))
    return see_other("settings")


@require_POST
def test(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Have a test message sent; the worker sends it, so that no page waits for a push service."""
    try:
        ask_for_test(user=user_of(request), device_id=device_id, now=timezone.now())
    except PushDevice.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, gettext("Done. A test message is on its way."))
    return see_other("settings")


@login_not_required
@csrf_exempt  # the token is the only authority: a message is answered signed out, and from no page
@require_POST
def free(request: HttpRequest) -> HttpResponse:
    """Free the one time that a message to this very device was about; pressing twice is friendly."""
    now = timezone.now()
    found = pushed_time_behind(request.POST.get("token", ""), now=now)
    if found is None:
        return HttpResponse("", status=404, content_type="text/plain")
    try:
        free_slot(partner=found.partner, slot_id=found.slot_id, now=now)
    except Problem:
        return HttpResponse("", status=404, content_type="text/plain")
    return HttpResponse("", content_type="text/plain")
