"""A strict reader of mails that carry a calendar entry: RFC 5546's tables, RFC 6047's shape, and what Pear adds.

It shares no code with the writer.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from scheduler.ical.check import Component, byte_faults, parsed

MANY = 10**6
_MOMENT = re.compile(r"\d{8}T\d{6}Z")
_SHARED = {
    "ATTACH": (0, MANY),
    "CATEGORIES": (0, MANY),
    "CLASS": (0, 1),
    "COMMENT": (0, MANY),
    "CONTACT": (0, MANY),
    "CREATED": (0, 1),
    "DESCRIPTION": (0, 1),
    "DTEND": (0, 1),
    "DTSTAMP": (1, 1),
    "DURATION": (0, 1),
    "EXDATE": (0, MANY),
    "GEO": (0, 1),
    "LAST-MODIFIED": (0, 1),
    "LOCATION": (0, 1),
    "ORGANIZER": (1, 1),
    "PRIORITY": (0, 1),
    "RDATE": (0, MANY),
    "RECURRENCE-ID": (0, 1),
    "RELATED-TO": (0, MANY),
    "REQUEST-STATUS": (0, 0),
    "RESOURCES": (0, MANY),
    "RRULE": (0, 1),
    "TRANSP": (0, 1),
    "UID": (1, 1),
    "URL": (0, 1),
}
# How often each property of a VEVENT stands there: RFC 5546, 3.2.2 and 3.2.5 (for the cancelling of a whole event).
TABLES = {
    "REQUEST": _SHARED
    | {"ATTENDEE": (1, MANY), "DTSTART": (1, 1), "SEQUENCE": (0, 1), "SUMMARY": (1, 1), "STATUS": (0, 1)},
    "CANCEL": _SHARED
    | {"ATTENDEE": (1, MANY), "DTSTART": (0, 1), "SEQUENCE": (1, 1), "SUMMARY": (0, 1), "STATUS": (1, 1)},
}
INSIDE = {"REQUEST": {"VALARM"}, "CANCEL": set()}
STATUSES = {"REQUEST": {"", "TENTATIVE", "CONFIRMED"}, "CANCEL": {"CANCELLED"}}
HEAD = {"VERSION": (1, 1), "PRODID": (1, 1), "CALSCALE": (0, 1), "METHOD": (1, 1)}
# What Pear writes, and no more: no place, no description, no link, no alarm, nothing that repeats.
OURS = {
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
} | {*("ORGANIZER", "ATTENDEE", "X-MICROSOFT-CDO-BUSYSTATUS")}


@dataclass(frozen=True)
class Said:
    """What one mail says to a calendar."""

    method: str
    uid: str
    sequence: int
    starts_at: str
    ends_at: str
    title: str
    organizer: str
    attendee: str


def calendar_in(mail: EmailMessage) -> bytes | None:
    """Return the bytes of a mail's text/calendar part; None when it has none."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            return body
    return None


def said_in(mail: EmailMessage) -> Said | None:
    """Return what the mail says to a calendar, if it does; its faults are `mail_faults`' to find."""
    body = calendar_in(mail)
    root = parsed(body.decode())[0] if body else None
    if root is None:
        return None
    event = root.inside[0]
    return Said(
        method=root.value("METHOD"),
        uid=event.value("UID"),
        sequence=int(event.value("SEQUENCE")),
        starts_at=event.value("DTSTART"),
        ends_at=event.value("DTEND"),
        title=event.value("SUMMARY"),
        organizer=event.value("ORGANIZER").removeprefix("mailto:"),
        attendee=event.value("ATTENDEE").removeprefix("mailto:"),
    )


def message_faults(body: bytes) -> list[str]:
    """Return everything that is wrong with the bytes of one iTIP message, in plain sentences."""
    faults = list(byte_faults(body))
    try:
        root, structure = parsed(body.decode())
    except UnicodeDecodeError:
        return [*faults, "The bytes are not UTF-8."]
    faults += structure
    if root is None or root.value("METHOD") not in TABLES:
        return [*faults, "There is no calendar with a method that is known here."]
    faults += _counted(root, HEAD, "The calendar")
    if [inside.name for inside in root.inside] != ["VEVENT"]:
        return [*faults, "There is not exactly one VEVENT and nothing else."]
    method, event = root.value("METHOD"), root.inside[0]
    faults += _counted(event, TABLES[method], "The event")
    return [*faults, *_event_faults(method, event), *_own_faults(method, event), *_party_faults(event)]


def _counted(component: Component, table: dict[str, tuple[int, int]], whose: str) -> Iterator[str]:
    names = Counter(name for name, _, _ in component.properties)
    for name, (least, most) in table.items():
        if not least <= names.pop(name, 0) <= most:
            yield f"{whose} has {name} not between {least} and {most} times."
    for name in names:
        if not name.startswith("X-"):
            yield f"{name} has no place here."


