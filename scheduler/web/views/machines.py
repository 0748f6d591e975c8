"""Answers for machines that ask how to behave and whether Pear is well."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Calendar services read robots.txt before they fetch a feed, so that one path stays open to them.
ROBOTS = "User-agent: *\nAllow: /cal/\nDisallow: /\n"


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Keep search engines out, let calendar clients in (RFC 9309)."""
    return HttpResponse(ROBOTS, content_type="text/plain")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 200 while the database answers; without it the middleware answers 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
