"""Everything Pear keeps of one user, for that user: their own rows, and nothing that tells of the partner's answers.

Plans are left out on purpose: a confirmed time is a plan and not a promise, and no export makes evidence of it.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from accounts.models import Invitation, Partner, User
from scheduler.models import (
    CardAnswer,
    CardShare,
    Feed,
    Jotting,
    Kind,
    KindNote,
    Lane,
    Mark,
    OfferNote,
    PushDevice,
    Rhythm,
    RoomLine,
    Slot,
    TuckedAway,
    Window,
    Yes,
)
from scheduler.models.preferences import Preferences

_PERSON = (
    "email",
    "name",
    "time_zone",
    "language",
    "browser_language",
    "clock",
    "date_joined",
    "consent_version",
    "consented_at",
    "adult_stated_at",
    "lock_minutes",
    "shows_first_steps",
)
_PREFERENCES = (
    "cover_title",
    "partner_label",
    "reminder_leads",
    "room_lead",
    "quiet_from",
    "quiet_until",
    "mail_offers",
    "mail_changes",
    "mail_reminders",
    "push_offers",
    "push_changes",
    "push_reminders",
    "mail_week",
    "push_week",
    "calendar_mails",
    "calendar_mail_title",
)
_FEED = (
    "label",
    "calendar_name",
    "title",
    "alarm_minutes",
    "created_at",
    "ended_at",
    "last_fetched_at",
    "last_client",
)
_DEVICE = ("label", "created_at", "last_delivered_at", "gone_at")  # its address and keys are as good as a password
_RHYTHM = ("weeks", "first_on", "at", "zone", "minutes", "trial")
_SLOT = ("slot__starts_at", "slot__ends_at", "slot__zone")


def export_of(*, user: User) -> dict[str, Any]:
    """Return the user's own rows as plain values that JSON can carry; moments are aware and in UTC."""
    seat = Partner.objects.filter(user=user)
    return {
        "person": _rows(User.objects.filter(pk=user.pk), *_PERSON),
        "settings": _opened(Preferences.objects.filter(user=user), *_PREFERENCES),
        "ways_to_sign_in": _rows(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
        "signed_in": _rows(UserSession.objects.filter(user=user), "user_agent", "created_at"),
        "link": _rows(seat, "on_break", "notes_on", "offers_began"),
        "invitation": _rows(Invitation.objects.filter(inviter=user), "created_at", "expires_at"),
        "calendars": _opened(Feed.objects.filter(user=user), *_FEED),
        "own_list": _opened(RoomLine.objects.filter(user=user), "text", "ticked"),
        "cards": _opened(CardAnswer.objects.filter(user=user), "card", "answer"),
        "cards_shared_from_my_side": _rows(CardShare.objects.filter(partner__user=user), "answer__card"),
        "notes_to_self": _opened(Jotting.objects.filter(user=user), "text", "written_at"),
        "marks": _opened(Mark.objects.filter(user=user), "topic", "label", "marked_at"),
        "devices": _rows(PushDevice.objects.filter(user=user), *_DEVICE),
        "offers": _offers(user),
        "offer_notes": _offer_notes(user),
        "yeses": _rows(Yes.objects.filter(partner__user=user, slot__confirmed_at__isnull=True), *_SLOT, "said_at"),
        "tucked_away": _rows(TuckedAway.objects.filter(partner__user=user), *_SLOT),
        "windows": _rows(Window.objects.filter(partner__user=user), "starts_at", "ends_at", "shortest_minutes"),
        "weeks": _rows(Lane.objects.filter(partner__user=user), "draws_at", "lined_up"),
        "rhythm": _rows(Rhythm.objects.filter(proposer__user=user), *_RHYTHM, "ends_at"),
        "rhythm_put_aside": _rows(_aside(user), *_RHYTHM),
        "notes": _rows(KindNote.objects.filter(recipient__user=user), "sentence", "created_at"),
    }


def _offers(user: User) -> list[dict[str, Any]]:
    """Return the open times that the user has put forward, each with what its offer is for."""
    rows = Slot.objects.filter(offer__author__user=user, confirmed_at=None).order_by("offer", "starts_at")
    return [
        {
            "kind": slot.offer.kind.label if slot.offer.kind else str(Kind.TOGETHER.label),
            "created_at": slot.offer.created_at,
            "slots__starts_at": slot.starts_at,
            "slots__ends_at": slot.ends_at,
            "slots__zone": slot.zone,
        }
        for slot in rows.select_related("offer__kind__couple")
    ]


def _offer_notes(user: User) -> list[dict[str, Any]]:
    rows = OfferNote.objects.filter(offer__author__user=user).order_by("pk").select_related("offer__couple")
    return [{"text": row.text, "written_at": row.written_at} for row in rows]


def _aside(user: User) -> QuerySet[Rhythm]:
    """Return what this user has put out of their own sight."""
    return Rhythm.objects.filter(couple__partners__user=user, away=True).exclude(proposer__user=user)


def _rows(rows: QuerySet[Any, Any], *names: str) -> list[dict[str, Any]]:
    return [dict(row) for row in rows.order_by("pk").values(*names)]


def _opened(rows: QuerySet[Any, Any], *names: str) -> list[dict[str, Any]]:
    """Return rows with what their owner wrote; the row opens it."""
    owned = rows.order_by("pk").select_related("user")
    return [{name: getattr(row, name) for name in names} for row in owned]
