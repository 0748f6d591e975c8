"""On which ways each sort of message comes to a person: by mail, on their devices, on both, or not at all.

A notice for one more way is a row of its own, so that each way fails, waits and is repeated by itself.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from accounts.models import User
from accounts.statements import fetched, uuid_of
from scheduler.models import Notice, Preferences, PushDevice

_Kind, _Channel = Notice.Kind, Notice.Channel
_SORTS = {
    _Kind.OFFER: "offers",
    _Kind.NOTE: "offers",
    _Kind.CONFIRMED: "changes",
    _Kind.FREED: "changes",
    _Kind.REMINDER: "reminders",
    _Kind.WEEK: "week",
}
_WAYS = {_Channel.EMAIL: "mail", _Channel.PUSH: "push"}
_WITH_DEVICES = """
    SELECT DISTINCT a.id FROM accounts_partner a JOIN scheduler_pushdevice d ON d.user_id = a.user_id
    WHERE a.id IN (%s, %s) AND d.gone_at IS NULL
"""


def preferences_of(user: User) -> Preferences:
    """Return the user's choices, or the defaults, unsaved, when none were ever made."""
    return getattr(user, "preferences", None) or Preferences(user=user)


def is_wanted(*, notice: Notice, user: User) -> bool:
    """Return whether `user` wants this sort of message on this way, and has a device where it takes one."""
    chosen = _chosen(preferences_of(user), notice.kind, notice.channel)
    return chosen and (notice.channel != _Channel.PUSH or user.pk in with_devices([user.pk]))


def ways_for_reminders(*, chosen: Preferences, has_device: bool) -> list[str]:
    """Return the channels on which somebody who has chosen this wants to be reminded."""
    ways = [_Channel.EMAIL, _Channel.PUSH] if has_device else [_Channel.EMAIL]
    return [way for way in ways if _chosen(chosen, _Kind.REMINDER, way)]


def on_every_way(notices: Iterable[Notice], *, reachable: Collection[UUID] | None = None) -> list[Notice]:
    """Return these notices, of one couple, by mail, and each once more for the devices of a recipient who has any.

    Whether the recipient wants it there is asked when it leaves. `reachable` are the partners who have a device, where
    the caller knows.
    """
    mails = list(notices)
    if reachable is None:
        reachable = _reachable({mail.recipient_id for mail in mails})
    return mails + [_as_push(mail) for mail in mails if mail.recipient_id in reachable]


def with_devices(user_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these users have a device that takes messages."""
    return set(PushDevice.objects.filter(user__in=list(user_ids), gone_at=None).values_list("user_id", flat=True))


def _reachable(partners: Collection[UUID]) -> set[UUID]:
    """Return which of these partners, two at most, have a device that takes messages."""
    if not partners:
        return set()
    return {uuid_of(partner) for (partner,) in fetched(_WITH_DEVICES, min(partners), max(partners))}


def _chosen(chosen: Preferences, kind: str, channel: str) -> bool:
    return bool(getattr(chosen, f"{_WAYS[_Channel(channel)]}_{_SORTS[_Kind(kind)]}"))


def _as_push(mail: Notice) -> Notice:
    return Notice(
        recipient_id=mail.recipient_id,
        kind=mail.kind,
        channel=_Channel.PUSH,
        cause=mail.cause,
        revision=mail.revision,
        due_at=mail.due_at,
        expires_at=mail.expires_at,
        starts_at=mail.starts_at,
    )
