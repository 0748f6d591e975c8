"""Quick picks: what "tonight" and the like mean by the viewer's clocks, and what a press puts into the form."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Partner
from scheduler.web.quick_picks import LENGTH, quick_picks, with_pick
from scheduler.web.viewer import Viewer
from scheduler.web.week import Mark

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
EMPTY = {"day": "", "at": "", "minutes": "", "meant": ""}


def viewer(wall: str, zone: ZoneInfo = BERLIN, other: ZoneInfo | None = None) -> Viewer:
    now = datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)
    return Viewer(partner=Partner(), zone=zone, other_zone=other, now=now)


def picks(who: Viewer, *marks: Mark) -> dict[str, str]:
    return {pick.name: pick.value for pick in quick_picks(who, marks=marks)}


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-02 10:00", {"Tonight": "02T19", "Friday evening": "06T19", "Weekend morning": "07T09"}),
        ("2026-03-02 20:00", {"Tonight": "02T20", "Friday evening": "06T19", "Weekend morning": "07T09"}),
        ("2026-03-02 22:46", {"Friday evening": "06T19", "Weekend morning": "07T09"}),
        ("2026-03-06 10:00", {"Tonight": "06T19", "Weekend morning": "07T09"}),
        ("2026-03-07 09:50", {"Tonight": "07T19", "Friday evening": "13T19", "Weekend morning": "08T09"}),
        ("2026-03-08 12:00", {"Tonight": "08T19", "Friday evening": "13T19", "Weekend morning": "14T09"}),
        ("2026-03-28 12:00", {"Tonight": "28T19", "Friday evening": "03T18", "Weekend morning": "29T08"}),
    ],
)
def test_picks_are_ahead_by_the_viewers_clocks(wall: str, expected: dict[str, str]) -> None:
    """The last row goes over a change of the clocks."""
    assert {name: value[8:13] for name, value in picks(viewer(wall)).items()} == expected


def test_each_partner_has_their_own_evening() -> None:
    (tonight, *_) = quick_picks(viewer("2026-03-02 10:00", NEW_YORK, BERLIN), marks=())
    assert tonight.value == "2026-03-03T01:00Z"
    assert (tonight.when.short, tonight.when.also) == ("Monday, 20:00", "Tuesday, 02:00 in Berlin")


def test_a_plan_stands_in_the_way_and_an_offer_does_not() -> None:
    starts_at = datetime(2026, 3, 7, 8, tzinfo=UTC)
    plan = Mark(starts_at, starts_at + LENGTH, "Planned", blocks=True)
    offer = Mark(datetime(2026, 3, 2, 19, tzinfo=UTC), datetime(2026, 3, 2, 21, tzinfo=UTC), "Your offer")
    found = picks(viewer("2026-03-02 10:00"), plan, offer)
    assert found["Weekend morning"] == "2026-03-08T09:00Z"
    assert found["Tonight"] == "2026-03-02T19:00Z"


def test_a_pick_goes_into_the_first_empty_row_once() -> None:
    who = viewer("2026-03-02 10:00")
    typed: dict[str, Any] = {
        "kind": "together",
        "times": [{**EMPTY, "day": "2026-03-05", "at": "21:00"}, EMPTY, EMPTY],
    }
    once = with_pick(typed, datetime(2026, 3, 2, 19, tzinfo=UTC), who)
    assert once["times"][0] == typed["times"][0]
    assert (once["times"][1]["day"], once["times"][1]["at"], once["times"][1]["minutes"]) == (
        "2026-03-02",
        "20:00",
        120,
    )
    assert once["times"][2] == EMPTY
    assert with_pick(once, datetime(2026, 3, 2, 19, tzinfo=UTC), who) == once
    twice = with_pick(once, datetime(2026, 3, 6, 19, tzinfo=UTC), who)
    assert with_pick(twice, datetime(2026, 3, 7, 19, tzinfo=UTC), who) == twice


def test_what_no_pick_ever_was_changes_nothing() -> None:
    who = viewer("2026-03-02 10:00")
    typed = {"times": [EMPTY]}
    for starts_at in (None, who.now + timedelta(days=500), datetime(1, 1, 1, tzinfo=UTC)):
        assert with_pick(typed, starts_at, who) == typed