def _event_faults(method: str, event: Component) -> Iterator[str]:
    """Check what the tables say beside the numbers."""
    if event.value("STATUS") not in STATUSES[method]:
        yield f"STATUS does not go with {method}."
    if not event.count("SEQUENCE") or not event.value("SEQUENCE").isdecimal():
        yield "SEQUENCE is missing or no whole number."
    if event.count("DTEND") and event.count("DURATION"):
        yield "DTEND and DURATION stand side by side."
    for inside in event.inside:
        if inside.name not in INSIDE[method]:
            yield f"{inside.name} has no place in {method}."


def _own_faults(method: str, event: Component) -> Iterator[str]:
    allowed = OURS | ({"CLASS"} if method == "REQUEST" else set())
    wanted = OURS - {name for name, _, _ in event.properties}
    unwanted = {name for name, _, _ in event.properties} - allowed
    if wanted or unwanted or event.inside:
        yield f"Pear writes {sorted(wanted)} too, and not {sorted(unwanted)}, and nothing inside."
    for name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "CREATED"):
        if event.count(name) and not _MOMENT.fullmatch(event.value(name)):
            yield f"{name} is not a moment in UTC."
    if event.value("DTEND") <= event.value("DTSTART"):
        yield "The event does not end after it starts."


def _party_faults(event: Component) -> Iterator[str]:
    if ("ATTENDEE", ";PARTSTAT=ACCEPTED;RSVP=FALSE") not in [(name, more) for name, more, _ in event.properties]:
        yield "The reader has not accepted already, or is asked for an answer."
    if event.count("ATTENDEE") != 1:
        yield "There is not exactly one attendee."
    for name in ("ORGANIZER", "ATTENDEE"):
        if not re.fullmatch(r"mailto:[^@\s\"<>]+@[^@\s\"<>]+", event.value(name)):
            yield f"{name} is no mail address."


def mail_faults(mail: EmailMessage) -> list[str]:
    """Return everything that is wrong with a mail that carries a calendar entry (RFC 6047), in plain sentences."""
    body = calendar_in(mail)
    if body is None:
        return ["The mail carries no calendar entry."]
    faults = [*message_faults(body), *_shape_faults(mail, body)]
    said = said_in(mail)
    return faults if said is None else [*faults, *_header_faults(mail, said)]


def _shape_faults(mail: EmailMessage, body: bytes) -> Iterator[str]:
    shape = [part.get_content_type() for part in mail.walk()]
    forms = ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    if shape != ["multipart/mixed", *forms, "application/ics"]:
        yield f"The mail's parts are {shape}."
        return
    *_, calendar, file = mail.walk()
    if file.get_payload(decode=True) != body or not file.is_attachment():
        yield "The attached file has not the same bytes."
    parameters = {name: str(value) for name, value in (calendar.get_params() or [])[1:]}
    method = re.findall(rb"^METHOD:(\w+)\r$", body, re.MULTILINE)
    if parameters.get("method", "").encode() not in method or parameters.get("charset", "").lower() != "utf-8":
        yield f"The parameters are {parameters}, the method {method}."
    if set(parameters) - {"method", "charset", "component"}:
        yield "There are other parameters than method, charset and component."
    for part in mail.walk():
        yield from _coding_faults(part)


def _coding_faults(part: EmailMessage) -> Iterator[str]:
    coding = str(part.get("Content-Transfer-Encoding", "7bit")).lower()
    if coding not in {"7bit", "8bit", "quoted-printable", "base64"}:
        yield f"The coding {coding} is none that every server knows."
    if part.is_multipart():
        return
    if coding == "7bit" and not str(part.get_payload()).isascii():
        yield "A part that says 7bit is not ASCII."
    if coding in {"7bit", "8bit"} and any(len(line) > 998 for line in str(part.get_payload()).splitlines()):
        yield "A line is longer than mail may have."


def _header_faults(mail: EmailMessage, said: Said) -> Iterator[str]:
    senders, readers = ([each.addr_spec for each in mail[name].addresses] for name in ("From", "To"))
    if senders != [said.organizer]:
        yield f"The mail is from {senders}, the organizer is {said.organizer}."
    if readers != [said.attendee]:
        yield f"The mail is to {readers}, the attendee is {said.attendee}."
    for name in ("Reply-To", "Sender", "Cc", "Bcc"):
        if name in mail:
            yield f"{name} has no place here."
    if mail["Auto-Submitted"] != "auto-generated":
        yield "The mail does not say that a program wrote it."
    for name in ("Message-ID", "From", "To", "Subject", "Date"):
        if len(mail.get_all(name, [])) != 1:
            yield f"{name} stands there not once."


def series_faults(mails: Sequence[EmailMessage]) -> Iterator[str]:
    """Check what mails to one mailbox about one plan say together, in the order in which they came."""
    said = [each for each in map(said_in, mails) if each]
    if len({(each.uid, each.organizer, each.attendee) for each in said}) > 1:
        yield "UID, organizer or attendee changed on the way."
    if said and said[0].method != "REQUEST":
        yield "What was never there is taken back."
    for before, after in itertools.pairwise(said):
        if after.sequence <= before.sequence:
            yield f"SEQUENCE went from {before.sequence} to {after.sequence}."
        if after.method == "CANCEL" and (before.method != "REQUEST" or after.starts_at != before.starts_at):
            yield "A time is taken back that the calendar does not have."
