"""What a browser hands over when it is switched on for messages: an address and two keys, each checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduler.models.push import LONGEST_ENDPOINT
from scheduler.notifications.push_address import BadAddressError, checked_endpoint
from scheduler.notifications.push_keys import BadKeyError, checked_keys

NOT_USABLE = _("This browser gave Pear an address that it cannot use. Please try once more, or with another browser.")


class DeviceForm(forms.Form):
    """Filled in by the page's script; whatever is wrong with it gets one and the same sentence."""

    endpoint = forms.CharField(max_length=LONGEST_ENDPOINT, strip=False)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    replaces = forms.CharField(max_length=LONGEST_ENDPOINT, required=False)

    def clean_endpoint(self) -> str:
        """Return the address of the browser's push service, if Pear may call it."""
        try:
            return checked_endpoint(self.cleaned_data["endpoint"])
        except BadAddressError:
            raise forms.ValidationError(NOT_USABLE, code="address") from None

    def clean(self) -> dict[str, Any]:
        """Return both keys in their one spelling."""
        given = self.cleaned_data
        if {"p256dh", "auth"} <= given.keys():
            try:
                given["p256dh"], given["auth"] = checked_keys(p256dh=given["p256dh"], auth=given["auth"])
            except BadKeyError:
                self.add_error(None, forms.ValidationError(NOT_USABLE, code="keys"))
        return given
