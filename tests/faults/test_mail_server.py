"""The mail server refuses, puts off, says no for good, hangs, drips, and hangs up."""

import pytest

from tests.faults.conftest import NewCase
from tests.faults.sink import Deed, Point, drip, hang_up, say
from tests.faults.site import PATIENCE


def test_nothing_wrong(case: NewCase) -> None:
    it = case("none")
    it.remind()
    it.press_free(it.plan())
    it.settle()


def test_connections_are_refused(case: NewCase) -> None:
    it = case("SMTP refuses connections")
    it.site.sink.close()
    try:
        it.remind()
        it.free()
        it.all_begun(it.begin_without_us())
    finally:
        it.site.sink.open()
    it.settle()


@pytest.mark.parametrize(
    ("fault", "point", "deed"),
    [
        ("SMTP 421 in greeting", Point.GREETING, say("421 come back later")),
        ("SMTP drips its greeting", Point.GREETING, drip),
        ("SMTP 450 for readers", Point.RECIPIENT, say("450 mailbox busy")),
        ("SMTP 451 after DATA", Point.WHOLE, say("451 not now")),
        ("SMTP hangs up in DATA", Point.DATA, hang_up),
    ],
)
def test_nothing_is_taken_for_a_while(case: NewCase, fault: str, point: Point, deed: Deed) -> None:
    """While it lasts nothing arrives; a time that begins meanwhile is never told, nor one that is freed."""
    it = case(fault)
    with it.site.sink.does(point, deed):
        it.remind()
        it.free()
        it.all_begun(it.begin_without_us())
    it.settle()


def test_the_greeting_never_comes(case: NewCase) -> None:
    it = case("SMTP hangs in greeting")
    with it.site.sink.holds(Point.GREETING, times=9) as hold:
        it.remind()
        it.free()
        soon = it.begin_without_us()
        assert hold.reached.wait(PATIENCE)
        it.all_begun(soon)
    it.settle()


def test_a_reader_that_will_never_be(case: NewCase) -> None:
    """550 for one of the two: that row fails once and for all, and the other one arrives."""
    it = case("SMTP 550 for one reader")
    plan, freed = it.plan(), it.plan()
    with (
        it.site.sink.does(Point.RECIPIENT, say("550 no such person"), to=plan.address),
        it.site.sink.does(Point.WHOLE, say("554 not wanted"), to=freed.address),
    ):
        it.remind(plan)
        it.press_free(freed)
        it.settle(reminder={"refused": 1}, freed={"refused": 1})


@pytest.mark.parametrize("times", [1, 9])
def test_it_takes_a_mail_and_hangs_up(case: NewCase, times: int) -> None:
    """Nobody can tell: a reminder is not repeated; what must not be lost is, three times at the most in all."""
    it = case(f"SMTP hangs up after DATA, {'once' if times == 1 else 'always'}")
    plan, freed = it.plan(), it.plan()
    with (
        it.site.sink.does(Point.TAKEN, hang_up, times=times, to=plan.address),
        it.site.sink.does(Point.TAKEN, hang_up, times=times, to=freed.address),
    ):
        it.remind(plan)
        it.press_free(freed)
        it.settle(freed={"doubled": min(times, 2)})


def test_it_takes_a_mail_and_says_nothing(case: NewCase) -> None:
    """The same, but the other side has to give up waiting."""
    it = case("SMTP hangs after DATA")
    plan, freed = it.plan(), it.plan()
    with (
        it.site.sink.holds(Point.TAKEN, to=plan.address),
        it.site.sink.holds(Point.TAKEN, to=freed.address),
    ):
        it.remind(plan)
        it.press_free(freed)
        it.settle(freed={"doubled": 1})
