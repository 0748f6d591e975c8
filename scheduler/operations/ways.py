"""On which ways each sort of message comes to a person: by mail, on their devices, on both, or not at all.

A notice for one more way is a row of its own, so that each way fails, waits and is repeated by itself.
"""

from collections.abc import Iterable
from uuid import UUID

from accounts.models import User
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


def preferences_of(user: User) -> Preferences:
    """Return the user's choices, or the defaults, unsaved, when none were ever made."""
    return getattr(user, "preferences", None) or Preferences(user=user)


def is_wanted(*, notice: Notice, user: User) -> bool:
    """Return whether `user` wants this sort of message on this way, and has a device where it takes one."""
    chosen = _chosen(preferences_of(user), notice.kind, notice.channel)
    return chosen and (notice.channel != _Channel.PUSH or user.pk in with_devices([user.pk]))


def ways_for_reminders(*, user: User, has_device: bool) -> list[str]:
    """Return the channels on which `user` wants to be reminded."""
    chosen = preferences_of(user)
    ways = [_Channel.EMAIL, _Channel.PUSH] if has_device else [_Channel.EMAIL]
    return [way for way in ways if _chosen(chosen, _Kind.REMINDER, way)]


def on_every_way(notices: Iterable[Notice]) -> list[Notice]:
    """Return these notices by mail, and each of them once more for the devices of a recipient who has any.

    Whether the recipient wants it there is asked when it leaves.
    """
    mails = list(notices)
    reachable = PushDevice.objects.filter(user__partner__in={mail.recipient_id for mail in mails}, gone_at=None)
    partners = set(reachable.values_list("user__partner", flat=True)) if mails else set()
    return mails + [_as_push(mail) for mail in mails if mail.recipient_id in partners]


def with_devices(user_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these users have a device that takes messages."""
    return set(PushDevice.objects.filter(user__in=list(user_ids), gone_at=None).values_list("user_id", flat=True))


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
