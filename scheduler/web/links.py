"""Links from mails, as they arrive: what mail programs do to addresses is undone before the signature is looked at."""

import re
from contextlib import AbstractContextManager
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.models import User
from accounts.reading import reading
from scheduler.notifications.links import BadLinkError, Topic, read_free_token, read_stop_link, read_time_link
from scheduler.queries.mail_links import LinkedTime, linked_time, mail_reader
from scheduler.queries.push_devices import PushedTime, pushed_time

_NO_PART_OF_A_LINK = re.compile(r"=3D|[^A-Za-z0-9_~-]", re.IGNORECASE)


def cleaned(token: str) -> str:
    """Return the token without what mail programs hang on to it: `>`, `.`, `=3D`, soft line breaks, blanks."""
    return _NO_PART_OF_A_LINK.sub("", token)


def time_behind(token: str, *, now: datetime) -> LinkedTime | None:
    """Return the time that this link leads to; None for a link that is not ours or has done its work."""
    try:
        notice_id = read_time_link(cleaned(token))
    except BadLinkError:
        return None
    return linked_time(notice_id=notice_id, now=now)


def stop_behind(token: str) -> tuple[Topic, User] | None:
    """Return which mails this link stops, and whose; None for a link that is not ours or whose reader is gone."""
    try:
        topic, user_id = read_stop_link(cleaned(token))
    except BadLinkError:
        return None
    reader = mail_reader(user_id)
    return (topic, reader) if reader else None


def pushed_time_behind(token: str, *, now: datetime) -> PushedTime | None:
    """Return the time that this token of a push frees; None for one that is not ours or has done its work."""
    try:
        device_id, notice_id = read_free_token(token)
    except BadLinkError:
        return None
    return pushed_time(device_id=device_id, notice_id=notice_id, now=now)


def in_language_of(user: User) -> AbstractContextManager[object]:
    """Return a block in which texts are as this user reads them; in the browser's language when they chose none."""
    return reading(language=user.language or get_language() or settings.LANGUAGE_CODE, clock=user.clock)


def link_page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Return a page that tells no other site from where it was left (its address is a secret)."""
    response = render(request, template, context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def link_over(request: HttpRequest) -> HttpResponse:
    """Return the neutral 404 of a link that leads nowhere, which says how to go on."""
    return link_page(request, "scheduler/link_over.html", {}, status=404)
