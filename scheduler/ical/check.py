"""A strict reader of feeds: it finds what calendar programs stumble over (RFC 5545, RFC 7986, and their own habits).

It shares no code with the writer, so that a mistake there is not repeated here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

LONGEST_LINE = 75
LARGEST = 1_000_000
_LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)", re.DOTALL)
_MOMENT = re.compile(r"\d{8}T\d{6}Z")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_BARE = re.compile(r"(?:[^\\,;]|\\[\\,;nN])*")
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME"})
_MOMENTS = ("DTSTAMP", "LAST-MODIFIED", "CREATED", "DTSTART", "DTEND")
_EVENT_ONCE = (*_MOMENTS, "UID", "SUMMARY", "SEQUENCE", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
_EVENT_MAY = frozenset({*_EVENT_ONCE, "CLASS", "URL", "DESCRIPTION"})
_HEAD = {
    "VERSION": "2.0",
    "PRODID": None,
    "CALSCALE": "GREGORIAN",
    "NAME": None,
    "X-WR-CALNAME": None,
    "REFRESH-INTERVAL": "PT1H",
    "X-PUBLISHED-TTL": "PT1H",
}


@dataclass
class Component:
    """One component: its name, its properties as (name, parameters, value), and the components inside."""

    name: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return the value of the property called `name`; nothing when it is missing."""
        return next((value for each, _, value in self.properties if each == name), "")

    def count(self, name: str) -> int:
        """Return how often the property stands there."""
        return sum(each == name for each, _, _ in self.properties)


def faults_in(body: bytes, *, now: datetime) -> list[str]:
    """Return everything that is wrong with the bytes of a feed, in plain sentences; none: every client is fine."""
    faults = list(byte_faults(body))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return [*faults, "The bytes are not UTF-8."]
    root, structure = parsed(text)
    faults += structure
    if root is None:
        return faults
    faults += [*_head_faults(root), *_set_faults(root)]
    for event in root.inside:
        faults += _event_faults(event, now=now)
    return faults


def byte_faults(body: bytes) -> Iterator[str]:
    """Yield what is wrong with the bytes as lines (RFC 5545, 3.1)."""
    lines = body.split(b"\r\n")
    yield from _true_of(
        {
            "The bytes begin with a byte order mark.": body.startswith(b"\xef\xbb\xbf"),
            "A line does not end in CR LF.": bool(re.search(rb"(?<!\r)\n|\r(?!\n)", body)),
            "The last line does not end in CR LF.": not body.endswith(b"\r\n"),
            f"The feed is larger than {LARGEST} bytes.": len(body) > LARGEST,
            f"A line is longer than {LONGEST_LINE} octets.": any(len(line) > LONGEST_LINE for line in lines),
            "A fold splits a character.": any(map(_splits_a_character, lines)),
            "A line holds a control character.": bool(re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body)),
        }
    )


def _true_of(faults: dict[str, bool]) -> list[str]:
    return [fault for fault, found in faults.items() if found]


def _splits_a_character(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False


def parsed(text: str) -> tuple[Component | None, list[str]]:
    """Return the outermost component, if there is a whole one, and what is wrong with the order of things."""
    faults: list[str] = []
    top = Component("")
    open_ones = [top]
    for line in text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]:
        found = _LINE.fullmatch(line)
        if not found:
            faults.append(f"A line is no property: {line[:20]!r}.")
            continue
        name, parameters, value = found.groups()
        if name == "BEGIN":
            open_ones[-1].inside.append(Component(value))
            open_ones.append(open_ones[-1].inside[-1])
        elif name == "END":
            if len(open_ones) == 1 or open_ones.pop().name != value:
                return None, [*faults, f"END:{value} closes nothing."]
        else:
            open_ones[-1].properties.append((name, parameters, value))
    if len(open_ones) != 1 or len(top.inside) != 1 or top.inside[0].name != "VCALENDAR" or top.properties:
        return None, [*faults, "There is not exactly one whole VCALENDAR."]
    return top.inside[0], faults


def _head_faults(root: Component) -> Iterator[str]:
    for name, wanted in _HEAD.items():
        if root.count(name) != 1:
            yield f"The calendar has {name} {root.count(name)} times, not once."
        elif not root.value(name) or (wanted and root.value(name) != wanted):
            yield f"The calendar's {name} is not as it has to be."
    if ("REFRESH-INTERVAL", ";VALUE=DURATION", "PT1H") not in root.properties:
        yield "REFRESH-INTERVAL does not say VALUE=DURATION."
    if root.value("NAME") != root.value("X-WR-CALNAME"):
        yield "NAME and X-WR-CALNAME differ."
    for name, _, value in root.properties:
        if name not in {*_HEAD, "COLOR"}:
            yield f"{name} has no place in a feed."
        yield from _text_faults(name, value)


