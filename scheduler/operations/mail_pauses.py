"""An address that takes no mail: nothing about times is sent there until its owner says so, or has another address.

Only the owner sees it. Codes and other mails about the account are still tried: somebody is waiting for them.
"""

from uuid import UUID

from accounts.models import User


def pause_mails(*, user_id: UUID, address: str) -> None:
    """Send this user no more about times at `address`; without effect when they have another one by now."""
    User.objects.filter(pk=user_id, email=address).update(paused_email=address)


def resume_mails(*, user: User) -> None:
    """Send this user mails about times again, from the next one on. Repeating it is harmless."""
    User.objects.filter(pk=user.pk).update(paused_email="")
