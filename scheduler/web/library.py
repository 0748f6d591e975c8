"""The cards of the library. They stand there and nowhere else: no advice beside an answer, a reminder or a notice.

Where the works differ, a card has both views. All of it is in our own words; `scheduler.web.sources` says whose
thoughts they are. The one exception are the ideas in SPECIAL, which a plan's own page also offers, folded away.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduler.web.sources import SOURCES, Source


@dataclass(frozen=True, kw_only=True)
class LibraryCard:
    """One card: what one may say, what another may answer to it, ideas if it has any, and whose thoughts these are."""

    key: str
    title: Promise
    text: tuple[Promise, ...]
    other: Promise | None = None
    ideas: tuple[Promise, ...] = ()
    cites: tuple[str, ...]

    @property
    def sources(self) -> list[Source]:
        """The works that the card leans on."""
        return [SOURCES[key] for key in self.cites]


SPECIAL: tuple[Promise, ...] = (
    _("Fresh sheets, and a lamp instead of the ceiling light"),
    _("Music that you both chose"),
    _("A bath or a shower first, together or not"),
    _("Telephones in another room"),
    _("Something new: another place, a massage, a story read aloud"),
    _("Dress up, or wear what is soft"),
    _("Say beforehand what you look forward to"),
)

SLOW_HOUR: tuple[Promise, ...] = (
    _("Stay as you are for as long as a song lasts"),
    _("Water or tea, and something small to eat"),
    _("One blanket for two"),
    _("Say one thing that you liked"),
    _("Stroke a back, and want nothing by it"),
    _("Nothing at all, side by side"),
)

LIBRARY: tuple[LibraryCard, ...] = (
    LibraryCard(
        key="appetites",
        title=_("Two people, two appetites"),
        text=(
            _(
                "Wanting more or less than the other is about as common as being two. It comes and goes with work, "
                "children, bodies, worries and years, and either of you can be the one who wants more."
            ),
            _("Many look for what suits both: another hour, another sort of closeness, a talk."),
        ),
        other=_("Others let the difference be. It is no illness, and nobody has to be mended."),
        cites=("different-appetites", "what-couples-do", "ebb-and-flow", "new-parents"),
    ),
    LibraryCard(
        key="planned",
        title=_("Planned is not worse"),
        text=(
            _(
                "Many believe that it has to come over you. When couples told of the last time, those that were "
                "planned had been enjoyed as much as the others."
            ),
        ),
        other=_(
            "It isn't for everybody. Where something hurts, where there is a quarrel, or where only one of you wants "
            "it, a set time can turn into pressure. Then leave it."
        ),
        cites=("planned", "priority"),
    ),
    LibraryCard(
        key="comes-later",
        title=_("Wanting may come later, or not"),
        text=(
            _(
                "Some feel like it first and come close then. Others feel like it only once they are warm, close and "
                "undisturbed. Both are ways of wanting."
            ),
        ),
        other=_(
            "And sometimes it doesn't come. Then you may stop: at any moment, without a reason, also when it was "
            "planned, and also when it has begun. To begin is to promise nothing."
        ),
        cites=("comes-later", "ebb-and-flow"),
    ),
    LibraryCard(
        key="reluctant",
        title=_("A reluctant yes helps neither"),
        text=(
            _(
                "A yes to keep the peace is one that both tend to notice. In a diary study, closeness for its own joy "
                "went with feeling well, closeness to avoid trouble with feeling worse, and with parting sooner."
            ),
        ),
        other=_(
            "A quiet yes, without much appetite and out of affection, is something else: it is glad. You can tell the "
            "two apart, and only you can."
        ),
        cites=("motives", "free-of-force"),
    ),
    LibraryCard(
        key="slow-hour",
        title=_("Afterwards: the slow hour"),
        text=(
            _(
                "People who take some time for one another afterwards, to hold, to stroke, to talk, tell of more "
                "contentment. It is a link, and no proof of what causes what."
            ),
        ),
        other=_("Some would rather sleep, or be alone for a while. Say which you are, and let the other be so too."),
        ideas=SLOW_HOUR,
        cites=("after",),
    ),
    LibraryCard(
        key="special",
        title=_("Making it special"),
        text=(_("A little care beforehand, or something new together, goes with liking it more, and one another."),),
        other=_("Or nothing special: plain times can be the best ones, and one time is not like another."),
        ideas=SPECIAL,
        cites=("mood", "something-new", "good-enough"),
    ),
    LibraryCard(
        key="once-a-week",
        title=_("“Once a week” was found, not ordered"),
        text=(
            _(
                "In surveys of some 30,000 people, those in couples told of more contentment up to about once a week, "
                "and of no more beyond that (2015). It is a correlation: nobody can tell from it which came first."
            ),
        ),
        other=_(
            "When couples were asked for twice as much, they were none the happier. How often is for the two of you "
            "to say, and it may be not at all for a while."
        ),
        cites=("frequency", "more-on-request"),
    ),
    LibraryCard(
        key="small-step",
        title=_("A small step, before everything is said"),
        text=(
            _(
                "You don't have to have talked it all through. An hour set aside, or touch that leads nowhere, can "
                "change how it feels to talk."
            ),
            _("A no to a time, a place or a way is always your right, whatever was planned. It needs no reason."),
        ),
        other=_("Others talk first, and how two people talk about it does go with how content they are."),
        cites=("touch-first", "talking", "free-of-force"),
    ),
    LibraryCard(
        key="no-right-way",
        title=_("There is no right way"),
        text=(
            _(
                "No right way, no right amount, and nothing that two people have to be like. Ask ten people what it "
                "is for, and you get twenty answers."
            ),
            _("What counts is that both of you want it, and that both of you are free not to."),
        ),
        cites=("meanings", "good-enough", "free-of-force"),
    ),
)
