"""What the pages of the cards show, put together for their templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from accounts.middleware import seat_of
from accounts.models import User
from accounts.requests import user_of
from scheduler.domain.talk import Card, Often, Standing, often_in, times_in
from scheduler.queries.talk import CardView, card_view, standings
from scheduler.web.deck import DECK, FINDINGS, SHEETS, STANDINGS, STEPS, Line, Sheet, time_in_words
from scheduler.web.talk_forms import AnswerForm, answer_form


@dataclass(frozen=True)
class ListedLine:
    """A line of the deck as the hub lists it."""

    line: Line
    standing: Standing

    @property
    def words(self) -> Promise:
        """How it stands, in words."""
        return STANDINGS[self.standing]


@dataclass(frozen=True)
class ListedSheet:
    """A card of the deck as the hub lists it."""

    sheet: Sheet
    lines: list[ListedLine]


@dataclass(frozen=True)
class LinePage:
    """One line of a card on its page. `changed` says that another answer is kept than the one the form began with."""

    line: Line
    view: CardView
    form: AnswerForm
    changed: bool = False

    @property
    def words(self) -> Promise:
        """How it stands, in words."""
        return STANDINGS[self.view.standing]

    @property
    def is_pressed(self) -> bool:
        """Whether one's own press stands."""
        return self.view.standing in {Standing.PRESSED, Standing.SHARED}

    @property
    def finding(self) -> Promise | None:
        """What two shared answers tell where they are not shown themselves."""
        return FINDINGS[self.view.finding] if self.view.finding else None

    @property
    def kept(self) -> str:
        """What is kept of one's own, in words."""
        return in_words(self.line.card, self.view.text)

    @property
    def theirs(self) -> str:
        """What the other one shared, in words."""
        return in_words(self.line.card, self.view.theirs)

    @property
    def form_version(self) -> UUID | str:
        """The version that the form, sent as it stands, takes the place of: what it shows, or tells of, is it."""
        return (self.view.version or "") if self.changed else (self.form["version"].value() or "")


def in_words(card: Card, text: str) -> str:
    """Return a kept answer as it is read, a line each."""
    if card is Card.OFTEN and text:
        return str(STEPS[Often(often_in(text))])
    if card is Card.WHEN:
        return "\n".join(time_in_words(each) for each in times_in(text))
    return text


def deck_of(user: User) -> list[ListedSheet]:
    """Return the deck as `user` finds it: as many queries as `standings`."""
    stands = standings(user=user)
    return [ListedSheet(sheet, [ListedLine(line, stands[line.card]) for line in sheet.lines]) for sheet in DECK]


def card_page(
    request: HttpRequest,
    card: Card,
    *,
    forms: Mapping[Card, AnswerForm] | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show the page of a card; `forms` are what was typed for those of its lines that are not kept."""
    user, sheet, typed = user_of(request), SHEETS[card], forms or {}
    lines = [_line(user, line, form=typed.get(line.card), changed=changed) for line in sheet.lines]
    context = {"sheet": sheet, "lines": lines, "linked": seat_of(user) is not None}
    return render(request, "scheduler/talk/card.html", context, status=status)


def _line(user: User, line: Line, *, form: AnswerForm | None, changed: bool) -> LinePage:
    view = card_view(user=user, card=line.card)
    if form is None:
        return LinePage(line, view, answer_form(card=line.card, text=view.text, version=view.version))
    return LinePage(line, view, form, changed)
