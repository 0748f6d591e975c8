"""Much that is due at once, among it what is over and what must not wait; and a row that nobody can send."""

from collections import Counter
from functools import partial

from tests.faults.conftest import MANY, NewCase
from tests.faults.ledger import Line, now
from tests.faults.sink import Point, Taken
from tests.faults.site import PATIENCE, Site
from tests.services import wait_for

THEIRS = (
    " kind = 'reminder' AND recipient_id IN (SELECT p.id FROM accounts_partner p"
    " JOIN accounts_user u ON u.id = p.user_id WHERE u.email LIKE '%%@many.example.org')"
)
MAILS_A_CONNECTION = 50
PRODUCTION = {"DELIVERY_LEASE_SECONDS": "120"}  # batches as long as they are for people


def states(site: Site) -> Counter[str]:
    """Return how many of the many are in which state."""
    return Counter(state for (state,) in site.rows.ask(f"SELECT state FROM scheduler_notice WHERE {THEIRS}"))  # noqa: S608


def nothing_left(site: Site) -> bool:
    """Return whether every one of the many has come to its end."""
    return not states(site).keys() & {"pending", "claimed"}


def to_many(mails: list[Taken]) -> list[Taken]:
    """Return the mails to the many."""
    return [mail for mail in mails if mail.recipient.endswith("@many.example.org")]


def test_many_at_once_and_a_worker_killed_midway(case: NewCase) -> None:
    """All arrive once; what was freed does not wait behind them, what is over stays untold, connections are few."""
    it = case("600 at once, a worker killed midway")
    site = it.site
    for name in list(site.workers):
        site.kill_worker(name)
    before, connections = len(site.sink.taken), site.sink.connections
    over = it.begin_without_us()
    site.rows.ask(f"UPDATE scheduler_notice SET due_at = %s WHERE {THEIRS}", now())  # noqa: S608
    it.press_free(it.plan())
    it.all_begun(over)
    with site.sink.holds(Point.TAKEN, to=f"ana{MANY // 2}@many") as hold:
        for name in ("one", "two"):
            site.start_worker(name, **PRODUCTION)
        assert hold.reached.wait(PATIENCE)
        killed = site.holder_of(hold.peer)
        site.kill_worker(killed)
    site.rows.ask("UPDATE scheduler_notice SET lease_until = now() WHERE state = 'claimed'")
    site.start_worker(killed, **PRODUCTION)
    wait_for(partial(nothing_left, site), what="all of them", seconds=3 * PATIENCE)
    it.settle()
    arrived = site.sink.taken[before:]
    once = Counter(mail.message_id for mail in to_many(arrived))
    it.ledger.lines.append(Line(it.fault, "many", 2 * MANY, len(once), doubled=sum(once.values()) - len(once)))
    assert (len(once), sum(once.values())) == (2 * MANY, 2 * MANY)
    assert states(site) == {"sent": 2 * MANY - 1, "unknown": 1}
    assert site.sink.connections - connections <= 2 * MANY / MAILS_A_CONNECTION
    freed = [place for place, mail in enumerate(arrived) if mail not in to_many(arrived)]
    assert len(freed) == 2
    assert max(freed) < MAILS_A_CONNECTION
    for name in ("one", "two"):
        site.replace_worker(name)


def test_a_row_that_nobody_can_send(case: NewCase) -> None:
    """It is given up after six tries, and holds up nobody."""
    it = case("a row with an impossible address")
    site, poisoned = it.site, it.plan()
    site.rows.ask("UPDATE accounts_user SET email = %s WHERE email = %s", "ana\r\nbcc: x@y", poisoned.address)
    it.due(poisoned)
    it.remind()
    it.press_free(it.plan())
    given_up = "SELECT 1 FROM scheduler_notice WHERE cause = %s AND kind = 'reminder' AND state = 'failed'"

    def hurried() -> bool:
        """Ask, and let its waits be over."""
        again = "UPDATE scheduler_notice SET due_at = now() WHERE cause = %s AND state = 'pending' AND attempts > 0"
        site.rows.ask(again, poisoned.slot)
        return bool(site.rows.ask(given_up, poisoned.slot))

    wait_for(hurried, what="its end", seconds=PATIENCE)
    it.settle()
    assert len(it.reminders_of(poisoned)) == 1  # the partner's
