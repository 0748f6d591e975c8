"""Whoever has taken their agreement back is led to the page where they may give it again, or go for good."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from accounts.forms import SignupStatements
from accounts.models import User
from scheduler.web.responses import see_other

# What works without it: going, taking along, being helped, and what a mail's own link carries. The pages about an
# account and a sign-in belong to other packages, and work too.
NEEDING = ("scheduler.", "accounts.views.link")
OPEN = frozenset(
    {
        "agreement",
        "account-export",
        "account-delete",
        "help",
        "mail-link",
        "mail-stop",
        "healthz",
        "readyz",
        "robots",
        "offline",
    }
)


class AgreementForm(forms.Form):
    """The statement of the sign-up, alone; its box is not ticked beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"] = deepcopy(SignupStatements.base_fields["consent"])


class AgreementMiddleware:
    """Keeps every page that shows or takes private things from users who have not agreed to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> HttpResponse | None:
        """Lead to the agreement, where there is none and the page needs it."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or user.consented_at or not view.__module__.startswith(NEEDING):
            return None
        return None if match and match.url_name in OPEN else see_other("agreement")
