"""People, the couples they form, and the invitations by which they link."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.envelope import new_data_key
from accounts.outgoing import Breaker, Letter, OutboxRow

__all__ = [
    "Breaker",
    "Clock",
    "ClosedInvitation",
    "Couple",
    "Invitation",
    "Letter",
    "MailStop",
    "OutboxRow",
    "Partner",
    "User",
    "Users",
]


class Users(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case, so that one address is one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user with this address; without a password the account opens by mailed code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, in whatever case it was typed."""
        return self.get(email__iexact=username)


class Clock(models.TextChoices):
    """How many hours the clock counts on which somebody reads times."""

    TWELVE = "12"
    TWENTY_FOUR = "24"


class User(AbstractBaseUser):
    """A person with an account: an address to sign in with, and how they like to be shown time.

    An empty `language` is the browser's on pages, and in mails `browser_language`: the browser's at the last sign-in.
    An empty `clock` is the one that the language is used to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=60, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, blank=True)
    browser_language = models.CharField(max_length=10, blank=True, default="", db_default="")
    clock = models.CharField(max_length=2, choices=Clock.choices, blank=True, default="", db_default="")
    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    adult_stated_at = models.DateTimeField(null=True, blank=True)
    paused_email = models.EmailField(max_length=254, blank=True)  # the address that took no mail about times
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    lock_minutes = models.PositiveSmallIntegerField(default=15)  # of idleness; 0: never
    data_key = models.BinaryField(default=bytes)  # opens what this person wrote; wrapped, see accounts.envelope
    shows_first_steps = models.BooleanField(default=True, db_default=False)  # until closed; older accounts know Pear

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=models.Q(lock_minutes__lte=60), name="user_locks_within_an_hour"),
            models.CheckConstraint(condition=models.Q(clock__in=["", "12", "24"]), name="user_clock_12_or_24"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **options: Any) -> None:
        """Save the row; a new one gets its data key, which needs the row's id."""
        if self._state.adding and not self.data_key:
            self.data_key = new_data_key(owner=self.pk)
        super().save(*args, **options)

    @property
    def mail_is_paused(self) -> bool:
        """Whether the present address took no mail: another address starts afresh."""
        return self.paused_email == self.email


class Couple(models.Model):
    """Two linked users. `rev` is the couple's lock and nothing else: it is never shown nor part of a validator.

    `zone` is the time zone in which the two count their weeks: settled as they link, and never moved by either alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rev = models.PositiveBigIntegerField(default=0)
    zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField()
    data_key = models.BinaryField(default=bytes)  # opens what the two write for each other; it goes with the couple

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **options: Any) -> None:
        """Save the row; a new one gets its data key, which needs the row's id."""
        if self._state.adding and not self.data_key:
            self.data_key = new_data_key(owner=self.pk)
        super().save(*args, **options)


class Partner(models.Model):
    """One user's seat in a couple. Two seats, equal in every power; both constraints are the database's own.

    `notes_on` is this partner's own key to notes on offers; while only one of the two is turned, nobody can tell.
    `offers_began` holds for both seats from the couple's first offer on: no first steps and no sample are shown then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(  # its index is the constraint's
        Couple, on_delete=models.CASCADE, related_name="partners", db_index=False
    )
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partner")
    seat = models.PositiveSmallIntegerField()
    on_break = models.BooleanField(default=False)
    notes_on = models.BooleanField(default=False)
    offers_began = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(seat__in=[1, 2]), name="partner_seat_is_1_or_2"),
            models.UniqueConstraint(fields=["couple", "seat"], name="partner_seat_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """One user's wish to link. The code itself is derived from the id and the server's key; only its hash is stored.

    Redeemed once, it is a pairing: both screens show `words`, and the couple is made when both have pressed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inviter = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    redeemer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="redeemed_invitation",
        null=True,
        blank=True,
    )
    words = models.CharField(max_length=60, blank=True)
    inviter_pressed_at = models.DateTimeField(null=True, blank=True)
    redeemer_pressed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(redeemer__isnull=True) | ~models.Q(redeemer=models.F("inviter")),
                name="invitation_not_to_oneself",
            ),
            models.CheckConstraint(
                condition=models.Q(redeemer__isnull=False)
                | models.Q(
                    words="",
                    inviter_pressed_at__isnull=True,
                    redeemer_pressed_at__isnull=True,
                ),
                name="invitation_words_only_once_redeemed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="invitation_expires")]

    def __str__(self) -> str:
        return str(self.pk)


class MailStop(models.Model):
    """Keyed hash of an address whose reader chose "Not for me": no invitation is mailed there again."""

    address_hash = models.CharField(primary_key=True, max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return "an address"


class ClosedInvitation(models.Model):
    """Keyed hash of (inviter, invited), left behind by the invited one, so that this inviter can't ask again."""

    pair_hash = models.CharField(primary_key=True, max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return "a pair"
