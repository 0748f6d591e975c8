"""How a feed is doing, for its owner's eyes: who came for it, when, and what to expect."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.reading import hour_text
from scheduler.operations.feeds import NOTED_EVERY
from scheduler.queries.feed_pages import FeedView
from scheduler.web.clients import ClientKind
from scheduler.web.moments import day_text


@dataclass(frozen=True)
class Habit:
    """What a kind of client is called, how often it comes, and after how long without it a hint is kind."""

    name: str | Promise
    pace: str | Promise
    patience: timedelta


@dataclass(frozen=True)
class Health:
    """What stands on the card of a feed; `hint` is empty while all is as expected."""

    last: str
    pace: str
    hint: str


HABITS = {
    ClientKind.GOOGLE: Habit(
        "Google", _("Google comes by every 8 to 24 hours; that cannot be changed."), timedelta(days=3)
    ),
    ClientKind.APPLE: Habit("Apple", _("Apple comes by as often as its own setting says."), timedelta(days=8)),
    ClientKind.OUTLOOK: Habit("Outlook", _("Outlook comes by about every 3 hours."), timedelta(days=2)),
    ClientKind.THUNDERBIRD: Habit("Thunderbird", _("Thunderbird comes by while it is open."), timedelta(days=8)),
    ClientKind.ICSX5: Habit("ICSx5", _("ICSx5 comes by as often as its own setting says."), timedelta(days=3)),
    ClientKind.OTHER: Habit(_("a calendar program"), _("It comes by at its own pace."), timedelta(days=8)),
}
NEW = timedelta(days=1)


def health_of(feed: FeedView, *, now: datetime) -> Health:
    """Return how the feed is doing, in the active zone and language."""
    if feed.last_fetched_at is None:
        waited = now - feed.created_at >= NEW
        hint = gettext("If you have lost its address, give this device a new one.") if waited else ""
        return Health(last=gettext("No calendar has come for it yet."), pace="", hint=hint)
    habit = HABITS.get(ClientKind(feed.last_client or "other"), HABITS[ClientKind.OTHER])
    local = timezone.localtime(feed.last_fetched_at)
    # The note is that old at most: see NOTED_EVERY.
    last = gettext("Last fetched by %(client)s on %(day)s at %(time)s, or in the six hours after.") % {
        "day": day_text(local.date()),
        "time": hour_text(local.time()),
        "client": habit.name,
    }
    quiet = now - feed.last_fetched_at - NOTED_EVERY >= habit.patience
    hint = gettext("It has not come for a while. Look whether the subscription is still there.") if quiet else ""
    return Health(last=last, pace=str(habit.pace), hint=hint)
