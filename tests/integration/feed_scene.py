"""Feeds and entries as rows, and a client that asks for a feed as calendar programs do."""

import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from accounts.fields import save_columns
from accounts.models import Partner, User
from scheduler.models import CalendarEntry, Feed
from scheduler.operations.feeds import create_feed, token_hash
from tests.cast import NOW

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def make_feed(user: User, *, now: datetime.datetime = NOW, **settings: Any) -> tuple[str, Feed]:
    """Return the path of a new feed of `user`, and its row."""
    token = create_feed(user=user, label="Phone", now=now)
    feed = Feed.objects.select_related("user").get(token_hash=token_hash(token))
    if settings:
        save_columns(feed, **settings)
    return f"/cal/{token}.ics", Feed.objects.get(token_hash=token_hash(token))


def make_entry(
    partner: Partner,
    *,
    starts_at: datetime.datetime,
    changed_at: datetime.datetime = NOW,
    slot_id: UUID | None = None,
    **fields: Any,
) -> CalendarEntry:
    """Make the entry of one confirmed slot for `partner`, an hour long unless told otherwise."""
    fields = {"ends_at": starts_at + HOUR, "kind": "together", "created_at": changed_at} | fields
    return CalendarEntry.objects.create(
        partner=partner, slot_id=slot_id or uuid4(), starts_at=starts_at, changed_at=changed_at, **fields
    )


def fetch(path: str, *, method: str = "GET", **headers: str) -> HttpResponse:
    """Ask for `path` as a program without cookies does."""
    return cast("HttpResponse", Client().generic(method, path, headers=headers))


def properties(body: bytes, name: str) -> list[str]:
    """Return the values of every property called `name`, unfolded."""
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    return [line.split(":", 1)[1] for line in lines if line.startswith((f"{name}:", f"{name};"))]
