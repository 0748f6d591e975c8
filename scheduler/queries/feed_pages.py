"""What the calendar page shows of a user's own feeds, and the file of one time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import Partner, User
from accounts.reading import language_of
from scheduler.ical.calendar import file_bytes
from scheduler.models import CalendarEntry, Feed
from scheduler.queries.feeds import ENTRY_COLUMNS, FeedFacts, event_of, facts_of, style_of

_LANGUAGE = Coalesce(NullIf("user__language", Value("")), "user__browser_language")
_FACTS = (
    "id",
    "calendar_name",
    "title",
    "alarm_minutes",
    "link",
    "created_at",
    "changed_at",
    "ended_at",
    "last_fetched_at",
    _LANGUAGE,
    "user__preferences__cover_title",
    "user__preferences__changed_at",
)


@dataclass(frozen=True, kw_only=True)
class FeedView:
    """One live feed of one's own: its settings, and when and by which kind of client it was last fetched."""

    id: UUID
    label: str
    calendar_name: str
    title: str
    alarm_minutes: int | None
    link: bool
    created_at: datetime
    last_fetched_at: datetime | None
    last_client: str


def feeds_of(user: User) -> list[FeedView]:
    """Return the user's live feeds, oldest first, in one query."""
    columns = tuple(FeedView.__dataclass_fields__)
    rows = user.feeds.filter(ended_at=None).order_by("created_at", "pk")
    return [FeedView(**{column: getattr(row, column) for column in columns}) for row in rows]


def time_file(*, partner: Partner, slot_id: UUID, now: datetime) -> bytes | None:
    """Return one time as an iCalendar file, its event as in the feed that the owner changed last; None if unknown.

    Without a feed it shows the default title.
    """
    row = CalendarEntry.objects.filter(partner=partner, slot_id=slot_id).values_list(*ENTRY_COLUMNS).first()
    if row is None:
        return None
    facts = _newest_facts(partner.user, now=now)
    return file_bytes(event=event_of(row, facts), style=style_of(facts))


def _newest_facts(user: User, *, now: datetime) -> FeedFacts:
    live = Feed.objects.filter(user=user, ended_at=None).order_by("-changed_at", "pk")
    no_entries, key = Value(None, output_field=DateTimeField()), (user.pk, bytes(user.data_key))
    row = live.values_list(*_FACTS, no_entries).first()
    plain = (user.pk, b"", Feed.Title.BUSY, None, False, now, now, None, None, language_of(user), b"", None, None)
    facts = facts_of((*(row or plain), *key, ""), now=now)
    if facts is None:
        raise TypeError("A live feed has no afterlife.")
    return facts
