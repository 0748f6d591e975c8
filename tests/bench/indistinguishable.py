"""`python -m tests.bench.indistinguishable`: response times tell a sender nothing of what the receiver did in secret.

Two couples on one database, alike but for what the receiver did: nothing at all, or all of tests/twins.py's kind. The
sender's pages of both are asked for in turns, and the two groups of times are compared by the rank test of Mann and
Whitney (two-sided, normal approximation with ties). One p-value a page is printed; all of them hold when the smallest,
times the number of pages, is above 0.05 (Bonferroni). Run it on a quiet machine; its SQLite has a folder of its own.
"""

import datetime as dt
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import chain

ROUNDS = 400
CHANCE = 0.05
PAGES = ["/", "/offers/new/", "/settings/", "/talk/", "/talk/kinds/", "/talk/cards/often/", "/week/", "/rhythm/"]


def p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how probable a difference of ranks this large is, when both groups come from one distribution."""
    ranks: dict[float, float] = {}
    ordered = sorted(chain(one, other))
    ties = 0.0
    place = 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end] == ordered[place]:
            end += 1
        ranks[ordered[place]] = (place + 1 + end) / 2
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(one), len(other)
    rank_sum = sum(ranks[value] for value in one) - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1))))
    return math.erfc(abs(rank_sum - n * m / 2) / spread / math.sqrt(2)) if spread else 1.0


def main() -> None:
    """Make the two couples, ask, and print."""
    os.environ |= {"DATA_DIR": tempfile.mkdtemp(prefix="pear-"), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    os.environ |= {"SECRET_KEY": "a key of this run", "ALLOWED_HOSTS": "testserver"}
    import django  # noqa: PLC0415  (the settings read the environment above)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    sys.exit(not _measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))


def _measure(rounds: int) -> bool:
    groups = [_couple("a", secretly=False), _couple("b", secretly=True)]
    found = []
    for index in range(len(groups[0][1])):
        taken: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds):
            for side in (0, 1) if turn % 2 else (1, 0):
                client, paths = groups[side]
                begin = time.perf_counter()
                assert client.get(paths[index]).status_code == 200
                taken[side].append(time.perf_counter() - begin)
        medians = " / ".join(f"{statistics.median(times) * 1000:6.2f} ms" for times in taken)
        name = groups[0][1][index]
        found.append(p_value(*taken))
        print(f"{name[:30]:<30} never looked / did it all: {medians}   p = {found[-1]:.3f}", flush=True)
    held = min(found) * len(found) > CHANCE
    print("held" if held else "told apart")
    return held


def _couple(name: str, *, secretly: bool):  # noqa: ANN202  (what it returns is Django's, which is not yet set up above)
    """Make a couple with offers, a plan, a draft and a proposal; returns the sender's browser and their pages."""
    from django.utils import timezone  # noqa: PLC0415

    from scheduler.operations.feeds import create_feed  # noqa: PLC0415
    from tests.cast import make_couple, make_user, signed_in  # noqa: PLC0415
    from tests.rhythm_scene import proposed  # noqa: PLC0415
    from tests.scenes import drafted, offered, planned  # noqa: PLC0415
    from tests.talk_scene import all_answered  # noqa: PLC0415
    from tests.twins import Side, did_everything  # noqa: PLC0415
    from tests.world import World, evening  # noqa: PLC0415

    now = timezone.now()
    sender, receiver = make_couple(make_user(f"{name}na", at=now), make_user(f"{name}en", at=now), at=now)
    plan = planned(sender, evening(6, now), now=now)
    slots = [offered(sender, evening(days, now), now=now)[0] for days in (3, 4, 5)] + [plan]
    draft = drafted(sender, evening(7, now), now=now)[0]
    proposed(sender, now=now, first_on=now.date() + dt.timedelta(days=20))
    all_answered(sender.user, receiver.user)
    token = create_feed(user=sender.user, label="Phone", now=now)
    client = signed_in(sender.user)
    if secretly:
        did_everything(Side(sender, receiver, client, World(times={"draft": draft.pk}), now))
    return client, [*PAGES, f"/cal/{token}.ics", *(f"/times/{slot.pk}/" for slot in [*slots, draft])]


if __name__ == "__main__":
    main()
