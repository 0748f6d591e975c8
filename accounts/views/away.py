"""Quick exit: out and away, whatever state anything is in."""

import logging

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.responses import SeeOther

log = logging.getLogger("pear.away")


@csrf_exempt  # a stale form must still lead away; another site's form is told apart below
@login_not_required
def away(request: HttpRequest) -> HttpResponse:
    """End the session, clear what the browser keeps of this site, and go to a neutral one. Never an error page.

    A GET only goes there. So does a form of another site, so that nobody can sign a person out from elsewhere.
    """
    response = SeeOther(settings.QUICK_EXIT_URL)
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return response
    try:
        logout(request)
    except DatabaseError as error:  # the browser forgets its key below, and the session ends with its time
        log.warning("session not ended: %s", type(error).__name__)
        request.session = SessionStore()  # so that nothing on the way out looks for the old one
    for kept in ("SESSION", "DEVICE", "MESSAGE", "LANGUAGE"):
        response.delete_cookie(getattr(settings, f"{kept}_COOKIE_NAME"), samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
