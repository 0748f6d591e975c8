"""By which clocks somebody is shown time: the line that says so, and the form that asks for it."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.middleware import zone_of
from accounts.models import User
from accounts.zones import city_of, places_by_region
from scheduler.web.moments import clock_text


@dataclass(frozen=True)
class OwnZone:
    """The zone by its name and as people call it, and what its clocks show now."""

    name: str
    city: str
    clock: str


def own_zone(user: User, *, now: datetime) -> OwnZone:
    """Return the zone that the user's times are shown in; UTC where the stored one is not known."""
    zone = zone_of(user)
    return OwnZone(name=zone.key, city=city_of(zone.key), clock=clock_text(now, zone))


class ZoneForm(forms.Form):
    """One plain list, so that it needs no script; none of it is chosen where the stored zone is not in it."""

    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        help_text=_("The city whose clocks you go by."),
        choices=[("", _("Please choose")), *places_by_region()],
        error_messages={
            "required": _("Please choose a time zone, such as Europe/Berlin."),
            "invalid_choice": _("This time zone isn't known here. Please choose one from the list."),
        },
    )
