"""What the page of components shows: made-up times, forms and weeks. Nothing is read, and nothing of it exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from scheduler.domain.slot import Action, State
from scheduler.models import Kind
from scheduler.queries.slots import SlotView
from scheduler.web.cards import Card, Group
from scheduler.web.moments import Moment
from scheduler.web.quick_picks import Pick
from scheduler.web.shown_week import ShownWeek, as_shown
from scheduler.web.time_row import TimeRow
from scheduler.web.viewer import Viewer
from scheduler.web.week import FORMAT, Mark, cell_at, day_starts_at, monday_of, week_of

NOBODY = UUID(int=0)
HERE, THERE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
TWO_HOURS = timedelta(hours=2)
TOKENS = (
    *("paper", "surface", "sunken", "line", "edge", "link", "focus", "rust"),
    *("apricot", "apricot-soft", "dusk", "dusk-soft"),
)
ANSWERS = {
    "Offered to me": {Action.YES, Action.TUCK_AWAY, Action.SUGGEST},
    "Offered by me": {Action.CHANGE, Action.FREE},
    "Put forward by nobody, with my yes": {Action.TAKE_BACK, Action.TUCK_AWAY, Action.SUGGEST},
    "Tucked away": {Action.YES, Action.BRING_BACK},
    "Planned": {Action.MOVE, Action.FREE},
}


class SampleForm(forms.Form):
    """One field of each sort."""

    words = forms.CharField(label="A line", help_text="With a hint below its label.")
    address = forms.EmailField(label="An address")
    secret = forms.CharField(label="A password", widget=forms.PasswordInput)
    text = forms.CharField(label="Several lines", widget=forms.Textarea(attrs={"rows": 3}))
    one = forms.ChoiceField(label="One of many", choices=[("a", "The first"), ("b", "The second")])
    radio = forms.ChoiceField(
        label="One of a few", choices=[("a", "The first"), ("b", "The second")], widget=forms.RadioSelect
    )
    some = forms.MultipleChoiceField(
        label="Some of a few", choices=[("a", "The first"), ("b", "The second")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="A single box", help_text="Never ticked beforehand.")

    def clean(self) -> None:
        """Find fault with the whole, so that this can be seen too."""
        raise ValidationError("Something about the whole form.")


@dataclass(frozen=True)
class Sheet:
    """Everything that the page of components shows."""

    forms: tuple[SampleForm, SampleForm]
    row: TimeRow
    plan: Card
    group: Group
    answers: list[tuple[str, Card]]
    picks: list[Pick]
    week: ShownWeek
    tokens: tuple[str, ...]


def sheet_of(viewer: Viewer) -> Sheet:
    """Return the samples, all of the week after the viewer's moment; that week is shown as it is on its Tuesday."""
    monday = monday_of(viewer.now.astimezone(viewer.zone).date()) + timedelta(days=7)
    evening = day_starts_at(monday + timedelta(days=4), viewer.zone) + timedelta(hours=20)
    offered = [_card(viewer, evening + timedelta(days=day), ANSWERS["Offered to me"]) for day in (0, 1)]
    return Sheet(
        forms=(SampleForm(prefix="plain"), SampleForm({"wrong-address": "ana"}, prefix="wrong")),
        row=TimeRow(zone=viewer.zone, now=viewer.now, prefix="t1"),
        plan=_card(viewer, evening, ANSWERS["Planned"]),
        group=Group(kind=offered[0].view.kind_label, moves="", note="A few words\nof one's own", cards=tuple(offered)),
        answers=[(name, _card(viewer, evening, actions)) for name, actions in ANSWERS.items()],
        picks=[Pick("Tonight", evening.strftime(FORMAT), viewer.moment(evening, evening + TWO_HOURS))],
        week=_week(viewer, evening),
        tokens=TOKENS,
    )


def _week(viewer: Viewer, evening: datetime) -> ShownWeek:
    monday = monday_of(evening.date())
    marks = [
        Mark(evening, evening + TWO_HOURS, "Planned", blocks=True),
        Mark(evening - timedelta(days=1), evening - timedelta(hours=22), "Your offer"),
    ]
    week = week_of(
        first=monday,
        zone=viewer.zone,
        now=evening - timedelta(days=3),
        last=evening + timedelta(days=60),
        marks=marks,
        chosen={evening - timedelta(days=2)},
    )
    later = cell_at(evening + timedelta(days=7), viewer.zone)
    return as_shown(week, viewer, elsewhere=[later] if later else [])


def sample_view(starts_at: datetime, ends_at: datetime, *, zone: ZoneInfo, actions: set[Action]) -> SlotView:
    """Return a made-up time as the queries give a real one; what it is follows from what may be done with it."""
    return SlotView(
        id=NOBODY,
        offer_id=NOBODY,
        revision=1,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone.key,
        kind=Kind.TOGETHER,
        kind_label=str(Kind.TOGETHER.label),
        note="",
        state=State.CONFIRMED if Action.MOVE in actions else State.OPEN,
        actions=frozenset(actions),
        author_is_me=Action.CHANGE in actions,
        drafted=Action.TAKE_BACK in actions,
        tucked_away=Action.BRING_BACK in actions,
        overlaps_plan=False,
        moves_from=None,
        expires_at=starts_at,
    )


def _card(viewer: Viewer, starts_at: datetime, actions: set[Action]) -> Card:
    view = sample_view(starts_at, starts_at + TWO_HOURS, zone=viewer.zone, actions=actions)
    when = Moment(starts_at=starts_at, ends_at=view.ends_at, zone=viewer.zone, other_zone=viewer.other_zone)
    return Card(view=view, when=when, ref="", moves="")
