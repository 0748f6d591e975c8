"""A break from invitations, and leaving: each takes one key, no reason, and effect at once."""

from datetime import datetime

from accounts.linking import close_invitation
from accounts.models import Couple, Partner
from scheduler.notifications.letters import write_unlinked_letter
from scheduler.operations.feeds import end_feeds
from scheduler.operations.turn import turn_of


def set_break(*, partner: Partner, on: bool) -> None:
    """Begin or end this partner's break from invitations. Nobody is told; offers simply fade."""
    with turn_of(partner):
        Partner.objects.filter(pk=partner.pk).update(on_break=on)


def leave(*, partner: Partner, tell_partner: bool, now: datetime) -> None:
    """End the couple at once, with everything shared: slots, plans, entries, notices and notes.

    Both users' feeds keep nothing but the "Calendar connected" entry. The one who was left cannot invite the leaver
    again, and gets a neutral mail only if the leaver wants it.
    """
    with turn_of(partner):
        other = Partner.objects.select_related("user").exclude(pk=partner.pk).get(couple_id=partner.couple_id)
        end_feeds(user_ids=[partner.user_id, other.user_id], now=now)
        close_invitation(inviter_id=other.user_id, invited_id=partner.user_id, now=now)
        if tell_partner:
            write_unlinked_letter(user=other.user)
        Couple.objects.filter(pk=partner.couple_id).delete()
