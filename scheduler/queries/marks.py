"""One's own marks, and what the two have in common. Nobody's marks but the reader's are ever read for a page."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Partner, User
from scheduler.models import InCommon, Topic
from scheduler.models.kinds import words_of


@dataclass(frozen=True, kw_only=True)
class MarkList:
    """One list as its reader has marked it: words of the list, and what they wrote themselves, by id."""

    chosen: frozenset[str]
    own: tuple[tuple[UUID, str], ...]


def marks_of_user(user: User, topic: Topic) -> MarkList:
    """Return what `user` has marked on one list: one query, however much it is."""
    marks = list(user.marks.filter(topic=topic).order_by("marked_at", "pk"))
    return MarkList(
        chosen=frozenset(mark.what for mark in marks if not mark.written),
        own=tuple((mark.pk, mark.written) for mark in marks if mark.written),
    )


def common_of(partner: Partner, topic: Topic) -> list[tuple[str, str]]:
    """Return what the two have in common on one list, as (code, what pages call it), in the order of the list.

    What they wrote themselves comes last. One query; it is the same for both partners.
    """
    rows = InCommon.objects.filter(couple_id=partner.couple_id, topic=topic).select_related("couple")
    places = {word: place for place, (word, _) in enumerate(words_of(topic))}
    found = [(row.code, row.label) for row in rows]
    return sorted(found, key=lambda thing: (places.get(thing[0], len(places)), thing[1]))
