"""Who asks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user of a page that only signed-in users reach."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
