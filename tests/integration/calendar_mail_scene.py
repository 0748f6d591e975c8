"""Calendar mails under the real clock: wishes are made on the settings page, mails come over a real mail server."""

import datetime as dt
from email.message import EmailMessage

from accounts.models import Partner, User
from scheduler.models import CalendarMail, Notice
from tests.cast import signed_in
from tests.integration.notice_scene import deliver, make_due, real_now
from tests.itip import Said, mail_faults, said_in, series_faults
from tests.services import Inbox

SETTINGS = {
    "name": "",
    "time_zone": "Europe/Berlin",
    "language": "",
    "cover_title": "",
    "partner_label": "",
    "reminder_leads": [],
    "quiet_from": "22:00",
    "quiet_until": "08:00",
    "mail_offers": "on",
    "mail_changes": "on",
    "mail_reminders": "on",
}
ON = {"calendar_mails": "on"}


def choose(user: User, **chosen: str) -> None:
    """Send the settings page as its reader would, with invitations off unless `chosen` says otherwise."""
    typed = {name: value for name, value in (SETTINGS | chosen).items() if value != "off"}
    assert signed_in(user).post("/settings/", typed).status_code == 303


def deliver_changes() -> None:
    """Bring what is held or waits forward to this moment, but for reminders, and have all of it sent."""
    Notice.objects.filter(state=Notice.State.PENDING).exclude(kind=Notice.Kind.REMINDER).update(
        due_at=real_now() - dt.timedelta(seconds=1)
    )
    while deliver():
        pass


def calendar_mails(inbox: Inbox, address: str) -> list[EmailMessage]:
    """Return the mails to this address that speak to a calendar, oldest first; each is without fault, and so are all.

    What was sent again under the same Message-ID stands here once.
    """
    mails = {str(mail["Message-ID"]): mail for mail in inbox.to(address) if said_in(mail)}
    assert [fault for mail in mails.values() for fault in mail_faults(mail)] == []
    by_uid: dict[str, list[EmailMessage]] = {}
    for mail in mails.values():
        by_uid.setdefault(said_of(mail).uid, []).append(mail)
    assert [fault for each in by_uid.values() for fault in series_faults(each)] == []
    return list(mails.values())


def said_of(mail: EmailMessage) -> Said:
    """Return what this mail says to a calendar."""
    said = said_in(mail)
    assert said is not None
    return said


def told(inbox: Inbox, partner: Partner) -> list[tuple[str, int]]:
    """Return method and SEQUENCE of each message to this partner's calendar, oldest first."""
    return [(said.method, said.sequence) for said in map(said_of, calendar_mails(inbox, partner.user.email))]


def shown(partner: Partner) -> int:
    """Return in how many places a calendar may show a plan of this partner because of a mail."""
    return CalendarMail.objects.filter(entry__partner=partner, live=True).count()


def as_if_unsure(**which: object) -> None:
    """Put notices that have left back, as a worker does after its line was cut in the middle of them."""
    again = {"state": Notice.State.PENDING, "claim": None, "lease_until": None, "send_started_at": None}
    Notice.objects.filter(**which).update(**again)
    make_due(**which)
