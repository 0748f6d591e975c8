"""How two users become a couple: one invites, the other redeems, both read the same words and press.

Every call locks the rows of the users it is about, in the order of their ids, so that crossing and racing calls are
serial. The answer to a code that opens nothing never says why.
"""

import datetime
import secrets
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts import codes
from accounts.middleware import zone_of
from accounts.models import ClosedInvitation, Couple, Invitation, Partner, User
from accounts.operations import users_locked
from accounts.words import three_words
from accounts.zones import common_zone

CODE_LIFETIME = datetime.timedelta(hours=72)
PAIRING_LIFETIME = datetime.timedelta(hours=24)


def open_invitation(*, user: User, now: datetime.datetime) -> None:
    """Make sure that `user` has one open invitation; a linked user, or one who is just pairing, gets none."""
    with users_locked(user.pk):
        _forget_expired([user.pk], now)
        if _is_taken(user.pk) or _usable(user.pk).exists():
            return
        Invitation.objects.filter(inviter=user).delete()
        key = uuid4()
        Invitation.objects.create(
            id=key,
            inviter=user,
            code_hash=codes.code_hash(codes.code_of(key)),
            created_at=now,
            expires_at=now + CODE_LIFETIME,
        )


def revoke_invitation(*, user: User) -> None:
    """Take back what `user` has offered: the code opens nothing from now on, and a pairing by it has ended."""
    with users_locked(user.pk):
        Invitation.objects.filter(inviter=user).delete()


def redeem(*, user: User, code: str, now: datetime.datetime) -> bool:
    """Pair `user` with whoever made this code; False for every code that opens nothing, for whatever cause.

    Doing it again, or redeeming each other's codes, leads to the one pairing these two already have.
    """
    found = Invitation.objects.filter(code_hash=codes.code_hash(codes.typed(code))).only("inviter_id").first()
    if found is None:
        return False
    with users_locked(user.pk, found.inviter_id):
        return _pair(redeemer_id=user.pk, inviter_id=found.inviter_id, invitation_id=found.pk, now=now)


def press(*, user: User, words: str, now: datetime.datetime) -> bool:
    """Note that `user` says "Yes, that's us" to the pairing with these words; True once both have, and are linked.

    Words of a pairing that has ended meanwhile count for nothing.
    """
    pairing = pairing_of(user_id=user.pk, now=now)
    if pairing is None or pairing.redeemer_id is None:
        return False
    try:
        with users_locked(pairing.inviter_id, pairing.redeemer_id):
            return _press(pairing_id=pairing.pk, user_id=user.pk, words=words, now=now)
    except IntegrityError:  # one of the two has a seat already: the database has the last word
        end_pairing(user=user)
        return False


def end_pairing(*, user: User) -> None:
    """Take "That's not us": the pairing is over for both, and its code is spent."""
    with users_locked(user.pk):
        _pairings([user.pk]).delete()


def close_invitation(*, inviter_id: UUID, invited_id: UUID, now: datetime.datetime) -> None:
    """From now on no code and no mail of `inviter` reaches `invited`; nobody is told. A pairing of the two ends."""
    pair = codes.pair_hash(inviter_id=inviter_id, invited_id=invited_id)
    with transaction.atomic():
        ClosedInvitation.objects.bulk_create([ClosedInvitation(pair_hash=pair, created_at=now)], ignore_conflicts=True)
        Invitation.objects.filter(inviter_id=inviter_id, redeemer_id=invited_id).delete()


def is_closed(*, inviter_id: UUID, invited_id: UUID) -> bool:
    """Return whether `invited` has left `inviter` once and not linked with them again."""
    pair = codes.pair_hash(inviter_id=inviter_id, invited_id=invited_id)
    return ClosedInvitation.objects.filter(pk=pair).exists()


def pairing_of(*, user_id: UUID, now: datetime.datetime) -> Invitation | None:
    """Return the pairing this user is in, from either side; None while there is none."""
    return _pairings([user_id]).filter(expires_at__gt=now).first()


def _pair(*, redeemer_id: UUID, inviter_id: UUID, invitation_id: UUID, now: datetime.datetime) -> bool:
    both = [redeemer_id, inviter_id]
    _forget_expired(both, now)
    if _pairings(both).filter(inviter__in=both, redeemer__in=both).exists():
        return True
    if _is_taken(redeemer_id) or _is_taken(inviter_id) or is_closed(inviter_id=inviter_id, invited_id=redeemer_id):
        return False
    still_open = Invitation.objects.filter(pk=invitation_id, redeemer__isnull=True).exclude(inviter=redeemer_id)
    ends_at = now + PAIRING_LIFETIME
    return still_open.update(redeemer=redeemer_id, words=three_words(), expires_at=ends_at) == 1


def _press(*, pairing_id: UUID, user_id: UUID, words: str, now: datetime.datetime) -> bool:
    pairing = Invitation.objects.filter(pk=pairing_id, redeemer__isnull=False, words=words).first()
    if pairing is None:
        return False
    mine = "inviter_pressed_at" if pairing.inviter_id == user_id else "redeemer_pressed_at"
    if getattr(pairing, mine) is None:
        setattr(pairing, mine, now)
        pairing.save(update_fields=[mine])
    if pairing.inviter_pressed_at is None or pairing.redeemer_pressed_at is None:
        return False
    _link(pairing, now=now)
    return True


def _link(pairing: Invitation, *, now: datetime.datetime) -> None:
    """Make the couple; which seat is whose is left to chance, so that no seat tells who invited."""
    if pairing.redeemer_id is None:  # a pairing has one: the press has looked for it
        raise ValueError(pairing)
    both = [pairing.inviter_id, pairing.redeemer_id]
    secrets.SystemRandom().shuffle(both)
    zones = [zone_of(user) for user in User.objects.filter(pk__in=both)]
    couple = Couple.objects.create(created_at=now, zone=common_zone(zones, at=now))
    Partner.objects.bulk_create(
        Partner(couple=couple, user_id=user_id, seat=seat) for seat, user_id in enumerate(both, 1)
    )
    Invitation.objects.filter(Q(inviter__in=both) | Q(redeemer__in=both)).delete()
    one, other = both
    ways = [codes.pair_hash(inviter_id=a, invited_id=b) for a, b in ((one, other), (other, one))]
    ClosedInvitation.objects.filter(pk__in=ways).delete()


def _pairings(user_ids: list[UUID]) -> QuerySet[Invitation]:
    mine = Q(inviter__in=user_ids, redeemer__isnull=False) | Q(redeemer__in=user_ids)
    return Invitation.objects.filter(mine)


def _is_taken(user_id: UUID) -> bool:
    return Partner.objects.filter(user=user_id).exists() or _pairings([user_id]).exists()


def _usable(user_id: UUID) -> QuerySet[Invitation]:
    """Return the open invitation of this user, unless its code was made under a key the server no longer has."""
    hashes = [
        codes.code_hash(codes.code_of(key))
        for key in Invitation.objects.filter(inviter=user_id).values_list("pk", flat=True)
    ]
    return Invitation.objects.filter(inviter=user_id, code_hash__in=hashes)


def _forget_expired(user_ids: list[UUID], now: datetime.datetime) -> None:
    theirs = Q(inviter__in=user_ids) | Q(redeemer__in=user_ids)
    Invitation.objects.filter(theirs, expires_at__lte=now).delete()
