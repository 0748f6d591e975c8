"""What a mail says to its reader's calendar (iTIP, RFC 5546; as mail RFC 6047): here is an event, or it is no more.

The organizer is the installation, the one attendee the reader, who has said yes already. The event is the one of the
reader's feed, under the same UID, without what a feed's owner can switch on for it: link and alarm.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from icalendar import PARTSTAT, Calendar, vCalAddress

from scheduler.ical.calendar import PRODID, Event, Style, event_component

_PLAIN_IN_ADDRESSES = "@!$'*+-_.~"  # RFC 6068, section 2: all else is escaped in the path of a mailto address


class Method(StrEnum):
    """What the reader's calendar is asked to do (RFC 5546, 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who writes and who reads, as bare mail addresses. The mail's From has to be the organizer."""

    organizer: str
    attendee: str


def request_bytes(*, event: Event, parties: Parties, private: bool) -> bytes:
    """Return the invitation to `event`, or its update if the SEQUENCE is higher than before (RFC 5546, 3.2.2).

    `private` marks it CLASS:PRIVATE. Raises ValueError for a cancelled event, and as `event_bytes` does.
    """
    if event.cancelled:
        raise ValueError("Nobody is invited to a cancelled event.")
    return _message(Method.REQUEST, event, Style(private=private), parties)


def cancel_bytes(*, event: Event, parties: Parties) -> bytes:
    """Return the cancellation of `event`, whose SEQUENCE is higher than the invitation's (RFC 5546, 3.2.5).

    Its title carries no prefix: a program that understands the method puts its own. Raises like `request_bytes`, here
    for an event that is not cancelled.
    """
    if not event.cancelled:
        raise ValueError("Only a cancelled event is taken back.")
    return _message(Method.CANCEL, event, Style(cancelled_format="{}"), parties)


def _message(method: Method, event: Event, style: Style, parties: Parties) -> bytes:
    component = event_component(event=event, style=style)
    component.add("ORGANIZER", _mailto(parties.organizer))
    attendee = _mailto(parties.attendee)
    attendee.params["PARTSTAT"] = PARTSTAT.ACCEPTED
    attendee.params["RSVP"] = "FALSE"
    component.add("ATTENDEE", attendee)
    calendar = Calendar()
    for name, value in (("VERSION", "2.0"), ("PRODID", PRODID), ("CALSCALE", "GREGORIAN"), ("METHOD", method.value)):
        calendar.add(name, value)
    calendar.add_component(component)
    rendered: bytes = calendar.to_ical()
    return rendered


def _mailto(address: str) -> vCalAddress:
    return vCalAddress(f"mailto:{quote(address, safe=_PLAIN_IN_ADDRESSES)}")
