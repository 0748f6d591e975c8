"""10,000 reminders due at once: `python -m tests.bench.reminders [mails]`, two workers, one of them killed midway.

Beside them, before and after, what people would write instead, for the same mails to the same server: a plain loop
over one SMTP connection that composes and sends and remembers nothing, and one Celery task a mail. The server speaks
TLS, as whoever takes mails from a program does. What counts are ratios of rates, and that every mail arrives once.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.certificate import make_certificate
from tests.faults.ledger import now
from tests.faults.servers import PostgreSQLServer, RedisServer
from tests.faults.sink import Point, Sink
from tests.faults.site import Site, environment
from tests.services import Child, wait_for

MAILS = 10_000
LOOP_MAILS, TASK_MAILS = 2_000, 500
LEAST = {"loop": 0.5, "tasks": 3.0}
MAILS_A_CONNECTION = 50
SENDERS = 2  # two workers with one process each: one for each core of a small machine
PATIENCE = 1800.0
REMINDERS = "UPDATE scheduler_notice SET due_at = %s WHERE kind = 'reminder'"
LAPSED = "UPDATE scheduler_notice SET lease_until = now() WHERE state = 'claimed'"  # as if two minutes had passed


def rate(sink: Sink, before: int) -> float:
    """Return the mails per second since the sink had `before`, from the first to the last."""
    mails = sink.taken[before:]
    return (len(mails) - 1) / (mails[-1].at - mails[0].at)


def instead(site: Site, way: str, mails: int) -> float:
    """Let the other way send so many mails; returns its rate."""
    before = len(site.sink.taken)
    words = [sys.executable, "-m", "tests.bench.reminders_instead", way, str(mails)]
    children = [Child.start(words, name=way, folder=site.folder, env=site.env)]
    if way == "tasks":
        worker = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.bench.reminders_instead", "worker"]
        for name in ("one", "two"):
            options = ["--queues", "instead", "--hostname", f"{name}@instead", "--loglevel", "ERROR"]
            children.append(Child.start([*worker, *options], name=f"{way}{name}", folder=site.folder, env=site.env))
    wait_for(lambda: len(site.sink.taken) >= before + mails, seconds=PATIENCE, what=f"{mails} mails by {way}")
    for child in children:
        child.stop()
    return rate(site.sink, before)


def ours(site: Site, mails: int) -> tuple[float, int, Counter[str]]:
    """Let two workers send everything, one killed midway; returns rate, connections, and how often each arrived."""
    before, connections = len(site.sink.taken), site.sink.connections
    for name in ("one", "two"):
        site.start_worker(name)
    site.rows.ask(REMINDERS, now())
    wait_for(lambda: len(site.sink.taken) >= before + mails // 2, seconds=PATIENCE, what="half of them")
    with site.sink.holds(Point.TAKEN, times=SENDERS) as hold:  # each at its 250: which mails arrived is beyond doubt
        wait_for(lambda: len(hold.peers) == SENDERS, seconds=PATIENCE, what="all senders")
        killed = site.holder_of(hold.peer)
        site.kill_worker(killed)
    site.start_worker(killed)
    site.rows.ask(LAPSED)
    wait_for(lambda: settled(site), seconds=PATIENCE, what="all of them")
    arrived = Counter(mail.message_id for mail in site.sink.taken[before:])
    return rate(site.sink, before), site.sink.connections - connections, arrived


def settled(site: Site) -> bool:
    """Return whether no reminder is left."""
    left = "SELECT count(*) FROM scheduler_notice WHERE kind = 'reminder' AND state IN ('pending', 'claimed')"
    return site.rows.ask(left) == [(0,)]


def main(mails: int) -> bool:
    """Print rates and ratios; return whether every promise is kept."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="bench-") as name:  # short: it holds a socket
        folder = Path(name)
        folder.chmod(0o755)
        context, trust = make_certificate(folder)
        sink = Sink(tls=context)
        database, broker = PostgreSQLServer(folder / "pg"), RedisServer(folder)
        database.make()
        broker.start()
        pace = {"DELIVERY_LEASE_SECONDS": "120", "EMAIL_TIMEOUT_SECONDS": "10"}
        pace["WORKER_CONCURRENCY"] = str(SENDERS // 2)
        env = environment(folder, sink, DATABASE_URL=database.url, REDIS_URL=broker.url, **trust, **pace)
        site = Site(folder, env, database.rows, sink)
        try:
            site.fill(0, mails // 2)
            yardsticks: dict[str, list[float]] = {"loop": [], "tasks": []}
            for way, count in (("loop", LOOP_MAILS), ("tasks", TASK_MAILS)):
                yardsticks[way].append(instead(site, way, count))
            reached, connections, arrived = ours(site, mails)
            for way, count in (("loop", LOOP_MAILS), ("tasks", TASK_MAILS)):
                yardsticks[way].append(instead(site, way, count))
        finally:
            site.stop()
            broker.kill()
            database.die()
            sink.close()
    return report(mails, reached, connections, arrived, yardsticks)


def report(
    mails: int, reached: float, connections: int, arrived: Counter[str], yardsticks: dict[str, list[float]]
) -> bool:
    """Print what was measured beside what is promised."""
    lost, doubled = mails - len(arrived), sum(arrived.values()) - len(arrived)
    print(f"{mails} reminders, 2 workers, one killed midway: {reached:.0f}/s")
    print(f"  lost {lost}, doubled {doubled}, connections {connections} (at most {mails // MAILS_A_CONNECTION})")
    kept = [lost == 0, doubled == 0, connections <= mails / MAILS_A_CONNECTION]
    for way, least in LEAST.items():
        usual = sum(yardsticks[way]) / len(yardsticks[way])
        each = " and ".join(f"{value:.0f}/s" for value in yardsticks[way])
        print(f"  {reached / usual:5.2f} x {way} ({each}), at least {least}")
        kept.append(reached / usual >= least)
    return all(kept)


if __name__ == "__main__":
    begun = time.monotonic()
    well = main(int(sys.argv[1]) if len(sys.argv) > 1 else MAILS)
    print(f"{time.monotonic() - begun:.0f} s")
    sys.exit(not well)
