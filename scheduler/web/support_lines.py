"""Who can help when saying no does not feel safe: what the host has set, or a handful of national lines."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class SupportLine:
    """One line: where it answers, what it is called, and its number and web page, either of which may be empty."""

    country: str
    name: str
    phone: str = ""
    url: str = ""

    @property
    def phone_link(self) -> str:
        """The number as a `tel:` link takes it (RFC 3966): without spaces."""
        return "".join(character for character in self.phone if character.isdigit() or character == "+")

    @property
    def host(self) -> str:
        """The name of the web page's host, for people to read."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


# Own names stay as their callers know them. Each number is the one on the line's own page, which stands beside it; all
# but Australia's were also compared with what public bodies, the press or other helpers there print (govt.nz for one).
# Numbers change: a host should compare them, and may set SUPPORT_LINES.
DEFAULTS = (
    SupportLine("Australia", "1800RESPECT", "1800 737 732", "https://www.1800respect.org.au/"),
    SupportLine("Canada", "ShelterSafe", "", "https://sheltersafe.ca/"),
    SupportLine("Deutschland", "Hilfetelefon", "116 016", "https://www.hilfetelefon.de/"),
    SupportLine("España", "Atención a víctimas", "016", "https://violenciagenero.igualdad.gob.es/"),
    SupportLine("France", "Violences Femmes Info", "3919", "https://arretonslesviolences.gouv.fr/"),
    SupportLine("Ireland", "Women's Aid", "1800 341 900", "https://www.womensaid.ie/"),
    SupportLine("New Zealand", "Are You OK", "0800 456 450", "https://www.areyouok.org.nz/"),
    SupportLine("Österreich", "Frauenhelpline", "0800 222 555", "https://www.frauenhelpline.at/"),
    SupportLine("Portugal", "APAV", "116 006", "https://apav.pt/"),
    SupportLine("Schweiz, Suisse, Svizzera", "Opferhilfe", "", "https://www.opferhilfe-schweiz.ch/"),
    SupportLine(
        "United Kingdom", "National Domestic Abuse Helpline", "0808 2000 247", "https://www.nationaldahelpline.org.uk/"
    ),
    SupportLine("United Kingdom", "Men's Advice Line", "0808 801 0327", "https://mensadviceline.org.uk/"),
    SupportLine(
        "United States", "National Domestic Violence Hotline", "1-800-799-7233", "https://www.thehotline.org/"
    ),
    SupportLine("Elsewhere", "Find A Helpline", "", "https://findahelpline.com/"),
)


def support_lines() -> tuple[SupportLine, ...]:
    """Return the lines of SUPPORT_LINES (a list of objects with country, name, phone, url), or the defaults."""
    given = [line for line in settings.SUPPORT_LINES if isinstance(line, dict) and line.get("name")]
    return tuple(_line(line) for line in given) or DEFAULTS


def _line(given: dict[str, object]) -> SupportLine:
    """Build one line; an address that isn't a web page is left out, so that no link can carry a script."""
    values = {key: str(given.get(key, "")) for key in ("country", "name", "phone", "url")}
    if not values["url"].startswith(("https://", "http://")):
        values["url"] = ""
    return SupportLine(**values)
