"""What a feed holds, read in one statement each: first what its validators need, then its entries."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.fields import open_column
from accounts.statements import fetched, instant_of, uuid_of
from scheduler.domain.calendar_stay import cancelled_left_by, confirmed_left_by
from scheduler.domain.retention import ENDED_FEEDS_KEPT
from scheduler.ical.calendar import Event, Style, connected_event, feed_bytes
from scheduler.models import CalendarEntry, Feed, Preferences
from scheduler.models.kinds import CALENDAR_NAMES

CACHED_FEEDS = 1024

ENTRY_COLUMNS = (
    "uid",
    "slot_id",
    "sequence",
    "status",
    "kind",
    "starts_at",
    "ends_at",
    "created_at",
    "changed_at",
)
_FACTS_WIDTH = 16
# Raw, because an object-relational query costs eight times as much, and clients ask for this all day. The newest
# change of a partner's entries is the end of an index, so the statement costs the same with 10 entries and with 500.
_FACTS = """
    f.id, f.calendar_name, f.title, f.alarm_minutes, f.link, f.created_at, f.changed_at, f.ended_at,
    f.last_fetched_at, COALESCE(NULLIF(u.language, ''), u.browser_language), p.cover_title, p.changed_at,
    (SELECT MAX(c.changed_at) FROM scheduler_calendarentry c WHERE c.partner_id = a.id), u.id, u.data_key,
    f.last_client
"""
_FROM = """
    FROM scheduler_feed f
    JOIN accounts_user u ON u.id = f.user_id
    LEFT JOIN scheduler_preferences p ON p.user_id = f.user_id
    LEFT JOIN accounts_partner a ON a.user_id = f.user_id
"""
_WHERE = " WHERE f.token_hash = %s"
_FIND = "SELECT" + _FACTS + _FROM + _WHERE
# Cancelled entries stay longer, so the first bound holds for all: by partner and end it walks one index, and meets
# nobody else's entries. As two alternatives by status SQLite would look for them in everybody's.
_FIND_WITH_ENTRIES = (
    "SELECT"
    + _FACTS
    + "".join(f", e.{column}" for column in ENTRY_COLUMNS)
    + _FROM
    + """ LEFT JOIN scheduler_calendarentry e ON e.partner_id = a.id AND f.ended_at IS NULL
      AND e.ends_at > %s AND (e.status = 'CANCELLED' OR e.ends_at > %s)"""
    + _WHERE
    + " ORDER BY e.starts_at, e.uid"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What one feed's bytes depend on, but for the entries themselves; of these, the moment of the newest change."""

    id: UUID
    calendar_name: str
    title: str
    alarm_minutes: int | None
    link: bool
    created_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    last_fetched_at: datetime | None
    last_client: str
    language: str
    cover_title: str
    cover_changed_at: datetime | None
    entries_changed_at: datetime | None

    @property
    def cover(self) -> str:
        """The owner's own cover text where this feed shows it, else nothing."""
        return self.cover_title.strip() if self.title == Feed.Title.COVER else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a feed in one language."""

    busy: str
    connected: str
    cancelled_format: str
    kinds: tuple[tuple[str, str], ...]


@lru_cache(maxsize=32)
def words_in(language: str) -> Words:
    """Return the words of a feed in its owner's language; empty means the default language."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return Words(
            busy=gettext("Busy"),
            connected=gettext("Calendar connected"),
            cancelled_format=gettext("Cancelled: {}"),
            kinds=tuple((kind, str(name)) for kind, name in CALENDAR_NAMES.items()),
        )


def find_feed(*, hashed: str, now: datetime) -> FeedFacts | None:
    """Return the feed with this token hash, in one query; None once it has been over for 30 days, or never was."""
    rows = fetched(_FIND, hashed)
    return facts_of(rows[0], now=now) if rows else None


def read_feed(*, hashed: str, now: datetime) -> tuple[FeedFacts, list[Event]] | None:
    """Return the feed and the entries in its window as they were at one and the same moment, in one query."""
    rows = fetched(_FIND_WITH_ENTRIES, cancelled_left_by(now), confirmed_left_by(now), hashed)
    facts = facts_of(rows[0][:_FACTS_WIDTH], now=now) if rows else None
    if facts is None:
        return None
    return facts, [event_of(row[_FACTS_WIDTH:], facts) for row in rows if row[_FACTS_WIDTH] is not None]


def bytes_of(*, facts: FeedFacts, events: list[Event]) -> bytes:
    """Return the body of a feed."""
    connected = connected_event(
        feed_id=facts.id,
        created_at=facts.created_at,
        title=words_in(facts.language).connected,
    )
    return feed_bytes(name=facts.calendar_name, events=events, style=style_of(facts), connected=connected)


def style_of(facts: FeedFacts) -> Style:
    """Return what the owner switched on; an empty cover text is the default title."""
    private = facts.title == Feed.Title.BUSY or (facts.title == Feed.Title.COVER and not facts.cover)
    cancelled_format = words_in(facts.language).cancelled_format
    return Style(private=private, alarm_minutes=facts.alarm_minutes, cancelled_format=cancelled_format)


def _title(facts: FeedFacts, kind: str) -> str:
    words = words_in(facts.language)
    if facts.title == Feed.Title.KIND:
        return dict(words.kinds).get(kind, words.busy)
    return facts.cover or words.busy


def facts_of(row: tuple[Any, ...], *, now: datetime) -> FeedFacts | None:
    """Return the feed whose columns are `row`, in the order of the statement; None once its afterlife is over."""
    facts = _facts(row)
    return None if facts.ended_at is not None and now - facts.ended_at >= ENDED_FEEDS_KEPT else facts


@lru_cache(maxsize=CACHED_FEEDS)
def _facts(row: tuple[Any, ...]) -> FeedFacts:
    """Return the facts; the same row comes again with nearly every fetch, so that it is opened only once."""
    feed, owner = uuid_of(row[0]), uuid_of(row[13])
    opened = partial(open_column, wrapped=row[14], owner=owner)
    return FeedFacts(
        id=feed,
        calendar_name=opened(Feed, "calendar_name", row[1], row=feed),
        title=row[2],
        alarm_minutes=row[3],
        link=bool(row[4]),
        created_at=instant_of(row[5]),
        changed_at=instant_of(row[6]),
        ended_at=_moment(row[7]),
        last_fetched_at=_moment(row[8]),
        last_client=row[15],
        language=row[9],
        cover_title=opened(Preferences, "cover_title", row[10], row=owner),
        cover_changed_at=_moment(row[11]),
        entries_changed_at=_moment(row[12]),
    )


def event_of(row: tuple[Any, ...], facts: FeedFacts) -> Event:
    """Return the entry whose ENTRY_COLUMNS are `row`, as the feed `facts` shows it."""
    uid, slot_id, sequence, status, kind, *moments = row
    starts_at, ends_at, created_at, changed_at = map(instant_of, moments)
    return Event(
        uid=uuid_of(uid),
        sequence=sequence,
        cancelled=status == CalendarEntry.Status.CANCELLED,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=created_at,
        changed_at=changed_at,
        title=_title(facts, kind),
        url=_link(uuid_of(slot_id)) if facts.link else "",
    )


def _link(slot_id: UUID) -> str:
    return f"{settings.SITE_URL}{reverse('time-detail', args=[slot_id])}"


def _moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else instant_of(value)
