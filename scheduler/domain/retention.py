"""How long everything is kept: the one table that the sweeps, `manage.py retention` and the privacy page read.

Every table of the database has a row here, and so has what is written beside it. A new model gets its row with its
first migration; one with `since` and `kept` is swept by that row alone.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto

from scheduler.domain.rhythm import PROPOSAL_LASTS

NOTHING = timedelta(0)
DAY = timedelta(days=1)
ENDED_OFFERS_KEPT = DAY
PAST_TIMES_KEPT = timedelta(days=7)
NOTES_KEPT = timedelta(days=7)
JOTTINGS_KEPT = timedelta(days=30)
NOTICES_KEPT = DAY
ENDED_FEEDS_KEPT = timedelta(days=30)
GONE_DEVICES_KEPT = timedelta(days=30)
WINDOWS_LIVE = timedelta(days=7, hours=2)  # from one lock to the draw after next, over a change of the clocks
MAIL_FILES_KEPT = timedelta(days=7)
TO_MIDNIGHT = DAY  # calendar entries leave at midnight UTC: see `scheduler.domain.calendar_stay`


class Subject(StrEnum):
    """What the privacy page calls it; several tables may hold one subject."""

    OFFERS = auto()
    PLANS = auto()
    ENTRIES = auto()
    UNDOS = auto()
    NOTES = auto()
    OFFER_NOTES = auto()
    MARKS = auto()
    IN_COMMON = auto()
    WINDOWS = auto()
    JOTTINGS = auto()
    LISTS = auto()
    RHYTHMS = auto()
    CARDS = auto()
    SHARED_CARDS = auto()
    NOTICES = auto()
    LETTERS = auto()
    MAIL_FILES = auto()
    INVITATIONS = auto()
    ENDED_FEEDS = auto()
    GONE_DEVICES = auto()
    SESSIONS = auto()
    LIMITS = auto()
    ACCOUNT = auto()
    LINK = auto()
    STOPS = auto()
    CLOSED = auto()
    LOGS = auto()
    MACHINERY = auto()  # about no person: the privacy page leaves it out


class Until(StrEnum):
    """What ends the keeping."""

    TIME = "a moment and a time after it"
    ACCOUNT = "until the account is deleted"
    SIGNED_IN = "until that device is signed out, by hand or by time"
    LINK = "until one of the two leaves"
    LINKED_AGAIN = "until the two link again; a keyed hash that names nobody"
    GOOD = "for good; a keyed hash that names nobody"
    HOST = "as long as the host likes; no name, address or text"
    NO_PERSON = "for good; it is about no person"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long the rows of one table are kept.

    `table` is a model's label (`app.Model`), the name of a table without a model, or what lies beside the database.
    With `Until.TIME` they go `kept` after the moment in `since`; `lives` is how far that moment lies from the row's
    beginning where that is fixed; `only` narrows the rows down, as a filter takes it. `swept_with` names who deletes
    them, where it is not the general sweep.
    """

    table: str
    subject: Subject
    until: Until = Until.TIME
    since: str = ""
    kept: timedelta = NOTHING
    lives: timedelta = NOTHING
    only: dict[str, object] = field(default_factory=dict)
    swept_with: str = ""

    @property
    def longest(self) -> timedelta:
        """The longest time that a person may have to count with."""
        return self.lives + self.kept


_OPEN: dict[str, object] = {"confirmed_at": None}
_PLANNED: dict[str, object] = {"confirmed_at__isnull": False}


def _within(relation: str, only: dict[str, object]) -> dict[str, object]:
    return {f"{relation}__{name}": value for name, value in only.items()}


def _time(table: str, relation: str = "") -> tuple[Keeping, Keeping]:
    """Return how long a slot's row is kept, or one that hangs on a slot by `relation`: while open, and as a plan."""
    column = f"{relation}__" if relation else ""
    only = (_within(relation, _OPEN), _within(relation, _PLANNED)) if relation else (_OPEN, _PLANNED)
    return (
        Keeping(
            table=table,
            subject=Subject.OFFERS,
            since=f"{column}expires_at",
            kept=ENDED_OFFERS_KEPT,
            only=only[0],
            swept_with="fade",
        ),
        Keeping(
            table=table,
            subject=Subject.PLANS,
            since=f"{column}ends_at",
            kept=PAST_TIMES_KEPT,
            only=only[1],
            swept_with="past times",
        ),
    )


def _entry(table: str, relation: str = "") -> tuple[Keeping, Keeping]:
    """Return how long a calendar entry is kept, or a row that hangs on one: while it stands, and once cancelled."""
    column = f"{relation}__" if relation else ""
    confirmed, cancelled = (
        Keeping(
            table=table,
            subject=Subject.ENTRIES,
            since=f"{column}ends_at",
            kept=kept + TO_MIDNIGHT,
            only={f"{column}status": status},
            swept_with="entries",
        )
        for status, kept in (("CONFIRMED", PAST_TIMES_KEPT), ("CANCELLED", ENDED_FEEDS_KEPT))
    )
    return confirmed, cancelled


