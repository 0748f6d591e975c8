"""Every address of Pear; and the overview's template with a context made once, which asks the database for nothing."""

import os
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from accounts.models import Partner
from scheduler.web.overview import rendered, seen_by, shown
from scheduler.web.own_zone import own_zone
from tests.bench.feed_urls import noop


@login_not_required
def unchanging(request: HttpRequest) -> HttpResponse:
    """Render what the overview renders, for the one reader there is."""
    partner, around, part = _context()
    request.user = partner.user
    request.partner = partner  # type: ignore[attr-defined]
    with connection.execute_wrapper(_refuse):
        return render(request, "scheduler/agenda.html", around | {"part": rendered(request, part)})


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return a page of one sentence, without styles."""
    return HttpResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Bare</title><p>A sentence and nothing else.</p>"
    )


@cache
def _context() -> tuple[Partner, dict[str, Any], dict[str, Any]]:
    """Return the reader, and what the page and its part show, made as the overview makes it."""
    partner, now = Partner.objects.select_related("user").get(pk=os.environ["BENCH_PARTNER"]), timezone.now()
    around = {"first_steps": False, "zone": own_zone(partner.user, now=now)}
    return partner, around, shown(*seen_by(partner, now=now))


def _refuse(*_: Any) -> None:
    raise AssertionError("the yardstick asked the database")


urlpatterns = [
    path("noop/", noop),
    path("bare/", bare),
    path("unchanging/", unchanging),
    path("", include("config.urls")),
]
