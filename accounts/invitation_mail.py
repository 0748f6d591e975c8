"""The one mail that an inviter may have sent to an address they type: it names nobody, and its reader can end it."""

import datetime

from accounts import codes, mails
from accounts.linking import is_closed
from accounts.models import Invitation, MailStop, User


def mail_invitation(*, user: User, address: str, now: datetime.datetime) -> None:
    """Mail the link of the open invitation of `user` to `address`, unless its reader wishes no such mail.

    The caller learns nothing: the answer to the inviter is the same in all cases.
    """
    invitation = Invitation.objects.filter(inviter=user, redeemer__isnull=True, expires_at__gt=now).first()
    if invitation is None or _is_unwelcome(user=user, address=address):
        return
    code = codes.code_of(invitation.pk)
    links = {"link": codes.link_for(code), "stop_link": codes.stop_link_for(address)}
    mails.compose(template="mail/account/invitation", to=address, context=links).send()


def stop_mails(*, address_hash: str, now: datetime.datetime) -> None:
    """Take "Not for me": no invitation is mailed to this address again. Saying it twice is fine."""
    MailStop.objects.bulk_create([MailStop(address_hash=address_hash, created_at=now)], ignore_conflicts=True)


def _is_unwelcome(*, user: User, address: str) -> bool:
    if MailStop.objects.filter(pk=codes.address_hash(address)).exists():
        return True
    reader = User.objects.filter(email=address.strip().lower()).only("pk").first()
    return reader is not None and (reader.pk == user.pk or is_closed(inviter_id=user.pk, invited_id=reader.pk))