def _always(until: Until, subject: Subject, *tables: str) -> tuple[Keeping, ...]:
    return tuple(Keeping(table=table, subject=subject, until=until) for table in tables)


KEPT: tuple[Keeping, ...] = (
    *_time("scheduler.Slot"),
    *_time("scheduler.Offer", "slots"),
    *_time("scheduler.Yes", "slot"),
    _time("scheduler.TuckedAway", "slot")[0],  # gone when its time becomes a plan
    *_entry("scheduler.CalendarEntry"),
    *_entry("scheduler.CalendarMail", "entry"),
    *_entry("scheduler.FormerSlot", "entry"),
    Keeping(table="scheduler.Undo", subject=Subject.UNDOS, since="expires_at", lives=timedelta(seconds=60)),
    Keeping(table="scheduler.KindNote", subject=Subject.NOTES, since="created_at", kept=NOTES_KEPT),
    Keeping(
        table="scheduler.Rhythm",
        subject=Subject.RHYTHMS,
        since="ends_at",
        lives=PROPOSAL_LASTS,  # one that is only proposed; of a trial the row goes when its last time is over
        only={"ends_at__isnull": False},
    ),
    Keeping(table="scheduler.Jotting", subject=Subject.JOTTINGS, since="written_at", kept=JOTTINGS_KEPT),
    Keeping(
        table="scheduler.Window", subject=Subject.WINDOWS, since="draw_at", lives=WINDOWS_LIVE, swept_with="the draw"
    ),
    Keeping(table="scheduler.OfferNote", subject=Subject.OFFER_NOTES, since="written_at", kept=NOTES_KEPT),
    Keeping(table="scheduler.Notice", subject=Subject.NOTICES, since="expires_at", kept=NOTICES_KEPT),
    Keeping(
        table="accounts.Letter",
        subject=Subject.LETTERS,
        since="expires_at",
        kept=DAY,
        lives=DAY,
        swept_with="letters",
    ),
    Keeping(
        table="files in mail/",
        subject=Subject.MAIL_FILES,
        since="written",
        kept=MAIL_FILES_KEPT,
        swept_with="mail files",
    ),
    Keeping(table="accounts.Invitation", subject=Subject.INVITATIONS, since="expires_at", lives=timedelta(hours=72)),
    Keeping(
        table="scheduler.Feed",
        subject=Subject.ENDED_FEEDS,
        since="ended_at",
        kept=ENDED_FEEDS_KEPT,
        only={"ended_at__isnull": False},
        swept_with="feeds",
    ),
    Keeping(
        table="scheduler.PushDevice",
        subject=Subject.GONE_DEVICES,
        since="gone_at",
        kept=GONE_DEVICES_KEPT,
        only={"gone_at__isnull": False},
    ),
    Keeping(
        table="sessions.Session",
        subject=Subject.SESSIONS,
        since="expire_date",
        lives=timedelta(days=14),
        swept_with="sessions",
    ),
    Keeping(table="cache", subject=Subject.LIMITS, since="expires", lives=DAY, swept_with="cache"),
    Keeping(table="account.EmailConfirmation", subject=Subject.LETTERS, since="created", kept=DAY),
    *_always(Until.ACCOUNT, Subject.ACCOUNT, "accounts.User", "account.EmailAddress", "scheduler.Preferences"),
    *_always(Until.ACCOUNT, Subject.ACCOUNT, "scheduler.Feed", "scheduler.PushDevice", "mfa.Authenticator"),
    *_always(Until.ACCOUNT, Subject.LISTS, "scheduler.RoomLine"),
    *_always(Until.ACCOUNT, Subject.CARDS, "scheduler.CardAnswer"),
    *_always(Until.ACCOUNT, Subject.MARKS, "scheduler.Mark"),
    *_always(Until.LINK, Subject.IN_COMMON, "scheduler.InCommon"),
    *_always(Until.SIGNED_IN, Subject.SESSIONS, "usersessions.UserSession"),
    *_always(Until.LINK, Subject.LINK, "accounts.Couple", "accounts.Partner", "scheduler.Lane"),
    *_always(Until.LINK, Subject.SHARED_CARDS, "scheduler.CardShare"),
    *_always(Until.LINK, Subject.LINK, "scheduler.Rhythm"),
    *_always(Until.GOOD, Subject.STOPS, "accounts.MailStop"),
    *_always(Until.LINKED_AGAIN, Subject.CLOSED, "accounts.ClosedInvitation"),
    *_always(Until.HOST, Subject.LOGS, "log lines"),
    *_always(
        Until.NO_PERSON,
        Subject.MACHINERY,
        "contenttypes.ContentType",
        "auth.Permission",
        "auth.Group",
        "auth.Group_permissions",
        "django_migrations",
        "sqlite_sequence",
        "accounts.Breaker",
        "scheduler.MarkTick",
    ),
)


def kept_for(subject: Subject) -> timedelta:
    """Return the longest time that anything of this subject is kept; zero where no time is set for it."""
    return max((row.longest for row in KEPT if row.subject is subject and row.until is Until.TIME), default=NOTHING)