def _set_faults(root: Component) -> Iterator[str]:
    """Check what the entries are together."""
    for each in root.inside:
        if each.name != "VEVENT":
            yield f"{each.name} has no place in a feed: every time is in UTC."
    if not root.inside:
        yield "The feed is empty; some programs then keep what they had."
    uids = Counter(event.value("UID").lower() for event in root.inside)
    if any(times > 1 for times in uids.values()):
        yield "Two entries have the same UID."


def _event_faults(event: Component, *, now: datetime) -> Iterator[str]:
    for name in _EVENT_ONCE:
        if event.count(name) != 1:
            yield f"An entry has {name} {event.count(name)} times, not once."
    for name, parameters, value in event.properties:
        if name not in _EVENT_MAY:
            yield f"{name} has no place in an entry."
        if parameters:
            yield f"{name} has parameters: {parameters[1:]}."
        yield from _text_faults(name, value)
    yield from (*_moment_faults(event), *_status_faults(event), *_alarm_faults(event))
    stamp = _moment(event.value("DTSTAMP"))
    if stamp and stamp > now:
        yield "DTSTAMP lies in the future."


def _moment_faults(event: Component) -> Iterator[str]:
    for name in _MOMENTS:
        if not _moment(event.value(name)):
            yield f"{name} is not a moment in UTC."
    if event.value("DTSTART") >= event.value("DTEND"):
        yield "An entry does not end after it starts."
    if event.value("DTSTAMP") != event.value("LAST-MODIFIED"):
        yield "DTSTAMP is not the moment of the last change."
    if event.value("CREATED") > event.value("LAST-MODIFIED"):
        yield "An entry was changed before it was made."


def _status_faults(event: Component) -> list[str]:
    status, free = event.value("STATUS"), event.value("TRANSP") == "TRANSPARENT"
    cancelled = status == "CANCELLED"
    busy_status = event.value("X-MICROSOFT-CDO-BUSYSTATUS")
    return _true_of(
        {
            "A UID is not a bare UUID4.": not _UUID4.fullmatch(event.value("UID")),
            "SEQUENCE is not a whole number.": not re.fullmatch(r"\d{1,9}", event.value("SEQUENCE")),
            "STATUS is neither CONFIRMED nor CANCELLED.": status not in {"CONFIRMED", "CANCELLED"},
            "TRANSP is neither OPAQUE nor TRANSPARENT.": event.value("TRANSP") not in {"OPAQUE", "TRANSPARENT"},
            "X-MICROSOFT-CDO-BUSYSTATUS differs from TRANSP.": busy_status != ("FREE" if free else "BUSY"),
            "A cancelled entry still takes up time.": cancelled and not free,
            "A cancelled entry does not say so in its title.": cancelled and ": " not in event.value("SUMMARY"),
            "CLASS is not PRIVATE.": event.count("CLASS") > 0 and event.value("CLASS") != "PRIVATE",
            "CLASS or URL stands there twice.": max(event.count("CLASS"), event.count("URL")) > 1,
        }
    )


def _alarm_faults(event: Component) -> Iterator[str]:
    if event.value("STATUS") == "CANCELLED" and (event.inside or event.count("URL") or event.count("DESCRIPTION")):
        yield "A cancelled entry has an alarm, a link or a description."
    for alarm in event.inside:
        if alarm.name != "VALARM" or alarm.value("ACTION") != "DISPLAY" or not alarm.value("DESCRIPTION"):
            yield "An alarm is not a DISPLAY with words."
        elif not re.fullmatch(r"-?P(?:T?\d+[WDHMS])+|-?P\d+D(?:T(?:\d+[HMS])+)?", alarm.value("TRIGGER")):
            yield "An alarm's TRIGGER is not a duration."


def _text_faults(name: str, value: str) -> Iterator[str]:
    if name in _TEXTS and not _BARE.fullmatch(value):
        yield f"{name} holds a bare comma, semicolon or backslash."
    if name in _TEXTS and re.search("[\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]", value):
        yield f"{name} holds a line separator or a mark that turns the direction."


def _moment(value: str) -> datetime | None:
    if not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
