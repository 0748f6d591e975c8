"""Validators of a feed and the conditional requests that ask about them (RFC 9110, sections 8.8 and 13)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.http import HttpRequest
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from scheduler.domain.calendar_stay import day_of
from scheduler.ical.calendar import REVISION
from scheduler.models import Feed
from scheduler.queries.feeds import CACHED_FEEDS, FeedFacts, words_in

_LONGEST_HEADER = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """A strong ETag without its quotes, and the whole second of Last-Modified."""

    tag: str
    modified_at: int

    def etag(self, coding: str = "") -> str:
        """Return the ETag of the plain bytes, or of those in a content coding: other bytes, so another strong tag."""
        return f'"{self.tag}-{coding}"' if coding else f'"{self.tag}"'

    @property
    def last_modified(self) -> str:
        """The Last-Modified header."""
        return http_date(self.modified_at)


def validators_of(facts: FeedFacts, *, now: datetime) -> Validators:
    """Return what names the feed's bytes at `now`, from stored facts and the day of its window alone.

    Last-Modified is the second after the newest fact, for a second change within one second would else be missed by
    who compares dates; never later than `now`, and never earlier than before: facts only get newer.
    """
    tag, ceiling = _tag_and_ceiling(facts, day_of(now) if facts.ended_at is None else None)
    return Validators(tag=tag, modified_at=min(ceiling, int(now.timestamp())))


@lru_cache(maxsize=CACHED_FEEDS)
def _tag_and_ceiling(facts: FeedFacts, day: datetime | None) -> tuple[str, int]:
    alive = facts.ended_at is None
    entries_changed_at = facts.entries_changed_at if alive else None
    cover_changed_at = facts.cover_changed_at if facts.title == Feed.Title.COVER else None
    parts = (
        REVISION,
        words_in(facts.language),
        facts.id.hex,
        facts.calendar_name,
        facts.title,
        facts.cover,
        facts.alarm_minutes,
        facts.link,
        alive,
        _stamp(entries_changed_at),
        _stamp(day),
    )
    moments = (facts.changed_at, cover_changed_at, entries_changed_at, day)
    newest = max(moment for moment in moments if moment is not None)
    ceiling = int((newest + timedelta(microseconds=999_999)).timestamp())
    tag = hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:32]
    return tag, ceiling


def is_unchanged(request: HttpRequest, validators: Validators, *, now: datetime) -> bool:
    """Return whether the client's copy is the current one, so that 304 is the answer.

    If-None-Match is compared weakly, for gzip on the way weakens tags, and wins over If-Modified-Since. A date later
    than the server's clock proves nothing and is ignored, like one that cannot be read.
    """
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        tags = parse_etags(known[:_LONGEST_HEADER].strip())
        ours = {validators.etag(), validators.etag("gzip")}
        return tags == ["*"] or any(tag.removeprefix("W/") in ours for tag in tags)
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", "")[:_LONGEST_HEADER])
    return since is not None and validators.modified_at <= since <= int(now.timestamp())


def accepts_gzip(request: HttpRequest) -> bool:
    """Return whether the client asked for gzip, and not with a weight of nothing (RFC 9110, 12.5.3)."""
    for item in request.META.get("HTTP_ACCEPT_ENCODING", "")[:_LONGEST_HEADER].lower().split(","):
        coding, _, weight = item.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight.strip()
    return False


def _stamp(moment: datetime | None) -> str:
    return f"{moment.timestamp():.6f}" if moment else ""
