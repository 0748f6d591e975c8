"""A user's own choices about calendar, reminders and mails. They touch nobody else's rows."""

from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction

from accounts.fields import save_columns
from accounts.models import User
from accounts.operations import change_personal_settings, change_time_zone
from scheduler.domain.reminders import MOST_LEADS, Lead
from scheduler.domain.text import single_line
from scheduler.models.preferences import Preferences
from scheduler.operations.calendar_mails import realign_calendar_mails
from scheduler.operations.notices import plan_reminders_of_user


@dataclass(frozen=True, kw_only=True)
class Person:
    """How one wants to be addressed: name, IANA time zone, language code (empty: the browser's), and clock.

    The clock is "12", "24", or empty for what the language is used to.
    """

    name: str
    time_zone: str
    language: str
    clock: str = ""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Everything that `Preferences` holds; quiet hours are local wall time and may wrap midnight."""

    cover_title: str
    partner_label: str
    reminder_leads: tuple[Lead, ...]
    quiet_from: time
    quiet_until: time
    mail_offers: bool
    mail_changes: bool
    mail_reminders: bool = True
    push_offers: bool = True
    push_changes: bool = True
    push_reminders: bool = True
    mail_week: bool = True
    push_week: bool = True
    calendar_mails: bool
    calendar_mail_title: str


@transaction.atomic
def change_settings(*, user: User, person: Person, choices: Choices, now: datetime) -> None:
    """Store everything of the settings page at once, and plan the user's reminders anew in their new zone."""
    change_personal_settings(
        user=user,
        name=single_line(person.name),
        time_zone=person.time_zone,
        language=person.language,
        clock=person.clock,
    )
    change_preferences(user=user, choices=choices, now=now)


@transaction.atomic
def change_zone(*, user: User, time_zone: str, now: datetime) -> None:
    """Store by which clocks the user is shown time, and plan their reminders anew in that zone."""
    change_time_zone(user=user, time_zone=time_zone)
    plan_reminders_of_user(user=user, now=now)


@transaction.atomic
def change_preferences(*, user: User, choices: Choices, now: datetime) -> None:
    """Store the choices, plan the user's reminders anew, and bring the mailbox into line with a changed wish.

    `changed_at` moves only with the cover title: it is what calendar clients are told, and they care for nothing else
    here. Raises ValueError for choices that no form lets through: more than two leads, quiet hours without an end.
    """
    if len(choices.reminder_leads) > MOST_LEADS or choices.quiet_from == choices.quiet_until:
        raise ValueError("the form lets no such choices through")
    values = asdict(choices) | {
        "cover_title": single_line(choices.cover_title),
        "partner_label": single_line(choices.partner_label),
        "reminder_leads": [lead.value for lead in choices.reminder_leads],
    }
    stored, _ = Preferences.objects.select_related("user").get_or_create(user=user)
    wanted_calendar_mails = stored.wants_calendar_mails
    if stored.cover_title != values["cover_title"]:
        values["changed_at"] = now
    save_columns(stored, **values)
    plan_reminders_of_user(user=user, now=now)
    if stored.wants_calendar_mails != wanted_calendar_mails:
        realign_calendar_mails(user=user, now=now)
