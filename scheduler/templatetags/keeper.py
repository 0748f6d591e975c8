"""The name under which a browser keeps what is one user's: it tells nobody who that is."""

from django import template
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

register = template.Library()


@register.simple_tag
def keeper(request: HttpRequest) -> str:
    """Return a name for whoever is signed in, the same on all of their devices; empty while signed out or locked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "locked", False):
        return ""
    return salted_hmac("scheduler.keeper", str(user.pk), algorithm="sha256").hexdigest()[:16]
