"""Who signs in, and what is read along with them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User


class AuthenticationBackend(AllauthBackend):  # type: ignore[misc]
    """Allauth's sign-in by address; each request reads user and seat in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the active user with this id, the partner's seat at hand; None when there is no such user."""
        return User.objects.select_related("partner").filter(pk=user_id, is_active=True).first()
