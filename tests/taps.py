"""The buttons of a page as they are pressed without a script, and those that are two taps away from the overview."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client
from django.urls import Resolver404, resolve


@dataclass
class Form:
    """A form of a page with what a press on one of its buttons sends, everything else left as it stands."""

    action: str = ""
    method: str = "get"
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input" and self.forms and given.get("type") == "hidden":
            self.forms[-1].hidden[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms and given.get("type") == "submit":
            named = {given["name"]: given.get("value", "")} if "name" in given else {}
            self.forms[-1].buttons.append((given.get("formaction", self.forms[-1].action), named))


def presses(client: Client, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each button with this URL name, on the overview or on a page that a link there leads to."""
    overview = Page(client.get("/").content.decode())
    within = [Page(client.get(link).content.decode()) for link in dict.fromkeys(overview.links) if _is_ours(link)]
    for page in [overview, *within]:
        for form in page.forms:
            for action, named in form.buttons:
                if form.method == "post" and _is_ours(action) and resolve(action).url_name == name:
                    yield action, form.hidden | named


def _is_ours(path: str) -> bool:
    try:
        return bool(resolve(path.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]))
    except Resolver404:
        return False
